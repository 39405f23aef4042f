"""A packer: scans the tote, shows each item, counts, weighs the carton, sticks the label on."""

import random
import re

from edge.contract.state import Prompt
from hub.demo.floor import REACH_S, SCAN_S, Floor
from hub.demo.person import Person
from hub.demo.world import Pile
from hub.domain.gtin import ean13

_EXTRA = re.compile(r"put (\d+) into the put-back tote")
_CARTON = re.compile(r"carton (\S+),")
BENCH = "bench"
HIDDEN_S = 5.0
"""So long a thumb covers a symbol: twice a station's patience, for the machine may be busy."""


class Packer(Person):
    """One packer at one station."""

    def __init__(self, floor: Floor, name: str, rng: random.Random, station: str, fault_rate: float = 0.0) -> None:
        super().__init__(floor, name, rng, station)
        self._hands = floor.hands[station]
        self._fault_rate = fault_rate
        self._tote = ""
        self._has_tote = False
        """Whether the tote is in hand that the screen is to be told of."""
        self._scanned: set[str] = set()
        self._current = ""

    def work(self) -> bool:
        """Answer the screen."""
        prompt = self._hands.seen.prompt
        if prompt is None:
            return False
        if (tracking := self.labelled(prompt)) is not None:
            self._ship(tracking)
            return True
        if prompt.title == "Scan a tote":
            return self._next_tote()
        self._has_tote = False
        if prompt.ask == "scan" and "scan an item" in prompt.title:
            self._item(prompt)
        elif prompt.ask == "count":
            self._count(prompt)
        elif prompt.ask == "weigh":
            self._weigh(prompt)
        elif prompt.ask == "scan":
            self.stick_label(self._hands, prompt)
        elif prompt.ask == "press":  # the problem button came too late for its question: nothing is set aside
            self.press_until_next(self._hands, "problem")
        else:
            return False
        return True

    @property
    def _pile(self) -> Pile:
        return self.floor.world.tote(self._tote)

    def _next_tote(self) -> bool:
        """Scan the tote in hand, or take another one. Who hears nothing keeps it: it may have been heard all the same,
        and what the screen asks next is of this tote."""
        if not self._has_tote:
            try:
                self._tote = self.floor.packing.popleft()
            except IndexError:
                return False
            self._has_tote = True
            self._scanned = set()
        tote = self._tote
        self.floor.spend(SCAN_S)
        prompt = self.show_until_next(self._hands, tote)
        if prompt is None:
            return True
        self._has_tote = False
        if "waits for" in " ".join(prompt.lines):
            self.floor.packing.append(tote)
            self.floor.stop.wait(0.3)
        elif prompt.title == "Scan a tote":
            self._emptied(tote)
        return True

    def _emptied(self, tote: str) -> None:
        """A tote with nothing (more) to pack goes back to the stack; what is in it does not belong."""
        self.floor.world.putback.units.extend(self._pile.units)
        self._pile.units.clear()
        self.floor.free_totes.append(tote)

    def _item(self, prompt: Prompt) -> None:
        self._put_back_extra(prompt)
        left = [sku for sku in self._pile.count() if sku not in self._scanned]
        if not left:
            self.press_until_next(self._hands, "problem")
            self._scanned = set()
            return
        sku = left[0]
        self._current = sku
        self.floor.spend(SCAN_S)
        if self.rng.random() < self._fault_rate:
            self._hide(sku)
        if self.show_until_next(self._hands, ean13(self.floor.world.item(sku).gtin), "EAN-13") is not None:
            self._scanned.add(sku)

    def _hide(self, sku: str) -> None:
        """A thumb over the symbol, until the station says that it cannot read."""
        self.floor.faults["hidden_label"] = self.floor.faults.get("hidden_label", 0) + 1
        self.floor.world.act(self.name, "hide_label", tote=self._tote, sku=sku, units=0, fault="hidden_label")
        self._hands.show_hidden()
        self.floor.stop.wait(HIDDEN_S)
        self._hands.show_nothing()
        self.floor.stop.wait(0.2)

    def _count(self, prompt: Prompt) -> None:
        units = self._pile.count().get(self._current, 0)
        self.floor.spend(REACH_S)
        if prompt.title == "Not of this parcel":
            self._move_to_putback(self._current, units)
        self.answer_count(self._hands, units)

    def _put_back_extra(self, prompt: Prompt) -> None:
        """The screen asked to put some of the last item back."""
        for line in prompt.lines:
            found = _EXTRA.search(line)
            if found and self._current:
                self._move_to_putback(self._current, int(found[1]))
                self._current = ""

    def _move_to_putback(self, sku: str, units: int) -> None:
        moved = self.floor.world.take(self._pile, sku, units)
        self.floor.world.putback.units.extend(moved)
        self.floor.world.act(self.name, "put_back", tote=self._tote, sku=sku, units=len(moved))

    def _weigh(self, prompt: Prompt) -> None:
        self._put_back_extra(prompt)
        stray = [sku for sku in self._pile.count() if sku not in self._scanned]
        if stray:  # something is left in the tote: scan it before the carton is closed
            self._current = stray[0]
            if self.show_until_next(self._hands, ean13(self.floor.world.item(stray[0]).gtin), "EAN-13") is not None:
                self._scanned.add(stray[0])
            return
        found = _CARTON.search(prompt.title)
        carton = next(c for c in self.floor.catalogue.cartons if found is not None and c.name == found[1])
        tare_mg = round(self.rng.gauss(carton.tare_mg, carton.tare_spread_mg))
        self.floor.spend(4 * REACH_S)
        step = prompt.step
        self._hands.place(BENCH, tare_mg + self._pile.mass_mg)
        after = self.next_prompt(self._hands, step)
        if after is None or after.ask != "scan" or "label" not in after.title:
            self._hands.place(BENCH, 0)
            self._scanned = set()
            if after is not None and after.title == "Scan a tote":
                self.floor.world.act(self.name, "problem_lane", tote=self._tote)
                self.floor.packing.append(self._tote)

    def _ship(self, tracking: str) -> None:
        """The screen asks for the carton's label no more: it leaves."""
        self._hands.place(BENCH, 0)
        self.floor.world.parcels[tracking] = Pile(list(self._pile.units))
        self._pile.units.clear()
        self.floor.world.act(self.name, "ship", tote=self._tote, parcel=tracking)
        self.floor.free_totes.append(self._tote)
