"""Small random floors, and tours by trying everything: what routes and lengths are compared with."""

from collections.abc import Iterable
from itertools import permutations

from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop

ALONG = st.integers(0, 13)


@st.composite
def floors(draw: st.DrawFn, crossings_max: int = 4) -> Aisles:
    """Up to five aisles and some cross-aisles; the depot anywhere."""
    across = draw(st.lists(st.integers(0, 12), min_size=1, max_size=5, unique=True))
    cross = draw(st.lists(ALONG, min_size=1, max_size=crossings_max, unique=True))
    depot = Stop(draw(st.integers(0, len(across) - 1)), draw(ALONG))
    return Aisles(across_mm=tuple(sorted(across)), cross_mm=tuple(sorted(cross)), depot=depot)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Aisles, list[frozenset[Stop]]]:
    """One block, or dead ends, with the depot at a crossing; and up to five orders on it."""
    length = draw(st.integers(1, 20))
    across = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True)))
    cross = draw(st.sampled_from([(0,), (0, length)]))
    depot = Stop(draw(st.integers(0, len(across) - 1)), draw(st.sampled_from(cross)))
    stops = st.builds(Stop, st.integers(0, len(across) - 1), st.integers(0, length))
    orders = draw(st.lists(st.frozensets(stops, min_size=1, max_size=6), min_size=1, max_size=5))
    return Aisles(across_mm=tuple(across), cross_mm=cross, depot=depot), orders


def stop_on(aisles: Aisles) -> st.SearchStrategy[Stop]:
    """A stop anywhere on a floor."""
    return st.builds(Stop, st.integers(0, len(aisles.across_mm) - 1), ALONG)


def stops_on(aisles: Aisles, count_max: int = 5) -> st.SearchStrategy[frozenset[Stop]]:
    """Stops anywhere on a floor."""
    return st.frozensets(stop_on(aisles), max_size=count_max)


def shortest_by_trying(aisles: Aisles, stops: Iterable[Stop]) -> int:
    """The length of the shortest tour, of all orders of the stops."""
    return min(aisles.tour_mm(order) for order in permutations(stops))
