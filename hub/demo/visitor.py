"""The fourth picker: a person at a browser, who acts on the same simulated metal as everybody else.

What the visitor does goes through the stations' hands; what the visitor is told comes from what the stations show.
A visitor who walks away from a loaded cart is stood in for, so that the day can end.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

from edge.contract.hands import SeenLight
from hub.demo.floor import Floor, light_at, number_shown
from hub.demo.picker import Picker, Skill
from hub.demo.visitor_words import BOOKED, booked, count, of_red, pressed, whose, words
from hub.demo.world import Unit

GONE_AFTER_S = 120.0
"""A visitor who has done nothing for this long, page open or not, is stood in for: others wait behind a lit bin."""
SIGN_ON_WAIT_S = 120.0
"""For the others at induction, for the hub to take an order, and for a screen of a busy machine."""
UNITS_A_REACH_MAX = 200
LOADED = (
    "Your cart is loaded: the lights in your colour show where to go and what to take. When you are away for more than"
    f" {GONE_AFTER_S / 60:.0f} minutes, a colleague finishes your cart."
)
SETTLING_S = 3.5
"""How long a bin may take to weigh what was done and to say so."""
WAS_AWAY = f"You were away for more than {GONE_AFTER_S / 60:.0f} minutes: a colleague finishes your cart."


class NotPossible(Exception):
    """What the visitor wants cannot be done now: why, and what to do instead."""


class Visitor(Picker):
    """The visitor's body on the floor.

    Args:
        floor: What all people share.
        name, badge, colour: Who the visitor signs on as.
        cart: The visitor's cart.
        rng: Luck of whoever stands in.
        order: Has a small order placed for the visitor, when none waits; whether it was taken.
    """

    def __init__(
        self,
        floor: Floor,
        *,
        name: str,
        badge: str,
        colour: str,
        cart: str,
        rng: random.Random,
        order: Callable[[], bool],
    ) -> None:
        super().__init__(floor, name, rng, badge=badge, colour=colour, cart=cart, skill=Skill())
        self.colour = colour
        self._order = order
        self._acting = threading.RLock()
        self._hand: dict[str, list[Unit]] = {}
        """Units taken out of a bin that asked for nothing."""
        self._off: dict[str, int] = {}
        """Units taken at a bin beyond what it asked for; negative: too few."""
        self._asked: dict[str, str] = {}
        """What a bin's display said when units were taken for it, until it is confirmed."""
        self._dark: dict[str, str] = {}
        """What it means, after the last confirm at a bin, that the bin is dark."""
        self._names: dict[str, str] = {
            o.colour: o.name
            for o in floor.catalogue.operators
            if o.role == "picker" and o.colour and o.colour != colour
        }
        self._into: dict[str, str] = {}
        """The tote that a bin's units last went into."""
        self._story: tuple[str, str] = ("", "Sign on to become the fourth picker. The floor is worked by three others.")
        self._last_s = time.monotonic()
        self.signing_on = False

    # -- what the visitor can do ----------------------------------------------------------------------------

    def sign_on(self) -> None:
        """Badge, cart and a tote for each position, on a thread of its own; the state says how far it is.

        Raises:
            NotPossible: signed on already.
        """
        if self.signing_on or self._totes:
            raise NotPossible("You are signed on: follow your lights, then bring the totes to packing.")
        self.signing_on = True
        threading.Thread(target=self._come, name="visitor-signs-on", daemon=True).start()

    def take(self, place: str, units: int) -> None:
        """Take units out of a bin; into the tote that its light names, else they stay in the hand.

        Raises:
            NotPossible: no such bin, it is empty, or not so many can be taken at once.
        """
        light = self._light(place)
        if not 1 <= units <= UNITS_A_REACH_MAX:
            raise NotPossible(f"Expected 1 to {UNITS_A_REACH_MAX} units at once, got {units}.")
        with self._acting:
            self._dark.pop(place, None)
            taken = self.floor.world.take_from_bin(place, units)
            if not taken:
                raise NotPossible(f"{place} is empty: press short until it shows 0, then confirm.")
            tote = self._tote_of(light)
            self.floor.touched[place] = (self.name, tote or "")
            if tote is None:
                self._hand.setdefault(place, []).extend(taken)
                self._tell(
                    place, f"You reached into {place} and took {count(len(taken))}, though nobody sent you there."
                )
            else:
                self.floor.world.tote(tote).units.extend(taken)
                asked = self._count_taken(place, light, len(taken))
                self._into[place] = tote
                wanted = f" of the {asked} it asked for" if asked > 0 and asked != len(taken) else ""
                self._tell(place, f"You took {count(len(taken))}{wanted} out of {place} and put them into {tote}.")
        lit = None if tote is None else place
        self.floor.world.act(
            self.name, "pick", bin=place, lit=lit, tote=tote, sku=taken[0].sku, units=len(taken), asked=None, fault=None
        )

    def put_back(self, place: str, units: int) -> None:
        """Put units back into their bin, from the hand or else from the tote they went into.

        Raises:
            NotPossible: nothing of that bin is at hand.
        """
        self._light(place)
        with self._acting:
            self._dark.pop(place, None)
            world, held = self.floor.world, self._hand.get(place, [])
            tote = self._into.get(place, "")
            back = [held.pop() for _ in range(min(units, len(held)))]
            if not back and tote:
                back = world.take(world.tote(tote), self._sku_of(place), units)
                self._off[place] = self._off.get(place, 0) - len(back)
            if not back:
                raise NotPossible(f"You have nothing that came out of {place}.")
            if not held:
                self._hand.pop(place, None)
            world.put_into_bin(place, back)
            self._tell(place, f"You put {count(len(back))} back into {place}.")
        world.act(self.name, "put_back", bin=place, tote=tote, sku=back[0].sku, units=len(back))

    def press(self, place: str, button: str) -> None:
        """Press a bin's button: ``confirm`` or ``short``. Raises: NotPossible."""
        if button not in ("confirm", "short"):
            raise NotPossible(f"Expected the button confirm or short, got '{button}'.")
        light = self._light(place)
        self.floor.bay_of(place).press(f"{button} {place}")
        theirs = whose(light, self.colour, self._names)
        if button == "confirm":
            self._asked.pop(place, None)
            self._dark[place] = booked(light, theirs)
        self._tell(place, pressed(button, place, light, theirs))

    def deliver(self) -> None:
        """Bring the totes to packing. Raises: NotPossible."""
        with self._acting:
            if not self._totes or self.signing_on:
                raise NotPossible("You have no totes to bring: sign on first.")
            if self._hand:
                raise NotPossible(f"You still hold units out of {', '.join(self._hand)}: put them back first.")
            if self._lights():
                left = len(self._lights())
                raise NotPossible(f"{count(left, 'light')} still {'asks' if left == 1 else 'ask'} for you.")
            totes = len(self._totes)
            self._deliver()
            self._off.clear()
            self._into.clear()
            self._tell(
                "", f"You brought {count(totes, 'tote')} to packing. The packers scan, count and weigh them now."
            )

    # -- what the visitor sees ------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Everything about the visitor that the page shows."""
        line = self._board()
        place, happened = self._story
        lights = self._lights()
        lights.sort(key=lambda light: (self.floor.distance_m(self.at, light.place), light.place))
        return {
            "board": "" if line is None else line.text,
            "doing": "signing" if self.signing_on else "picking" if self._totes else "away",
            "totes": dict(sorted(self._totes.items())),
            "lights": [{"bin": li.place, "text": words(li), "units": number_shown(li.text)} for li in lights],
            "hand": {bin_: len(units) for bin_, units in self._hand.items()},
            "others": self._names,
            "had": sorted({*self._into, *self._hand}),
            "bin": place,
            "happened": happened,
            "noticed": self._noticed(place),
        }

    def _noticed(self, place: str) -> str:
        """What the system makes of it, read off the bin's light."""
        if not place:
            return ""
        light, off = self._light(place), self._off.get(place, 0)
        if light is None:
            if place in self._hand:
                return "The scale below the bin settles; it has not made up its mind yet."
            if off and time.monotonic() - self._last_s < SETTLING_S:
                return "The light went out; the scale below the bin settles, and will have its say."
            if off:
                return (
                    f"The light went out, though you took {abs(off)} too {'many' if off > 0 else 'few'}: this item is"
                    " too light for its scale to be sure. The packer's count or the parcel's weight will show it."
                )
            return self._dark.get(place, BOOKED)
        number = number_shown(light.text)
        if light.colour == "red":
            return of_red(light)
        if light.pattern != "steady":
            return (
                "The scale noticed that the right weight left, but no button was pressed: the light blinks for you."
                " Press confirm, or wait: the scale confirms it alone."
            )
        if light.colour == self.colour and self._asked.get(place) == light.text:
            return f"The scale saw it. The bin still shows “{words(light)}” and waits for your confirm."
        if light.colour == self.colour:
            return f"The bin shows “{words(light)}” and waits for you to take {number} and press confirm."
        if light.colour == "white":
            return "The bin is lit in white: the system does not trust its number any more and asks for a count."
        theirs = whose(light, self.colour, self._names)
        return f"The bin is lit in {light.colour}: that is {theirs}. Confirm would confirm that, not your own."

    # -- inside ---------------------------------------------------------------------------------------------

    def work(self) -> bool:
        """Stand in for a visitor who has left a loaded cart."""
        if not self._totes or self.signing_on or not self._gone():
            return False
        with self._acting:
            for place, units in list(self._hand.items()):
                self.floor.world.put_into_bin(place, units)
                del self._hand[place]
            lights = self._lights()
            self._story = ("", WAS_AWAY)
            if self._tend():
                return True
            if lights:
                light = lights[0]
                self._pick(self.floor.bay_of(light.place).station, light)
            elif (line := self._board()) is not None and line.doing != "pick":
                self._deliver()
        return True

    def _gone(self) -> bool:
        return time.monotonic() - self._last_s >= GONE_AFTER_S

    def _come(self) -> None:
        try:
            deadline = time.monotonic() + SIGN_ON_WAIT_S
            self._tell("", "You walk to the induction station and show badge, cart and totes to its camera.")
            signed, why = False, ""
            while not signed and time.monotonic() < deadline and not self.floor.stop.is_set():
                signed, why = self._try_to_sign_on()
            if signed:
                self._tell("", LOADED)
            else:
                self._tell("", f"Signing on took longer than {SIGN_ON_WAIT_S:.0f} s: {why} Try again in a moment.")
        finally:
            self.signing_on = False

    def _try_to_sign_on(self) -> tuple[bool, str]:
        """Whether the cart was loaded; if not, why not."""
        if not self._step_up():
            behind = f"{self.floor.inducts or 'a colleague'} stood at induction."
            self._tell("", f"You wait at induction behind {self.floor.inducts or 'a colleague'}.")
            return False, behind
        try:
            line = self._board()
            if line is not None and not line.tasks_left and not self._order():
                # while the visitor stands at induction nobody else can take what is ordered now
                return False, "nothing waits for a picker, and the hub took no further order."
            return self._load_cart(), "the induction station did not ask for a tote: the machine may be busy."
        finally:
            self._step_aside()

    def _tell(self, place: str, happened: str) -> None:
        self._story = (place, happened)
        self._last_s = time.monotonic()

    def _light(self, place: str) -> SeenLight | None:
        if place not in self.floor.world.bins:
            raise NotPossible(f"Expected a bin of this floor, got '{place}'.")
        return light_at(self.floor.bay_of(place).seen, place)

    def _lights(self) -> list[SeenLight]:
        return [light for _, light in self.floor.lit(lambda light: light.colour == self.colour)]

    def _tote_of(self, light: SeenLight | None) -> str | None:
        if light is None or light.colour not in (self.colour, "red"):
            return None
        if light.colour == "red" and light.place not in self._into:
            return None
        if light.text.startswith("!"):  # what was put in too much goes back to where it came from
            return self._into[light.place] if number_shown(light.text) > 0 else None
        return self._totes.get(light.text[:1])

    def _count_taken(self, place: str, light: SeenLight | None, units: int) -> int:
        """Keep count of how far off the visitor is at a bin; how many units it asked for."""
        text = "" if light is None else light.text
        asked = number_shown(text)
        again = self._asked.get(place) == text
        self._off[place] = units + (self._off.get(place, 0) if again else -asked)
        self._asked[place] = text
        return asked
