"""Batches to begin a search with: by savings of distance, and by filling carts.

Both keep the capacity. Savings make short tours; filling makes few, and one tour more costs more than short ones save.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hub.domain.batch_lengths import Batches, BatchLengths

NOTHING = 0
"""No saving, or none that fits."""
SUMS_MAX = 2_000
"""Of so many different ways to fill a batch the best is good enough."""


def padded(batches: Iterable[Sequence[int]], none: int) -> Batches:
    """Batches of different sizes as one array, filled up with ``none``.

    >>> padded([[0, 2], [1]], 3).tolist()
    [[0, 2], [1, 3]]
    """
    listed = list(batches)
    rows = np.full((len(listed), max([1, *map(len, listed)])), none, np.intp)
    for row, batch in zip(rows, listed, strict=True):
        row[: len(batch)] = batch
    return rows


def savings_batches(lengths: BatchLengths, sizes: Sequence[int], capacity: int) -> list[list[int]]:
    """Join the two batches whose joint tour saves most, as long as any two save something and fit together.

    Source: G. Clarke and J. W. Wright, "Scheduling of vehicles from a central depot to a number of delivery points",
    Operations Research 12(4), 1964; for batches, with new savings after each join: M. B. M. de Koster, E. S. van der
    Poort and M. Wolters, "Efficient orderbatching methods in warehouses", International Journal of Production
    Research 37(7), 1999 (C&W(ii)).
    """
    count = len(sizes)
    batches = [[order] for order in range(count)]
    loads = np.array(sizes, np.int64)
    length_mm = lengths.lengths_mm(padded(batches, lengths.none)).astype(np.int64)
    saved_mm = np.full((count, count), NOTHING, np.int64)

    def savings_mm(one: int, others: NDArray[np.intp]) -> NDArray[np.int64]:
        joined = padded((batches[one] + batches[other] for other in others), lengths.none)
        saved: NDArray[np.int64] = length_mm[one] + length_mm[others] - lengths.lengths_mm(joined)
        return saved

    for one in range(count - 1):
        fitting = one + 1 + np.flatnonzero(loads[one] + loads[one + 1 :] <= capacity)
        if len(fitting):
            saved_mm[one, fitting] = savings_mm(one, fitting)
    while (saved_mm > NOTHING).any():
        one, other = divmod(int(saved_mm.argmax()), count)
        length_mm[one] += length_mm[other] - saved_mm[one, other]
        loads[one] += loads[other]
        loads[other] = capacity + 1  # fits nothing any more
        batches[one], batches[other] = batches[one] + batches[other], []
        saved_mm[[one, other], :] = saved_mm[:, [one, other]] = NOTHING
        fits = loads[one] + loads <= capacity
        fits[one] = False
        if fits.any():
            saved_mm[one, fits] = savings_mm(one, np.flatnonzero(fits))
    return [batch for batch in batches if batch]


def filled_batches(sizes: Sequence[int], capacity: int) -> list[list[int]]:
    """Few batches: the largest order left opens one, and those that fill it best go with it.

    Source: J. N. D. Gupta and J. C. Ho, "A new heuristic algorithm for the one-dimensional bin-packing problem",
    Production Planning & Control 10(6), 1999 (minimum bin slack), by a table of reachable sums.

    >>> filled_batches([4, 3, 3, 2], 6)
    [[0, 3], [1, 2]]
    """
    left = sorted(range(len(sizes)), key=lambda order: (-sizes[order], order))
    batches = []
    while left:
        largest, *others = left
        room = capacity - sizes[largest]
        reached: dict[int, tuple[int, ...]] = {0: ()}
        for order in others:
            for filled, chosen in list(reached.items()):
                if filled + sizes[order] <= room:
                    reached.setdefault(filled + sizes[order], (*chosen, order))
            if room in reached or len(reached) > SUMS_MAX:
                break
        taken = reached[max(reached)]
        batches.append([largest, *taken])
        left = [order for order in others if order not in taken]
    return batches
