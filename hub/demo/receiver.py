"""A receiver: takes deliveries in at the dock, puts them away by light, and counts where a light asks."""

import random
import time

from edge.contract.hands import SeenLight
from edge.contract.state import Prompt
from hub.demo.floor import REACH_S, SCAN_S, Floor, light_at, number_shown
from hub.demo.hands import Hands
from hub.demo.person import Person
from hub.demo.world import Pile, Unit
from hub.domain.gtin import ean13

LIGHT_WAIT_S = 3.0


class Receiver(Person):
    """One receiver."""

    def __init__(self, floor: Floor, name: str, rng: random.Random) -> None:
        super().__init__(floor, name, rng, floor.stations("dock")[0])
        self._dock = floor.hands[self.at]
        self._number = ""
        self._goods = Pile()
        self._scanned: set[str] = set()
        self._current = ""

    def work(self) -> bool:
        """Finish the delivery on the dock, else follow a light, else take the next delivery."""
        prompt = self._dock.seen.prompt
        if prompt is not None and self._number:
            return self._receive(prompt)
        lit = self.floor.lit(lambda light: light.colour in ("yellow", "white"))
        if lit:
            lit.sort(key=lambda found: (self.floor.distance_m(self.at, found[1].place), found[1].place))
            for station, light in lit:
                if self._at_bin(self.floor.hands[station], light):
                    return True
        if self.floor.deliveries and prompt is not None:
            number, contents = self.floor.deliveries.popleft()
            self._number = number
            self._goods = Pile([unit for sku, n in contents.items() for unit in self.floor.world.make(sku, n)])
            self._scanned = set()
            return True
        return False

    # -- at the dock ---------------------------------------------------------------------------------------

    def _receive(self, prompt: Prompt) -> bool:
        self.walk_to(self._dock.station)
        if self.labelled(prompt) is not None:
            self.floor.world.plates[self._number] = self._goods
            self.floor.world.act(self.name, "receive", delivery=self._number, units=len(self._goods.units))
            self._number = ""
        elif prompt.title == "Scan the delivery note":
            if self._number in self.floor.world.plates:
                self._number = ""
                return True
            self.floor.spend(SCAN_S)
            self.show_until_next(self._dock, self._number)
        elif prompt.ask == "scan" and "scan an item" in prompt.title:
            self._item()
        elif prompt.ask == "count":
            self.floor.spend(REACH_S)
            self.answer_count(self._dock, self._goods.count().get(self._current, 0))
        else:
            self.stick_label(self._dock, prompt)
        return True

    def _item(self) -> None:
        left = [sku for sku in self._goods.count() if sku not in self._scanned]
        if not left:
            self.press_until_next(self._dock, "problem")
            return
        self._current = left[0]
        self.floor.spend(SCAN_S)
        if self.show_until_next(self._dock, ean13(self.floor.world.item(left[0]).gtin), "EAN-13") is not None:
            self._scanned.add(left[0])

    # -- at the bin ----------------------------------------------------------------------------------------

    def _at_bin(self, hands: Hands, light: SeenLight) -> bool:
        if light.colour == "yellow":
            return self._put(hands, light)
        return self._count(hands, light)

    def _put(self, hands: Hands, light: SeenLight) -> bool:
        place = light.place
        sku = next(stock.sku for stock in self.floor.catalogue.bins if stock.bin == place)
        units = self._find(sku, number_shown(light.text))
        if not units:
            return False
        self.walk_to(place)
        self.floor.spend(REACH_S)
        self.floor.world.put_into_bin(place, units)
        self.floor.world.act(self.name, "put", bin=place, sku=sku, units=len(units), fault="")
        for _ in range(10):
            hands.take_in(place)
            before = light_at(hands.seen, place)
            if before is None or before.colour != "yellow":
                break
            for _ in range(number_shown(before.text) - len(units)):
                hands.press(f"short {place}", 20)
                time.sleep(0.06)
            hands.press(f"confirm {place}")
            if hands.wait_seen(lambda seen, was=light: _changed(light_at(seen, place), was), LIGHT_WAIT_S):  # type: ignore[misc]
                break
        return True

    def _find(self, sku: str, units: int) -> list[Unit]:
        """Units of an SKU off a plate, or out of the put-back tote."""
        world = self.floor.world
        for pile in [world.putback, *world.plates.values()]:
            if pile.count().get(sku, 0) >= units:
                return world.take(pile, sku, units)
        return []

    def _count(self, hands: Hands, light: SeenLight) -> bool:
        """A count: the scale may do it alone; if not, the person counts."""
        place = light.place
        self.walk_to(place)
        if hands.wait_seen(lambda seen: _changed(light_at(seen, place), light), LIGHT_WAIT_S):
            return True
        there = len(self.floor.world.bins[place].units)
        for _ in range(300):
            now = light_at(hands.seen, place)
            if now is None or now.colour != "white":
                return True
            shown = number_shown(now.text)
            if shown == there:
                hands.press(f"confirm {place}")
                hands.wait_seen(lambda seen, was=now: _changed(light_at(seen, place), was), LIGHT_WAIT_S)  # type: ignore[misc]
                return True
            hands.press(f"short {place}" if shown > there else "bay", 20)
            hands.wait_seen(lambda seen, was=now: _changed(light_at(seen, place), was), 0.5)  # type: ignore[misc]
        return True


def _changed(light: SeenLight | None, was: SeenLight) -> bool:
    return light is None or (light.colour, light.text) != (was.colour, was.text)
