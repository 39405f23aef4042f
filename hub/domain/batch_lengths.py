"""How long the shortest tour of a batch of orders is, for hundreds of candidate batches at once.

The same dynamic programme as :mod:`hub.domain.route` for one block, on arrays: one operation serves all candidates.
Whole batches are joined from orders by the bits of their stops, so what is needed of an aisle (its first and last stop
and the largest gap) comes from a table of all patterns of :data:`BITS` stops.

With the two crossings of an aisle, one, two, or neither may be touched, with an odd or an even degree; walking an
aisle twice from end to end is never needed in one block. Five lengths are kept while the aisles are swept: both odd;
only the near one touched; only the far one; both, connected; both, not connected yet.

Source: H. D. Ratliff and A. S. Rosenthal, Operations Research 31(3), 1983; P. Revenant, H. Cambazard and N. Catusse,
"A note about a transition of Ratliff and Rosenthal's order picking algorithm for rectangular warehouses", 2023.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hub.domain.aisles import Aisles, Stop

BITS = 12
"""Stops a table is indexed by: 4,096 rows of it stay in the processor's cache; 9 and 15 were slower."""
LENGTH_MAX_MM = 2**29
"""Sums of a few lengths fit 32 bits; 500 km is no picking tour."""

Lengths = NDArray[np.int32]
Batches = NDArray[np.intp]


class BatchLengths:
    """The lengths of batches of given orders, on a floor of one block, or of dead ends on one cross-aisle.

    Args:
        aisles: The floor.
        orders: The stops of each order.

    Raises:
        ValueError: there are more than two cross-aisles, the depot is not on one, a stop is not between them (is before
            the only one), an aisle does not exist, or a tour could be longer than :data:`LENGTH_MAX_MM`.
    """

    def __init__(self, aisles: Aisles, orders: Sequence[Iterable[Stop]]) -> None:
        stops = [{*order, aisles.depot} for order in orders]
        near_mm = aisles.cross_mm[0]
        self._through_mm = _aisle_mm(aisles, stops)
        self._dead_ends = len(aisles.cross_mm) == 1
        self._aisles = len(aisles.across_mm)
        across_mm = np.array(aisles.across_mm, np.int32)
        self._crossing_mm: Lengths = (2 * (across_mm[1:] - across_mm[:-1]))[:, None]
        self.none = len(orders)
        """Stands in a batch for no order."""
        places_mm = sorted({stop.along_mm - near_mm for order in stops for stop in order})
        self._tables = [self._table(places_mm[i : i + BITS]) for i in range(0, len(places_mm), BITS)]
        bit_of = {along_mm: divmod(i, BITS) for i, along_mm in enumerate(places_mm)}
        bits = np.zeros((len(orders) + 1, len(self._tables), self._aisles), np.uint16)
        for number, order in enumerate(stops):
            for stop in order:
                table, bit = bit_of[stop.along_mm - near_mm]
                bits[number, table, stop.aisle] |= 1 << bit
        self._bits = bits.reshape(len(orders) + 1, -1)

    def lengths_mm(self, batches: Batches) -> Lengths:
        """The length of each batch's shortest tour.

        Args:
            batches: One batch a row: indices of orders, padded with :attr:`none`. A row of none has length 0.
        """
        columns = np.ascontiguousarray(batches.T)
        bits = self._bits.take(columns[0], axis=0, mode="clip")
        for column in columns[1:]:
            bits |= self._bits.take(column, axis=0, mode="clip")
        patterns = bits.T.astype(np.intp).reshape(len(self._tables), self._aisles, len(batches))
        near, far, gap = self._reaches_mm(patterns)
        used = (near > 0) | (far > 0)
        crossed = np.logical_or.accumulate(used)[:-1] & np.logical_or.accumulate(used[::-1])[-2::-1]
        crossings: Lengths = np.multiply(crossed, self._crossing_mm)
        over: Lengths = crossings.sum(axis=0, dtype=np.int32)
        if self._dead_ends:
            along: Lengths = near.sum(axis=0, dtype=np.int32)
        else:
            gap -= 2 * self._through_mm
            along = self._swept_mm(near, far, np.minimum(near, -gap), crossings)
        return np.add(over, along)

    def _table(self, places_mm: list[int]) -> tuple[Lengths, Lengths, Lengths, Lengths]:
        """For each pattern of these places: twice its first, its last, its largest gap, and from the first to the far
        end; all 0 for no place."""
        first, last, gap, far = np.zeros((4, 1 << len(places_mm)), np.int32)
        for bit, at_mm in enumerate(places_mm):
            without, only = slice(0, 1 << bit), 1 << bit
            with_it = slice(only, 2 << bit)
            first[with_it], far[with_it] = first[without], far[without]
            first[only], far[only] = 2 * at_mm, 2 * (self._through_mm - at_mm)
            last[with_it] = 2 * at_mm
            gap[with_it] = np.maximum(gap[without], 2 * at_mm - last[without])
            gap[only] = 0
        return first, last, gap, far

    def _reaches_mm(self, patterns: NDArray[np.intp]) -> tuple[Lengths, Lengths, Lengths]:
        """In each aisle of each batch: there and back from the near end, from the far end, and twice the largest gap,
        the ends of the aisle counting as stops."""
        near, far, gap = np.zeros((3, *patterns.shape[1:]), np.int32)
        taken = np.empty_like(near)
        for (first_of, last_of, gap_of, far_of), pattern in zip(self._tables, patterns, strict=True):
            np.maximum(gap, gap_of.take(pattern, mode="clip", out=taken), out=gap)
            first_of.take(pattern, mode="clip", out=taken)
            taken -= near
            np.maximum(gap, taken, out=gap)
            np.maximum(near, last_of.take(pattern, mode="clip", out=taken), out=near)
            np.maximum(far, far_of.take(pattern, mode="clip", out=taken), out=far)
        np.maximum(gap, 2 * self._through_mm - near, out=gap)
        return near, far, gap

    def _swept_mm(self, near: Lengths, far: Lengths, both: Lengths, crossings: Lengths) -> Lengths:
        """The dynamic programme; ``both``: an aisle walked into from both ends, or from one, whichever is shorter.

        Two walks along a cross-aisle between used aisles are part of every state and not counted here; four walks
        cost ``crossings`` once more. Where nothing is used on one side, crossings cost nothing and change nothing.
        """
        through = np.int32(self._through_mm)
        only = np.stack([near[0], far[0]])
        odd = np.full_like(near[0], through)
        joined = np.full_like(odd, 2 * through)
        apart = both[0].copy()
        spare = np.empty_like(odd)
        reaches = np.stack([near, far], axis=1)
        for crossing, reach, either in zip(crossings, reaches[1:], both[1:], strict=True):
            np.minimum(only, joined, out=only)
            joined += crossing
            apart += crossing
            np.minimum(apart, only[0], out=apart)
            np.minimum(apart, only[1], out=apart)
            even = np.minimum(apart, joined)
            even += through
            joined += either
            apart += either
            np.add(odd, through, out=spare)
            np.minimum(joined, spare, out=joined)
            odd += either
            np.minimum(odd, even, out=odd)
            only += reach
        shortest: Lengths = np.minimum(np.minimum(only[0], only[1]), joined)
        return shortest


