"""The floor without people: carts are loaded, every light is followed, at once and without a mistake. It sees only what
stations show, and says only what stations say."""

from collections import Counter, deque
from collections.abc import Callable

from edge.contract.events import BinCounted, Event, TaskReturned, UnitsPicked, UnitsPutAway
from edge.contract.site import Site
from edge.contract.state import Prompt, Task
from hub.replay.site import PICKERS, badge_of
from hub.replay.stations import Stations, Stuck
from hub.site.catalogue import Catalogue

INDUCT = "induct-1"
Carts = dict[str, dict[str, str]]
"""By a picker's colour: which tote stands at which mark of the cart."""


class Floor:
    """Bins, carts and totes, and what really lies in them.

    Args:
        site, catalogue: The site's files.
        stations: What the floor sees and says.
        changed: The stations whose desired state changed since it was asked last.
        walked: Called with the bins of each cart's tour.
    """

    def __init__(
        self,
        site: Site,
        catalogue: Catalogue,
        stations: Stations,
        changed: Callable[[], list[str]],
        walked: Callable[[list[str]], None],
    ) -> None:
        self._stations = stations
        self._changed = changed
        self._walked = walked
        self._bays = {name for name, station in site.stations.items() if station.is_bay}
        self._sku_of = {stock.bin: stock.sku for stock in catalogue.bins}
        self._carts = dict(zip((name for name, _ in PICKERS), catalogue.totes.carts, strict=True))
        self.bins = Counter[str]({stock.bin: stock.units for stock in catalogue.bins})
        """Units that really lie in each bin."""
        self.totes: dict[str, Counter[str]] = {}
        """What really lies in each tote that is in use, units by SKU."""
        self.free_totes = deque(catalogue.totes.totes)
        self.lights = 0
        """Lights followed until now."""

    def load_carts(self) -> Carts:
        """Every picker takes a cart, as long as there is work."""
        loaded = {}
        for name, colour in PICKERS:
            marks = self._load_cart(name)
            if not marks:
                break
            loaded[colour] = marks
        return loaded

    def _load_cart(self, name: str) -> dict[str, str]:
        prompt = self._scan(self._stations.prompt(INDUCT), badge_of(name))
        prompt = self._scan(prompt, self._carts[name])
        marks: dict[str, str] = {}
        while "tote for " in prompt.title:
            tote = self.free_totes.popleft()
            marks[prompt.title.rpartition(" ")[2]] = tote
            self.totes[tote] = Counter()
            prompt = self._scan(prompt, tote)
        if prompt.title != "Scan your badge" or (marks and prompt.lines):
            raise Stuck(f"{INDUCT}: expected {name}'s cart to be loaded, got: {prompt.title} {prompt.lines}.")
        return marks

    def _scan(self, asked: Prompt, symbol: str) -> Prompt:
        """Show a symbol at induction; what it asks then."""
        self._stations.tell(INDUCT, [self._stations.scanned(asked, symbol)])
        self._stations.wait()
        return self._stations.prompt(INDUCT)

    def follow_lights(self, carts: Carts) -> int:
        """Do what is lit at the bays that changed; how many lights that were."""
        tours: dict[str, list[str]] = {colour: [] for colour in carts}
        lights = 0
        bays = [station for station in self._changed() if station in self._bays]
        for station, state in zip(bays, self._stations.bays(bays), strict=True):
            if state.tasks:
                self._stations.tell(station, [self._done(task, carts, tours) for task in state.tasks])
                lights += len(state.tasks)
        self._stations.wait()
        for bins in tours.values():
            if bins:
                self._walked(bins)
        self.lights += lights
        return lights

    def _done(self, task: Task, carts: Carts, tours: dict[str, list[str]]) -> Event:
        if task.recalled:
            return TaskReturned(task=task.task, bin=task.bin)
        if task.kind == "count":
            return BinCounted(task=task.task, bin=task.bin, units=self.bins[task.bin], by="button")
        if task.kind == "put":
            self.bins[task.bin] += task.units
            return UnitsPutAway(task=task.task, bin=task.bin, units=task.units, units_asked=task.units, by="button")
        units = min(task.units, self.bins[task.bin])
        self.bins[task.bin] -= units
        self.totes[carts[task.colour][task.mark]][self._sku_of[task.bin]] += units
        tours[task.colour].append(task.bin)
        return UnitsPicked(task=task.task, bin=task.bin, units=units, units_asked=task.units, by="button")
