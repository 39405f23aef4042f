"""What can be sold, and from when: available-to-promise by date.

What is free today is available today. Each delivery that is on order adds its units on its day, after it has filled
what waits for stock already: backorders, and promises that nothing stands for any more.

Source: available-to-promise, cumulative with look-ahead; J. H. Blackstone (ed.), APICS Dictionary, 14th edition, 2013.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Arrival(NamedTuple):
    """A delivery that is on order."""

    due_us: int
    units: int
    """What is still to come of it."""


class From(NamedTuple):
    """So many units can be promised from this time on, until the next entry."""

    from_us: int
    units: int


@dataclass(frozen=True, kw_only=True)
class Availability:
    """An SKU's units at one site, for one client."""

    free: int
    """In bins that may be picked from, not reserved."""
    promised: int
    """To order lines whose bins are not chosen yet."""
    backordered: int
    """Ordered by customers, and nothing stands for them."""
    arrivals: tuple[Arrival, ...]

    @property
    def available(self) -> int:
        """Units that can be promised now."""
        return max(0, self.free - self.promised)

    def to_promise(self, now_us: int) -> tuple[From, ...]:
        """Available-to-promise by date, the first entry being now.

        A delivery that is overdue is promised to nobody anew: nobody knows when it comes. What waits for stock is
        still counted on it, so that the deliveries after it are not promised twice over.

        >>> shop = Availability(free=3, promised=5, backordered=4, arrivals=(Arrival(200, 4), Arrival(300, 10)))
        >>> shop.to_promise(100)
        (From(from_us=100, units=0), From(from_us=300, units=8))
        """
        waiting = self.backordered + max(0, self.promised - self.free)
        units = self.available
        found = [From(now_us, units)]
        for arrival in sorted(self.arrivals):
            filled = min(waiting, arrival.units)
            waiting -= filled
            if arrival.units > filled and arrival.due_us > now_us:
                units += arrival.units - filled
                found.append(From(arrival.due_us, units))
        return _one_a_time(found)

    def ships_from_us(self, units: int, now_us: int) -> int | None:
        """From when so many units can be promised; None if not even what is on order is enough.

        >>> shop = Availability(free=3, promised=0, backordered=0, arrivals=(Arrival(200, 4),))
        >>> [shop.ships_from_us(units, 100) for units in (3, 7, 8)]
        [100, 200, None]
        """
        return next((entry.from_us for entry in self.to_promise(now_us) if entry.units >= units), None)

    @property
    def on_order(self) -> int:
        """Units that suppliers still owe."""
        return sum(arrival.units for arrival in self.arrivals)


def _one_a_time(entries: Sequence[From]) -> tuple[From, ...]:
    """Two deliveries of one time are one entry."""
    return tuple(
        entry
        for entry, after in zip(entries, (*entries[1:], None), strict=True)
        if after is None or after.from_us != entry.from_us
    )
