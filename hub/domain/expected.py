"""When a backordered line can expect its goods: deliveries on order are shared out before they come.

What waits stands in a queue: by priority, then by when it was ordered. Each delivery, the earliest first, is claimed
by the queue from its head; a line's date is that of the delivery that brings its last unit. Who finds nothing left on
order gets the date that an order of now would come. A delivery that is overdue still belongs to those who waited for
it, but has no date: nobody knows when it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Source = Literal["in_house", "purchase_order", "lead_time", "overdue", "unknown"]
"""Where a date is from: the units lie in the house and are being put away; a delivery on order; what an order of now
would take; none, the delivery is late; none, nothing is on order of what is ordered no more."""


IN_HOUSE = ""
"""In place of a purchase order's number."""


class Waiting(NamedTuple):
    """A line that waits for units of one SKU."""

    line_id: int
    units: int
    priority: int = 0
    """The greater goes first."""
    placed_us: int = 0


class Coming(NamedTuple):
    """A delivery of one SKU that is on order."""

    due_us: int
    units: int
    number: str
    """Of its purchase order."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """When a line's goods are expected."""

    expected_us: int | None
    """When its last unit comes; None: nobody knows."""
    source: Source
    purchase_order: str = ""
    """That brings it."""


def expect(
    waiting: Sequence[Waiting], coming: Sequence[Coming], *, now_us: int, new_order_us: int | None, in_house: int = 0
) -> dict[int, Expected]:
    """The expected date of each line that waits for an SKU.

    Args:
        waiting: who waits, in any order.
        coming: what is on order, in any order.
        new_order_us: when an order of now would come; None: nothing of the SKU is ordered any more.
        in_house: units that have come and are promised to nobody yet: on plates, at the dock.

    >>> queue = [Waiting(1, 4), Waiting(2, 4, priority=1), Waiting(3, 4)]
    >>> found = expect(queue, [Coming(200, 6, "PO-1"), Coming(300, 3, "PO-2")], now_us=100, new_order_us=900)
    >>> [(line, found[line].expected_us, found[line].purchase_order) for line in sorted(found)]
    [(1, 300, 'PO-2'), (2, 200, 'PO-1'), (3, 900, '')]
    """
    queue = sorted(waiting, key=lambda line: (-line.priority, line.placed_us, line.line_id))
    deliveries = [Coming(now_us, in_house, IN_HOUSE)] * (in_house > 0) + sorted(coming)
    found: dict[int, Expected] = {}
    at, left = 0, deliveries[0].units if deliveries else 0
    for line in queue:
        wanted = line.units
        while wanted > 0 and at < len(deliveries):
            claimed = min(wanted, left)
            wanted -= claimed
            left -= claimed
            if wanted == 0:
                break
            at += 1
            left = deliveries[at].units if at < len(deliveries) else 0
        brings = deliveries[at] if wanted == 0 else None
        found[line.line_id] = _told(brings, now_us, new_order_us)
    return found


def _told(delivery: Coming | None, now_us: int, new_order_us: int | None) -> Expected:
    if delivery is None:
        source: Source = "unknown" if new_order_us is None else "lead_time"
        return Expected(expected_us=new_order_us, source=source)
    if delivery.number == IN_HOUSE:
        return Expected(expected_us=now_us, source="in_house")
    if delivery.due_us <= now_us:
        return Expected(expected_us=None, source="overdue", purchase_order=delivery.number)
    return Expected(expected_us=delivery.due_us, source="purchase_order", purchase_order=delivery.number)


def is_news(before: Expected | None, after: Expected, *, now_us: int, same_day: bool) -> bool:
    """Whether a customer should hear of it: a first date, another day, or a date that is gone.

    A date by lead time stands until it has passed: what an order of now would take moves on with every minute, and
    that is no news. Nor is that what lies in the house has not been put away yet.

    Args:
        same_day: whether both dates are of one local day.
    """
    if before is None:
        return True
    if before.source == after.source == "in_house":
        return False
    if before.source == after.source == "lead_time":
        return before.expected_us is None or before.expected_us <= now_us
    if before.expected_us is None or after.expected_us is None:
        return (before.expected_us is None) != (after.expected_us is None) or before.source != after.source
    return not same_day
