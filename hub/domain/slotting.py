"""Which SKUs should lie elsewhere: exchanges of bins by what walking they save on tours that were really walked.

An SKU that is picked often and lies far away exchanges its bin with one that is picked seldom and lies near, or takes a
free bin there. Pairs are found by a plain estimate (picks times distance); what each saves is then reckoned exactly, by
the shortest routes of all tours that it changes, after the moves before it. Each SKU is moved once at most.

Source: the turnover-based assignment, W. H. Hausman, L. B. Schwarz and S. C. Graves, "Optimal storage assignment in
automatic warehousing systems", Management Science 22(6), 1976; routes as in :mod:`hub.domain.route`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.domain.aisles import Stop
from hub.domain.floor_stops import FloorStops
from hub.domain.route import shortest_route

TRIES_EACH_MAX = 2
"""So many places are tried for an SKU before the next one's turn."""
LENGTHS_KEPT_MAX = 100_000
"""Lengths of so many sets of stops are remembered."""
Tour = frozenset[str]
"""The SKUs that one cart is sent for."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """One exchange: an SKU goes to a nearer bin, and what lies there, if anything, to its bin."""

    sku: str
    from_bin: str
    to_bin: str
    other: str | None
    """What lay in ``to_bin``; None: nothing."""
    saved_mm: int
    """On all the tours, after the moves before it."""
    picks: int
    """Tours with the SKU ..."""
    other_picks: int
    """... and with the other one."""

    @property
    def moved(self) -> int:
        """How many SKUs are carried to another bin."""
        return 1 if self.other is None else 2

    @property
    def saved_a_move_mm(self) -> int:
        """What each carrying saves."""
        return self.saved_mm // self.moved

    @property
    def because(self) -> str:
        """In words."""
        there = "which is free" if self.other is None else f"where {self.other} lies, on {self.other_picks} tours"
        return f"{self.sku} is on {self.picks} tours: {self.from_bin} to {self.to_bin}, {there}"


@dataclass(frozen=True, kw_only=True)
class Slotting:
    """What moves were found, those that save most for each carrying first, and what is walked before and after all."""

    moves: tuple[Move, ...]
    before_mm: int
    after_mm: int


def walked_mm(floor: FloorStops, bin_of: Mapping[str, str], tours: Iterable[Tour]) -> int:
    """How far it is to walk for some tours; an SKU without a bin is not gone for."""
    return sum(_length_mm(floor, bin_of, tour) for tour in tours)


def _length_mm(floor: FloorStops, bin_of: Mapping[str, str], tour: Tour) -> int:
    stops = {floor.stops[bin_of[sku]] for sku in tour if sku in bin_of}
    return shortest_route(floor.aisles, stops).length_mm


def moved(bin_of: Mapping[str, str], moves: Iterable[Move]) -> dict[str, str]:
    """Where SKUs lie after some moves.

    >>> swap = Move(sku="A", from_bin="1", to_bin="2", other="B", saved_mm=0, picks=0, other_picks=0)
    >>> moved({"A": "1", "B": "2"}, [swap])
    {'A': '2', 'B': '1'}
    """
    after = dict(bin_of)
    for move in moves:
        after[move.sku] = move.to_bin
        if move.other is not None:
            after[move.other] = move.from_bin
    return after


def plan_moves(
    floor: FloorStops,
    bin_of: Mapping[str, str],
    tours: Sequence[Tour],
    *,
    free: Iterable[str] = (),
    fits: Callable[[str, str], bool] = lambda _sku, _bin: True,
    moves_max: int = 50,
    spent: Callable[[], bool] = lambda: False,
) -> Slotting:
    """The exchanges that save walking.

    Args:
        floor: Aisles and the stop of each bin.
        bin_of: Where each SKU lies now (bins with a stop only).
        tours: What was walked lately.
        free: Bins in which nothing lies.
        fits: Whether an SKU may lie in a bin.
        moves_max: At most so many exchanges.
        spent: Whether the time for it is over: then what was found so far is the answer.
    """
    plan = _Plan(floor, bin_of, tours, free)
    found: list[Move] = []
    for sku in plan.by_burden():
        if len(found) >= moves_max or spent():
            break
        if sku not in plan.settled:
            move = plan.best_of(sku, fits)
            if move is not None:
                found.append(move)
    return Slotting(
        moves=tuple(sorted(found, key=lambda move: -move.saved_a_move_mm)),
        before_mm=plan.before_mm,
        after_mm=sum(plan.lengths),
    )


class _Plan:
    """The places of SKUs while moves are looked for, and the length of each tour."""

    def __init__(
        self, floor: FloorStops, bin_of: Mapping[str, str], tours: Sequence[Tour], free: Iterable[str]
    ) -> None:
        self._floor = floor
        self._tours = tours
        self.bin_of = dict(bin_of)
        self.settled: set[str] = set()
        """SKUs that were moved."""
        self._lies: dict[str, str | None] = {name: None for name in free if name in floor.stops}
        self._lies |= {name: sku for sku, name in bin_of.items()}
        self._on: dict[str, list[int]] = {}
        for number, tour in enumerate(tours):
            for sku in tour:
                self._on.setdefault(sku, []).append(number)
        self._picks = Counter({sku: len(numbers) for sku, numbers in self._on.items()})
        depot = floor.aisles.depot
        self._far_mm = {name: floor.aisles.between_mm(depot, floor.stops[name]) for name in self._lies}
        self._known_mm: dict[frozenset[Stop], int] = {}
        self.lengths = [self._length_mm(bin_of, tour) for tour in tours]
        self.before_mm = sum(self.lengths)

    def _length_mm(self, bin_of: Mapping[str, str], tour: Tour) -> int:
        """Bins of one place share a stop, so that many an exchange changes no tour."""
        stops = frozenset(self._floor.stops[bin_of[sku]] for sku in tour if sku in bin_of)
        length_mm = self._known_mm.get(stops)
        if length_mm is None:
            if len(self._known_mm) >= LENGTHS_KEPT_MAX:
                self._known_mm.clear()
            length_mm = self._known_mm[stops] = shortest_route(self._floor.aisles, stops).length_mm
        return length_mm

    def by_burden(self) -> list[str]:
        """SKUs by how far they are from where their picks would place them, the worst first."""
        ranked = sorted(self.bin_of, key=lambda sku: (-self._picks[sku], sku))
        ideal_mm = sorted(self._far_mm[name] for name in self.bin_of.values())
        excess = {sku: self._far_mm[self.bin_of[sku]] - ideal_mm[n] for n, sku in enumerate(ranked)}
        worth = {sku: self._picks[sku] * far_mm for sku, far_mm in excess.items() if far_mm > 0 and self._picks[sku]}
        return sorted(worth, key=lambda sku: (-worth[sku], sku))

    def best_of(self, sku: str, fits: Callable[[str, str], bool]) -> Move | None:
        """The best of the exchanges that promise most for an SKU, made; None: none of them saves anything."""
        here = self.bin_of[sku]
        wanted = []
        for name, other in self._lies.items():
            nearer_mm = self._far_mm[here] - self._far_mm[name]
            seldom = self._picks[sku] - (self._picks[other] if other is not None else 0)
            if nearer_mm > 0 and seldom > 0 and other not in self.settled:
                worth = nearer_mm * seldom * (1 if other is not None else 2)  # a free bin needs one carrying only
                wanted.append((-worth, name))
        best: Move | None = None
        tried: set[object] = set()
        for _, name in sorted(wanted):
            other = self._lies[name]
            stop = (self._floor.stops[name], other is None)
            if stop in tried or not fits(sku, name) or (other is not None and not fits(other, here)):
                continue
            tried.add(stop)
            saved_mm = self._saved_mm(sku, here, name, other)
            move = self._move(sku, here, name, other, saved_mm)
            if saved_mm > 0 and (best is None or move.saved_a_move_mm > best.saved_a_move_mm):
                best = move
            if len(tried) >= TRIES_EACH_MAX:
                break
        if best is not None:
            self._make(best)
        return best

    def _move(self, sku: str, here: str, name: str, other: str | None, saved_mm: int) -> Move:
        return Move(
            sku=sku,
            from_bin=here,
            to_bin=name,
            other=other,
            saved_mm=saved_mm,
            picks=self._picks[sku],
            other_picks=self._picks[other] if other is not None else 0,
        )

    def _changed(self, sku: str, other: str | None) -> list[int]:
        """The tours that an exchange changes: with one of the two."""
        return sorted(set(self._on.get(sku, ())) ^ set(self._on.get(other or "", ())))

    def _saved_mm(self, sku: str, here: str, name: str, other: str | None) -> int:
        after = {**self.bin_of, sku: name}
        if other is not None:
            after[other] = here
        return sum(self.lengths[n] - self._length_mm(after, self._tours[n]) for n in self._changed(sku, other))

    def _make(self, move: Move) -> None:
        self.bin_of = moved(self.bin_of, [move])
        self._lies[move.to_bin] = move.sku
        if move.other is None:
            del self._lies[move.from_bin]  # so that no move needs another one to be made first
        else:
            self._lies[move.from_bin] = move.other
        self.settled |= {move.sku} | ({move.other} if move.other is not None else set())
        for n in self._changed(move.sku, move.other):
            self.lengths[n] = self._length_mm(self.bin_of, self._tours[n])
