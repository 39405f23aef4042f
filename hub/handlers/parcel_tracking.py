"""What carriers report of parcels: each event kept once, whether it came by webhook or was asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hub.handlers import customer_letters
from hub.handlers.policy import Policy
from hub.storage import exceptions, label_purchases, parcels, tracking
from hub.storage.label_purchases import Purchase
from hub.storage.transaction import Tx

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reported(Protocol):
    """Something that happened to a parcel, as its carrier says it."""

    @property
    def event(self) -> str:
        """The carrier's own id of it."""

    @property
    def tracking(self) -> str:
        """The parcel's number."""

    @property
    def status(self) -> str:
        """What happened."""

    @property
    def at(self) -> str:
        """When, as RFC 3339 has it."""

    @property
    def place(self) -> str:
        """Where."""

    @property
    def detail(self) -> str:
        """In words."""


class BadEvent(ValueError):
    """An event that cannot be kept: what was expected, what came."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What became of a carrier's events."""

    news: int
    refused: tuple[str, ...]
    """Why each of the others cannot be kept."""


def heard_each(tx: Tx, policy: Policy, carrier: str, events: Iterable[Reported]) -> Heard:
    """Keep what can be kept: an event that cannot keeps back no other."""
    news = 0
    refused = []
    for event in events:
        try:
            news += heard(tx, policy, carrier, event)
        except BadEvent as bad:
            refused.append(f"Event {event.event}: {bad}")
    return Heard(news=news, refused=tuple(refused))


def heard(tx: Tx, policy: Policy, carrier: str, reported: Reported) -> bool:
    """Keep an event; whether it was news. The customer is told of a delivery, a person of a failure; of neither if
    what came before it says that it is no longer so, for events come in any order.

    Raises: BadEvent, the parcel is none of ours, or its time cannot be read.
    """
    parcel_id = tracking.parcel_of(tx.connection, carrier, reported.tracking)
    if parcel_id is None:
        raise BadEvent(f"Expected the number of a parcel that {carrier} carries for us, got '{reported.tracking}'.")
    at_us = _time_us(reported.at)
    known = tracking.events_of(tx.connection, parcel_id)
    news = tracking.keep(
        tx,
        parcel_id=parcel_id,
        carrier=carrier,
        event=reported.event,
        status=reported.status,
        detail=reported.detail,
        place=reported.place,
        at_us=at_us,
    )
    if not news:
        return False
    row = parcels.by_id(tx.connection, parcel_id)
    tx.changed("order", ref=str(row.order_id))
    delivered_since = any(e["status"] == "delivered" and e["at_us"] >= at_us for e in known)
    came_back = any(e["status"] == "returned" for e in known)
    if reported.status == "delivered" and not came_back:
        customer_letters.delivered(tx, policy, row, at_us, reported.place)
    if reported.status in ("failed", "returned") and not delivered_since:
        detail = f"{reported.tracking} of order {row.order_ref}: {reported.status}. {reported.detail}".strip()
        exceptions.open_once(tx, "not_delivered", carrier, detail, ref_kind="parcel", ref_id=str(parcel_id))
    if reported.status in ("delivered", "returned"):
        label_purchases.set_under_way(tx, parcel_id, False)
    if reported.status == "delivered" and not came_back:
        exceptions.close_ref(tx, ("not_delivered",), "delivered", ref_kind="parcel", ref_id=str(parcel_id))
    return True


def polled(tx: Tx, policy: Policy, purchase: Purchase, events: Iterable[Reported]) -> Heard:
    """A carrier was asked how far a parcel is, and said this."""
    label_purchases.polled(tx, purchase.id)
    return heard_each(tx, policy, purchase.carrier, (event for event in events if event.tracking == purchase.tracking))


def _time_us(at: str) -> int:
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        raise BadEvent(f"at: expected a time as 2011-03-01T12:00:00Z, got '{at}'.") from None
    if time.tzinfo is None:
        raise BadEvent(f"at: expected a time with its offset, as 2011-03-01T12:00:00Z, got '{at}'.")
    return (time - EPOCH) // timedelta(microseconds=1)
