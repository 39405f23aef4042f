"""The floor as people see it: every station's hands, where things stand, how long a walk takes, what to fear."""

import math
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from edge.contract.hands import Seen, SeenLight
from edge.contract.site import Site
from hub.demo.hands import Hands
from hub.demo.world import World
from hub.site.catalogue import Catalogue

WALK_M_PER_S = 1.3
REACH_S = 1.2
"""Taking a handful out of a bin, or putting it in."""
SCAN_S = 0.8


@dataclass
class Floor:
    """What all people share.

    Args:
        site, catalogue: The site's files.
        sockets: Directory of the stations' hands.
        stop: Set when the demo ends.
        rng: For the weights of units; each person has one of their own.
        speed: How many times faster than real people walk and reach; infinite: no time at all.
    """

    site: Site
    catalogue: Catalogue
    sockets: Path
    stop: threading.Event
    rng: random.Random
    speed: float
    packing: deque[str] = field(default_factory=deque)
    """Totes that stand before the pack stations."""
    deliveries: deque[tuple[str, dict[str, int]]] = field(default_factory=deque)
    """What lorries have brought: (purchase order, units by SKU)."""
    inducting: threading.Lock = field(default_factory=threading.Lock)
    """One person at a time at the induction station ..."""
    inducts: str = ""
    """... and who that is; empty: nobody."""
    free_totes: deque[str] = field(default_factory=deque)
    touched: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who touched a bin last, and for which tote: that person looks after its alarm."""
    confirm_to_light_us: list[int] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {b.name: (b.x_mm, b.y_mm) for s in self.site.stations.values() for b in s.bins}
        self.places |= {s.name: (s.x_mm, s.y_mm) for s in self.site.stations.values()}
        self._bays = {b.name: s.name for s in self.site.stations.values() for b in s.bins}
        self.world = World(self.catalogue, self.rng, self._load)
        self.hands = {
            name: Hands(self.sockets / f"{name}.sock", self.stop, on_back=self._load_all)
            for name in sorted(self.site.stations)
        }
        self.free_totes.extend(f"TOTE-{n:04d}" for n in range(1, self.catalogue.totes.tote_count + 1))

    def bay_of(self, bin_name: str) -> Hands:
        """The hands at the bay of a bin."""
        return self.hands[self._bays[bin_name]]

    def stations(self, kind: str) -> list[str]:
        """The stations of a kind."""
        return [s.name for s in self.site.stations.values() if s.kind == kind]

    def lit(self, want: Callable[[SeenLight], bool]) -> list[tuple[str, SeenLight]]:
        """Every lit bin (not beacons) that somebody wants: (station, light)."""
        return [
            (name, light)
            for name, hands in self.hands.items()
            for light in hands.seen.lights
            if light.place != "beacon" and want(light)
        ]

    def distance_m(self, one: str, other: str) -> float:
        """How far two places are apart, walking along the aisles."""
        (ax, ay), (bx, by) = self.places[one], self.places[other]
        return (abs(ax - bx) + abs(ay - by)) / 1000

    def spend(self, seconds: float) -> None:
        """Let a person's time pass, as much faster as the day runs."""
        if not math.isinf(self.speed):
            self.stop.wait(seconds / self.speed)

    def save_world(self, path: Path) -> None:
        """Write what really happened to a JSON file."""
        stations = self.site.stations.values()
        self.world.save(path, {s.name: s.scale.division_mg for s in stations if s.scale is not None})

    def close(self) -> None:
        """Let go of all hands."""
        for hands in self.hands.values():
            hands.close()

    def _load(self, bin_name: str, mass_mg: int) -> None:
        self.bay_of(bin_name).place(bin_name, mass_mg)

    def _load_all(self, hands: Hands) -> None:
        """A bay's agent has started: its scales are told what lies on them."""
        for bin_ in self.site.stations[hands.station].bins:
            if bin_.channel is not None:
                self.world.load_bin(bin_.name)


def light_at(seen: Seen, place: str) -> SeenLight | None:
    """What a bin shows, or None if it is dark."""
    return next((light for light in seen.lights if light.place == place), None)


def number_shown(text: str) -> int:
    """The number that a display shows after its mark; 0 if there is none.

    >>> number_shown("A 12"), number_shown("!-3"), number_shown("B+10")
    (12, -3, 10)
    """
    digits = text[1:].replace(" ", "")
    try:
        return int(digits)
    except ValueError:
        return 0
