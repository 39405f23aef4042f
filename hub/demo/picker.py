"""A picker: signs on, loads a cart, follows the lights of one colour, brings the totes to packing."""

import random
import time
from dataclasses import dataclass

from edge.contract.hands import SeenLight
from edge.contract.state import BoardLine, Prompt
from hub.demo.floor import REACH_S, SCAN_S, Floor, light_at, number_shown
from hub.demo.hands import Hands
from hub.demo.person import Person

LIGHT_WAIT_S = 2.5
SETTLED_S = 1.5
"""A picker looks back over the shoulder this long before leaving the aisles."""
ALARM_WAIT_S = 4.0
"""Settling takes up to two seconds; a picker who has erred looks back this long."""
FAULTS = ("wrong_bin", "one_too_few", "one_too_many", "forgot_button", "wrong_tote")


@dataclass(frozen=True, kw_only=True)
class Skill:
    """How often a picker errs: a probability for each pick."""

    fault_rate: float = 0.0


class Picker(Person):
    """One picker with a cart."""

    def __init__(
        self, floor: Floor, name: str, rng: random.Random, *, badge: str, colour: str, cart: str, skill: Skill
    ) -> None:
        super().__init__(floor, name, rng, floor.stations("induct")[0])
        self._badge = badge
        self._colour = colour
        self._cart = cart
        self._skill = skill
        self._totes: dict[str, str] = {}
        """Tote by position."""
        self._induct = floor.hands[self.at]

    def work(self) -> bool:
        """Look after an alarm of one's own, else follow a light, else do what the board says."""
        if self._tend():
            return True
        lit = self.floor.lit(lambda light: light.colour == self._colour)
        if lit:
            lit.sort(key=lambda found: (self.floor.distance_m(self.at, found[1].place), found[1].place))
            self._pick(*lit[0])
            return True
        line = self._board()
        if line is None or line.doing == "pick":
            return line is not None
        if self._totes:
            self._deliver()
            return True
        if line.doing == "induct" or (line.doing == "deliver" and line.tasks_left):
            return self._sign_on()
        return False

    def _tend(self) -> bool:
        """Look after a red light at a bin that nobody has touched since; whether there was one."""
        for station, light in self.floor.lit(lambda light: light.colour == "red"):
            who, tote = self.floor.touched.get(light.place, ("", ""))
            if who == self.name:
                self._mend(self.floor.hands[station], light.place, tote)
                return True
        return False

    def _board(self) -> BoardLine | None:
        return next((line for line in self._induct.seen.board if line.who == self.name), None)

    # -- the cart ------------------------------------------------------------------------------------------

    def _sign_on(self) -> bool:
        if not self._step_up():
            return False
        try:
            return self._load_cart()
        finally:
            self._step_aside()

    def _step_up(self) -> bool:
        """Stand at the induction station, unless somebody else stands there."""
        if not self.floor.inducting.acquire(timeout=0.5):
            return False
        self.floor.inducts = self.name
        return True

    def _step_aside(self) -> None:
        self.floor.inducts = ""
        self.floor.inducting.release()

    def _load_cart(self) -> bool:
        """Badge, cart and a tote for each position, at the induction station; whether a tote was loaded."""
        self.walk_to(self._induct.station)
        prompt = self._induct.seen.prompt
        if prompt is None:
            return False
        if prompt.title.startswith("Scan your badge"):
            self.floor.spend(SCAN_S)
            prompt = self.show_until_next(self._induct, self._badge)
        if prompt is not None and prompt.title == f"{self.name}: scan a cart":
            self.floor.spend(SCAN_S)
            prompt = self.show_until_next(self._induct, self._cart)
        worked = False
        while prompt is not None and prompt.title.startswith(f"{self.name}: tote for "):
            prompt = self._load_tote(prompt)
            worked = True
        if not worked:
            self.floor.stop.wait(0.3)
        return worked

    def _load_tote(self, prompt: Prompt) -> Prompt | None:
        position = prompt.title[-1]
        tote = self._totes.get(position) or self.floor.free_totes.popleft()
        self._totes[position] = tote
        self.floor.spend(SCAN_S)
        after = self.show_until_next(self._induct, tote)
        if after is not None and any("in use" in line for line in after.lines):
            self.floor.free_totes.append(tote)
            del self._totes[position]
        return after or self._induct.seen.prompt

    def _deliver(self) -> None:
        self.floor.stop.wait(SETTLED_S)
        if self._tend():
            return
        self.walk_to(self.floor.stations("pack")[0])
        for tote in self._totes.values():
            self.floor.packing.append(tote)
        self.floor.world.act(self.name, "deliver", totes=list(self._totes.values()))
        self._totes.clear()

    # -- at the bin ----------------------------------------------------------------------------------------

    def _pick(self, station: str, light: SeenLight) -> None:
        hands = self.floor.hands[station]
        place, mark, asked = light.place, light.text[:1], number_shown(light.text)
        tote = self._totes.get(mark)
        if tote is None or asked < 0:
            self.floor.stop.wait(0.1)
            return
        self.walk_to(place)
        self.floor.spend(REACH_S)
        now = light_at(hands.seen, place)
        if now is None or (now.colour, now.text) != (light.colour, light.text):
            return  # somebody else's light, or it has changed on the way
        fault = self._draw_fault(asked)
        target = self._neighbour(place) if fault == "wrong_bin" else place
        wanted = asked + {"one_too_few": -1, "one_too_many": 1}.get(fault, 0)
        taken = self.floor.world.take_from_bin(target, wanted)
        if fault in ("one_too_few", "one_too_many") and len(taken) in (asked, 0):
            fault = ""  # the bin gave no more (or nothing): that is no mistake
        if fault == "wrong_bin" and not taken:
            return
        if fault:
            self.floor.faults[fault] = self.floor.faults.get(fault, 0) + 1
        into = self._other_tote(mark) if fault == "wrong_tote" else tote
        self.floor.world.tote(into).units.extend(taken)
        self.floor.touched[target] = (self.name, into)
        sku = taken[0].sku if taken else self._sku_of(place)
        self.floor.world.act(
            self.name, "pick", bin=target, lit=place, tote=into, sku=sku, units=len(taken), asked=asked, fault=fault
        )
        if fault == "wrong_bin":
            self._mend(hands if target.split("/")[0] == station else self.floor.bay_of(target), target, into)
            return
        if fault == "forgot_button":
            hands.wait_seen(lambda seen: _changed(light_at(seen, place), light), 3 * ALARM_WAIT_S)
        else:
            self._confirm(hands, light, asked, asked if fault in FAULTS else len(taken))
        if fault in ("one_too_few", "one_too_many"):
            self._mend(hands, place, into)

    def _confirm(self, hands: Hands, light: SeenLight, asked: int, says: int) -> None:
        """Press until the light goes on to something else; what is short is said first."""
        place = light.place
        for _ in range(asked - says):
            hands.press(f"short {place}", 20)
            time.sleep(0.06)
        for _ in range(20):
            hands.take_in(place)
            before = light_at(hands.seen, place)
            if before is None or before.colour != light.colour:
                return
            pressed = time.monotonic_ns()
            hands.press(f"confirm {place}")
            if hands.wait_seen(lambda seen, was=before: _changed(light_at(seen, place), was), LIGHT_WAIT_S):  # type: ignore[misc]
                self.floor.confirm_to_light_us.append((time.monotonic_ns() - pressed) // 1000)
                return

    def _mend(self, hands: Hands, place: str, tote: str) -> None:
        """Look whether the bin complains, and do what it says."""
        for _ in range(6):
            if not hands.wait_seen(lambda seen: _is_red(light_at(seen, place)), ALARM_WAIT_S):
                return
            hands.take_in(place)
            light = light_at(hands.seen, place)
            if light is None:
                continue
            hand = number_shown(light.text)
            world = self.floor.world
            if tote not in self._totes.values():  # it is at packing already: there it will be found
                hands.press(f"confirm {place}")
                hands.wait_seen(lambda seen, was=light: _changed(light_at(seen, place), was), ALARM_WAIT_S)  # type: ignore[misc]
                return
            if hand < 0:
                sku = self._sku_of(place)
                back = world.take(world.tote(tote), sku, -hand)
                world.put_into_bin(place, back)
                world.act(self.name, "put_back", bin=place, tote=tote, sku=sku, units=len(back))
                if not back:
                    hands.press(f"confirm {place}")
            elif hand > 0:
                more = world.take_from_bin(place, hand)
                world.tote(tote).units.extend(more)
                world.act(self.name, "take_more", bin=place, tote=tote, units=len(more))
                if not more:
                    hands.press(f"confirm {place}")
            hands.wait_seen(lambda seen, was=light: _changed(light_at(seen, place), was), ALARM_WAIT_S)  # type: ignore[misc]
            if not _is_red(light_at(hands.seen, place)):
                return

    def _draw_fault(self, asked: int) -> str:
        if self.rng.random() >= self._skill.fault_rate:
            return ""
        kinds = [kind for kind in FAULTS if kind != "wrong_tote" or len(self._totes) > 1]
        fault = self.rng.choice(kinds)
        if fault == "one_too_few" and asked < 2:
            fault = "one_too_many"
        return fault

    def _neighbour(self, place: str) -> str:
        """The bin beside, where a hand goes by mistake: one that is not lit."""
        lit = {light.place for _, light in self.floor.lit(lambda _: True)}
        station = self.floor.bay_of(place).station
        near = [b.name for b in self.floor.site.stations[station].bins if b.name not in lit and b.name != place]
        near = [name for name in near if name in self.floor.world.bins]
        return min(near, key=lambda name: (self.floor.distance_m(place, name), name), default=place)

    def _other_tote(self, mark: str) -> str:
        return self.rng.choice([tote for position, tote in self._totes.items() if position != mark])

    def _sku_of(self, place: str) -> str:
        return next(stock.sku for stock in self.floor.catalogue.bins if stock.bin == place)


def _changed(light: SeenLight | None, was: SeenLight) -> bool:
    return light is None or (light.colour, light.text) != (was.colour, was.text)


def _is_red(light: SeenLight | None) -> bool:
    return light is not None and light.colour == "red"
