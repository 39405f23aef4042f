"""How urgent waiting orders are, and which of them wait for their wave."""

from dataclasses import dataclass

from sqlalchemy import Connection

from hub.domain.next_carts import Urgency
from hub.domain.rates import Destination, Shipment, cheapest
from hub.domain.waves import Departure, departure_of
from hub.handlers.policy import Policy
from hub.storage import waiting
from hub.storage.waiting import OrderRow

ORDERS_READ_MAX = 20_000
"""So far down the list of waiting orders release looks where there are waves: storage knows neither which of them are
open nor when they leave. The list is by priority, what must leave first, and age."""
ORDERS_LOOKED_AT_MAX = 200
"""Among so many of those that may go now a cart's are chosen."""
DEPARTURES_KNOWN_MAX = 50_000
"""So many departures are kept in mind, for thousands of orders may wait while a picker's cart is scanned."""
SOON_US = 2 * 3_600_000_000
"""What was promised to leave within this goes before what was not."""
NEVER_US = 2**62
POINT = (1, 1, 1)
"""Sides of a parcel nobody has packed yet: only its weight decides on its service."""


@dataclass(frozen=True, kw_only=True)
class ReadyOrder:
    """An order that may go now."""

    order_id: int
    urgency: Urgency
    ship_complete: bool


def ready_orders(connection: Connection, policy: Policy, now_us: int) -> list[ReadyOrder]:
    """The orders that may go now, the most urgent first; of equals first what was promised first, then the oldest."""
    found = []
    # without waves the list is ranked as it is read
    for row in waiting.releasable(connection, ORDERS_READ_MAX if policy.waves else ORDERS_LOOKED_AT_MAX):
        departure = departure_for(policy, row)
        if may_go(row, departure, now_us):
            found.append((urgency_of(row, departure, now_us), row))
    found.sort(key=lambda one: (one[0], _never_if_none(one[1].ship_by_us), one[1].placed_us, one[1].order_id))
    return [
        ReadyOrder(order_id=row.order_id, urgency=urgency, ship_complete=bool(row.ship_complete))
        for urgency, row in found[:ORDERS_LOOKED_AT_MAX]
    ]


def may_go(row: OrderRow, departure: Departure | None, now_us: int) -> bool:
    """Whether an order need not wait for its wave: that is open, or there is none, or it is urgent itself, or a lane
    waits for it to go."""
    if departure is None or departure.release_us <= now_us or row.priority > 0 or row.by_lane:
        return True
    return row.ship_by_us is not None and row.ship_by_us < departure.leaves_us


def urgency_of(row: OrderRow, departure: Departure | None, now_us: int) -> Urgency:
    """Priority first; then what must leave soon, is late or lies in a lane; then by the departure of its wave."""
    due_us = min(_never_if_none(row.ship_by_us), NEVER_US if departure is None else departure.leaves_us)
    soon = due_us - now_us < SOON_US or bool(row.by_lane)
    return (-row.priority, 0 if soon else 1, NEVER_US if departure is None else departure.leaves_us)


def _never_if_none(at_us: int | None) -> int:
    return NEVER_US if at_us is None else at_us


def departure_for(policy: Policy, row: OrderRow) -> Departure | None:
    """The departure of an order; None where the site has no waves, or none for the service that it will leave with."""
    if not policy.waves:
        return None
    known = policy.departures
    came = (row.country, row.postcode, row.goods_mg, row.received_us)
    if came not in known:
        if len(known) >= DEPARTURES_KNOWN_MAX:
            known.clear()
        known[came] = _departure(policy, row)
    return known[came]


def _departure(policy: Policy, row: OrderRow) -> Departure | None:
    to = Destination(country=row.country, postcode=row.postcode, residential=policy.residential)
    found = cheapest(policy.services, Shipment(weight_mg=row.goods_mg, sides_mm=POINT, to=to))
    return departure_of(policy.waves, "" if found is None else found.service.name, row.received_us, policy.zone)
