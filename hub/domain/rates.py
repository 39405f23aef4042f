"""What a carrier asks for a parcel: a table of services by weight, with limits of size."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Band:
    """Up to this weight, this price (minor units)."""

    up_to_mg: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service of a carrier. ``countries`` empty: everywhere."""

    name: str
    bands: tuple[Band, ...]
    side_max_mm: int
    girth_max_mm: int
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A service that takes the parcel, and its price."""

    service: str
    price_minor: int


def quote(service: Service, *, weight_mg: int, sides_mm: tuple[int, int, int], country: str) -> Quote | None:
    """What one service asks, or None if it does not take the parcel.

    Girth is the longest side plus twice the sum of the others.
    """
    if service.countries and country not in service.countries:
        return None
    longest = max(sides_mm)
    if longest > service.side_max_mm or longest + 2 * (sum(sides_mm) - longest) > service.girth_max_mm:
        return None
    for band in service.bands:
        if weight_mg <= band.up_to_mg:
            return Quote(service=service.name, price_minor=band.price_minor)
    return None


def cheapest(
    services: Iterable[Service], *, weight_mg: int, sides_mm: tuple[int, int, int], country: str
) -> Quote | None:
    """The cheapest service that takes the parcel; None if none does."""
    quotes = (quote(service, weight_mg=weight_mg, sides_mm=sides_mm, country=country) for service in services)
    return min((q for q in quotes if q is not None), key=lambda q: (q.price_minor, q.service), default=None)
