"""Pack and dock benches of the replay, all of a kind side by side: each answers its questions one by one, and the
answers that are due at one moment reach the hub together."""

import re
from collections import Counter, deque
from collections.abc import Generator, Mapping, Sequence

from edge.contract.events import Event, LabelPrinted, UnitsCounted, WeightMeasured
from edge.contract.site import Site, StationKind
from edge.contract.state import BenchDesired, Prompt
from hub.domain.gtin import ean13
from hub.replay.stations import Stations, Stuck
from hub.site.catalogue import Catalogue

ANSWERS_MAX = 20_000
"""Of one bench to one tote or delivery; more would be a loop."""
DIVISION_MG = 1_000
_CARTON = re.compile(r"carton (\S+),")
Answering = Generator[list[Event], BenchDesired, None]
"""Whoever works at a bench: told what it shows, they answer; they end when there is no more for them to do."""


class Benches:
    """All pack and dock benches.

    Args:
        site, catalogue: The site's files.
        stations: What the benches show and say.
    """

    def __init__(self, site: Site, catalogue: Catalogue, stations: Stations) -> None:
        self._stations = stations
        self._site = site
        self._sku_of = {ean13(item.gtin): item.sku for item in catalogue.items.values()}
        self._unit_mg = {item.sku: item.unit_mg for item in catalogue.items.values()}
        self._tare_mg = {carton.name: carton.tare_mg for carton in catalogue.cartons}
        self._scanned: dict[str, str] = {}
        """The SKU that was shown to each bench last."""

    def pack(self, totes: Mapping[str, Counter[str]]) -> None:
        """Pack and ship what lies in totes. Raises: Stuck, a bench asks what cannot be answered."""
        waiting = deque(totes.items())
        self._side_by_side({bench: self._packing(bench, waiting) for bench in self._of("pack")})

    def receive(self, numbers: Sequence[str]) -> None:
        """Receive whole deliveries, by the numbers of their purchase orders. Raises: Stuck."""
        waiting = deque(numbers)
        self._side_by_side({bench: self._receiving(bench, waiting) for bench in self._of("dock")})

    def _of(self, kind: StationKind) -> list[str]:
        return sorted(name for name, station in self._site.stations.items() if station.kind == kind)

    def _side_by_side(self, benches: dict[str, Answering]) -> None:
        """Each bench answers what it shows; what they all show then is read at once, until all are through."""
        for answering in benches.values():
            next(answering)
        while benches:
            states = self._stations.benches(list(benches))
            for bench, state in zip(list(benches), states, strict=True):
                try:
                    self._stations.tell(bench, benches[bench].send(state))
                except StopIteration:
                    del benches[bench]
            self._stations.wait()

    def _packing(self, bench: str, waiting: deque[tuple[str, Counter[str]]]) -> Answering:
        state = yield []
        while waiting:
            tote, pile = waiting.popleft()
            state = yield [self._stations.scanned(self._stations.asked(bench, state), tote)]
            for _ in range(ANSWERS_MAX):
                prompt = self._stations.asked(bench, state)
                if prompt.title == "Scan a tote":
                    break
                state = yield self._packer_answers(bench, pile, state, prompt)
            if prompt.lines or prompt.title != "Scan a tote":
                raise Stuck(f"{bench}: expected {tote} to be packed, got: {prompt.title} {prompt.lines}.")

    def _packer_answers(self, bench: str, pile: Counter[str], state: BenchDesired, prompt: Prompt) -> list[Event]:
        if prompt.ask == "weigh" and (carton := _CARTON.search(prompt.title)):
            weight_mg = self._tare_mg[carton[1]] + sum(units * self._unit_mg[sku] for sku, units in pile.items())
            shown_mg = round(weight_mg / DIVISION_MG) * DIVISION_MG
            return [WeightMeasured(step=prompt.step, weight_mg=shown_mg, division_mg=DIVISION_MG)]
        if prompt.ask == "count":
            return [UnitsCounted(step=prompt.step, units=pile[self._scanned[bench]], units_asked=prompt.units)]
        return self._scans(bench, state, prompt)

    def _receiving(self, bench: str, waiting: deque[str]) -> Answering:
        state = yield []
        while waiting:
            number = waiting.popleft()
            state = yield [self._stations.scanned(self._stations.asked(bench, state), number)]
            for _ in range(ANSWERS_MAX):
                prompt = self._stations.asked(bench, state)
                if prompt.title == "Scan the delivery note":
                    break
                if prompt.ask == "count":  # suppliers bring what was ordered
                    state = yield [UnitsCounted(step=prompt.step, units=prompt.units, units_asked=prompt.units)]
                else:
                    state = yield self._scans(bench, state, prompt)
            if prompt.lines or prompt.title != "Scan the delivery note":
                raise Stuck(f"{bench}: expected {number} to be received, got: {prompt.title} {prompt.lines}.")

    def _scans(self, bench: str, state: BenchDesired, prompt: Prompt) -> list[Event]:
        """The label that has been printed, or the next item."""
        if prompt.ask != "scan" or not prompt.expected:
            raise Stuck(f"{bench}: expected a question that has an answer, got: {prompt.title} {prompt.lines}.")
        symbol = prompt.expected[0]
        self._scanned[bench] = self._sku_of.get(symbol, "")
        printed = [LabelPrinted(job=job.job) for job in state.jobs]
        return [*printed, self._stations.scanned(prompt, symbol)]