def _aisle_mm(aisles: Aisles, orders: list[set[Stop]]) -> int:
    """How long an aisle is from crossing to crossing, or to the last stop of any dead end. Raises: ValueError."""
    if len(aisles.cross_mm) > 2:
        raise ValueError(f"Expected one or two cross-aisles, got {len(aisles.cross_mm)}.")
    if aisles.depot.along_mm not in aisles.cross_mm:
        raise ValueError(f"Expected the depot on a cross-aisle ({aisles.cross_mm}), got {aisles.depot}.")
    aisles.check(stop for order in orders for stop in order)
    along_mm = {stop.along_mm for order in orders for stop in order} | set(aisles.cross_mm)
    near_mm = aisles.cross_mm[0]
    far_mm = aisles.cross_mm[1] if len(aisles.cross_mm) == 2 else max(along_mm)
    if min(along_mm) < near_mm or max(along_mm) > far_mm:
        raise ValueError(f"Expected stops from {near_mm} to {far_mm} mm, got {min(along_mm)} to {max(along_mm)}.")
    longest_mm = 2 * len(aisles.across_mm) * (far_mm - near_mm) + 4 * (aisles.across_mm[-1] - aisles.across_mm[0])
    if longest_mm > LENGTH_MAX_MM:
        raise ValueError(f"Expected tours of at most {LENGTH_MAX_MM} mm, got a floor where {longest_mm} are possible.")
    return max(
        1, far_mm - near_mm
    )  # by the way to its far end an aisle is known for used, if all stops lie at its mouth
