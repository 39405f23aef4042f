"""Choosing the service: the cheapest that keeps the promise, and in words why, and why not the others.

A working day is Monday to Friday, as in :mod:`hub.domain.lead_time`. A parcel that is ready before a service's cutoff
leaves that working day, else the next one; it arrives at the end of the working day that many transit days later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from hub.domain.lead_time import WEEKEND
from hub.domain.rates import Quote, Refusal, Service, Shipment, plain_money, quote

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_ENDS = time(23, 59, 59)
"""A service without a cutoff collects until then; whatever is due on a day may arrive until then."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a customer was told, UTC microseconds; None: nothing."""

    ship_by_us: int | None = None
    deliver_by_us: int | None = None


@dataclass(frozen=True, kw_only=True)
class Times:
    """When a parcel leaves with a service, and when it arrives, UTC microseconds."""

    leaves_us: int
    arrives_us: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen, and why."""

    quote: Quote
    times: Times
    kept: bool
    """Whether it keeps the promise."""
    words: str
    """What it costs and why, and of each other service why it was not taken."""


def times_of(quote: Quote, *, ready_us: int, zone: tzinfo) -> Times:
    """When a parcel that is ready now leaves and arrives, by the clock where the warehouse stands."""
    ready = (EPOCH + timedelta(microseconds=ready_us)).astimezone(zone).replace(tzinfo=None)
    cutoff = quote.service.cutoff or DAY_ENDS
    day = ready.date()
    if ready.time() > cutoff or day.weekday() in WEEKEND:
        day = _working(day + timedelta(days=1))
    arrives = day
    for _ in range(quote.zone.transit_days):
        arrives = _working(arrives + timedelta(days=1))
    return Times(leaves_us=_us(datetime.combine(day, cutoff), zone), arrives_us=_us(_end(arrives), zone))


def choose_service(
    services: Iterable[Service], shipment: Shipment, *, promise: Promise, ready_us: int, zone: tzinfo
) -> Choice | None:
    """The cheapest service that keeps the promise; if none does, the one that arrives first; None: nobody takes it."""
    answers = [quote(service, shipment) for service in services]
    offers = [(one, times_of(one, ready_us=ready_us, zone=zone)) for one in answers if isinstance(one, Quote)]
    if not offers:
        return None
    keeping = [offer for offer in offers if _kept(offer[1], promise)]
    if keeping:
        taken, times = min(keeping, key=lambda offer: (offer[0].price_minor, offer[0].service.name))
    else:
        taken, times = min(offers, key=lambda offer: (offer[1].arrives_us, offer[0].price_minor, offer[0].service.name))
    said = [f"{taken.words}."]
    if not keeping:
        said.append("No service keeps the promise; this one arrives first.")
    for answer in answers:
        if isinstance(answer, Refusal):
            said.append(f"{answer.service.name} not taken: {answer.why}.")
        elif answer is not taken:
            said.append(f"{answer.service.name} not taken: {_why_not(answer, offers, promise, zone)}.")
    return Choice(quote=taken, times=times, kept=bool(keeping), words=" ".join(said))


def refusals(services: Iterable[Service], shipment: Shipment) -> str:
    """Why none of the services takes a parcel, in words."""
    answers = (quote(service, shipment) for service in services)
    return " ".join(f"{one.service.name}: {one.why}." for one in answers if isinstance(one, Refusal))


def _why_not(answer: Quote, offers: list[tuple[Quote, Times]], promise: Promise, zone: tzinfo) -> str:
    times = next(times for one, times in offers if one is answer)
    price = plain_money(answer.price_minor)
    if promise.ship_by_us is not None and times.leaves_us > promise.ship_by_us:
        return f"{price}, leaves {_day(times.leaves_us, zone)}, promised by {_day(promise.ship_by_us, zone)}"
    if promise.deliver_by_us is not None and times.arrives_us > promise.deliver_by_us:
        return f"{price}, arrives {_day(times.arrives_us, zone)}, promised by {_day(promise.deliver_by_us, zone)}"
    return price


def _kept(times: Times, promise: Promise) -> bool:
    leaves = promise.ship_by_us is None or times.leaves_us <= promise.ship_by_us
    return leaves and (promise.deliver_by_us is None or times.arrives_us <= promise.deliver_by_us)


def _working(day: date) -> date:
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    return day


def _end(day: date) -> datetime:
    return datetime.combine(day, DAY_ENDS)


def _us(at: datetime, zone: tzinfo) -> int:
    return (at.replace(tzinfo=zone).astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def _day(at_us: int, zone: tzinfo) -> str:
    at = (EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"
