"""Better batches by exchanging orders between them: simulated annealing, hundreds of exchanges at a time.

A round draws exchanges at random (one or two orders against none, one or two of another batch), works out all their
lengths at once, and makes those that Metropolis's rule accepts, as far as they concern different batches: so each is
judged by the batches it is made in. The capacity is kept throughout.

Source: S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, "Optimization by simulated annealing", Science 220, 1983. The
exchanges are those of S. Henn and G. Waescher, "Tabu search heuristics for the order batching problem in manual order
picking systems", European Journal of Operational Research 222(3), 2012 (shift and swap), and pairs of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub.domain.batch_lengths import Batches, BatchLengths
from hub.domain.first_batches import padded

EXCHANGES_A_ROUND = 128
"""Fewer leave the arrays short, more are in each other's way."""
DRAWN_A_ROUND = 6 * EXCHANGES_A_ROUND
"""In tight carts five of six that are drawn do not fit."""
HOT, COLD = 0.02, 0.003
"""Temperature at the beginning and at the end, as a part of a mean tour."""
TO_EMPTY, SHIFTS, SWAPS, TWO_FOR_ONE = 0.02, 0.30, 0.65, 0.85
"""Of the exchanges drawn: up to here into the emptiest batch, without anything in return, one for one, two for one;
the rest two for two. Of the shifts a third is of two orders."""
SHIFTS_OF_TWO = 0.10
SPARE_BATCHES = 1

Numbers = NDArray[np.int64]
Spent = Callable[[int], float]
"""Which part of the effort is spent after so many tried exchanges, from 0 to 1."""


@dataclass(frozen=True)
class _Exchange:
    """Drawn exchanges, one an element: up to two orders go from one batch to another, up to two come back."""

    source: Batches
    target: Batches
    going: Batches
    """Two columns, as in ``coming``."""
    coming: Batches
    size: Numbers
    """How much fuller the target becomes."""
    chance_mm: NDArray[np.float64]
    """By so much the tours may become longer."""


class BatchSearch:
    """Batches that get better, round by round.

    Args:
        lengths: Says how long tours are.
        sizes: Of each order, at least 1.
        capacity: Of a batch.
        batches: The beginning; within the capacity.
        rng: Draws the exchanges.
    """

    def __init__(
        self,
        lengths: BatchLengths,
        sizes: Sequence[int],
        capacity: int,
        batches: Sequence[Sequence[int]],
        rng: np.random.Generator,
    ) -> None:
        self._lengths = lengths
        self._none = lengths.none
        self._sizes = np.array([*sizes, 0], np.int64)
        self._capacity = capacity
        self._rng = rng
        widest = max(1, int((np.cumsum(np.sort(self._sizes[:-1])) <= capacity).sum()))
        self._members = padded([*batches, *[[]] * SPARE_BATCHES], self._none)
        self._members = np.pad(
            self._members, ((0, 0), (0, widest - self._members.shape[1])), constant_values=self._none
        )
        self._batch_of = np.full(len(sizes) + 1, -1, np.intp)
        for number, batch in enumerate(batches):
            self._batch_of[list(batch)] = number
        self._counts = (self._members != self._none).sum(axis=1)
        self._loads = self._sizes[self._members].sum(axis=1)
        self._lengths_mm = lengths.lengths_mm(self._members).astype(np.int64)
        self._best = self._members.copy()
        self.best_mm = int(self._lengths_mm.sum())
        """The length of all tours of the best batches found."""
        self.tried = 0
        """Exchanges whose lengths were worked out."""

    @property
    def best(self) -> list[list[int]]:
        """The best batches found."""
        found = [[int(order) for order in row if order != self._none] for row in self._best]
        return [batch for batch in found if batch]

    def run(self, spent: Spent) -> None:
        """Search until the effort is spent; at least two orders are needed for anything to change."""
        if len(self._sizes) < 3 or len(self._members) < 2 + SPARE_BATCHES:
            return
        hot_mm = HOT * self.best_mm / (len(self._members) - SPARE_BATCHES)
        while (part := spent(self.tried)) < 1:
            self._round(hot_mm * (COLD / HOT) ** part)

    def _round(self, temperature_mm: float) -> None:
        drawn = self._draw(temperature_mm)
        self.tried += max(1, len(drawn.source))
        if not len(drawn.source):
            return
        rows = self._exchanged(drawn)
        became_mm = self._lengths.lengths_mm(rows).astype(np.int64).reshape(2, -1)
        longer_mm = became_mm.sum(axis=0) - self._lengths_mm[drawn.source] - self._lengths_mm[drawn.target]
        changed: set[int] = set()
        for chosen in np.flatnonzero(longer_mm <= drawn.chance_mm):
            source, target = int(drawn.source[chosen]), int(drawn.target[chosen])
            if source in changed or target in changed:
                continue
            changed |= {source, target}
            self._put(source, rows[chosen], became_mm[0, chosen], -drawn.size[chosen])
            self._put(target, rows[len(drawn.source) + chosen], became_mm[1, chosen], drawn.size[chosen])
        if changed and (now_mm := int(self._lengths_mm.sum())) < self.best_mm:
            self.best_mm = now_mm
            self._best = self._members.copy()

    def _draw(self, temperature_mm: float) -> _Exchange:
        """Exchanges that fit, at most :data:`EXCHANGES_A_ROUND`."""
        rng, none = self._rng, self._none
        going, coming = rng.integers(0, none, (2, DRAWN_A_ROUND))
        kind, also_going, also_coming, luck = rng.random((4, DRAWN_A_ROUND))
        source, target = self._batch_of[going], self._batch_of[coming]
        target = np.where(kind < TO_EMPTY, self._counts.argmin(), target)
        also = self._members[source, (also_going * self._counts[source]).astype(np.intp)]
        second_going = np.where(((kind < SHIFTS_OF_TWO) | (kind > SWAPS)) & (also != going), also, none)
        coming = np.where(kind < SHIFTS, none, coming)
        also = self._members[target, (also_coming * self._counts[target]).astype(np.intp)]
        second_coming = np.where((kind > TWO_FOR_ONE) & (also != coming), also, none)
        size = self._sizes[going] + self._sizes[second_going] - self._sizes[coming] - self._sizes[second_coming]
        fits = (self._loads[target] + size <= self._capacity) & (self._loads[source] - size <= self._capacity)
        taken = np.flatnonzero(fits & (source != target))[:EXCHANGES_A_ROUND]
        return _Exchange(
            source=source[taken],
            target=target[taken],
            going=np.column_stack((going[taken], second_going[taken])),
            coming=np.column_stack((coming[taken], second_coming[taken])),
            size=size[taken],
            chance_mm=-temperature_mm * np.log1p(-luck[taken]),
        )

    def _exchanged(self, drawn: _Exchange) -> Batches:
        """The batches after each exchange: all the sources, then all the targets."""
        width = int(self._counts.max())
        halves = []
        for batch, leaving, arriving in (
            (drawn.source, drawn.going, drawn.coming),
            (drawn.target, drawn.coming, drawn.going),
        ):
            staying = self._members[batch, :width]
            staying[(staying == leaving[:, :1]) | (staying == leaving[:, 1:])] = self._none
            halves.append(np.concatenate((staying, arriving), axis=1))
        return np.concatenate(halves)

    def _put(self, batch: int, row: Batches, length_mm: np.int64, fuller: np.int64) -> None:
        orders = row[row != self._none]
        self._members[batch] = self._none
        self._members[batch, : len(orders)] = orders
        self._batch_of[orders] = batch
        self._counts[batch] = len(orders)
        self._loads[batch] += fuller
        self._lengths_mm[batch] = length_mm
