"""What a carrier asks for a parcel: zones, weight breaks, surcharges and limits, each charge listed.

Amounts are minor units. A refusal is a sentence; so is each charge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from hub.domain.billed_weight import billed_mg

Sides = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where a parcel goes. ``country`` as orders name it."""

    country: str
    postcode: str = ""
    residential: bool = False


@dataclass(frozen=True)
class Area:
    """Countries, and the beginnings of postcodes in them. Nothing named: everywhere."""

    countries: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()

    def covers(self, to: Destination) -> bool:
        """Whether a destination lies in it; spaces and capitals of a postcode do not matter."""
        if self.countries and to.country not in self.countries:
            return False
        written = _plain(to.postcode)
        return not self.postcodes or any(written.startswith(_plain(start)) for start in self.postcodes)


@dataclass(frozen=True, kw_only=True)
class Band:
    """Up to this weight, this price (minor units)."""

    up_to_mg: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class Zone:
    """Where one column of a tariff holds, and how many working days a parcel takes there after it was collected."""

    bands: tuple[Band, ...]
    name: str = ""
    area: Area = Area()
    transit_days: int = 1


@dataclass(frozen=True, kw_only=True)
class Remote:
    """Where a carrier asks more."""

    area: Area
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class Surcharges:
    """What comes on top of the base price."""

    fuel_permille: int = 0
    """Of the base price: 125 is 12.5 %."""
    residential_minor: int = 0
    remote: tuple[Remote, ...] = ()
    """The first that covers the destination counts."""
    oversize_minor: int = 0
    oversize_side_mm: int | None = None
    """A longer side is oversize."""
    oversize_girth_mm: int | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service of a carrier."""

    name: str
    zones: tuple[Zone, ...]
    """The first that covers the destination counts."""
    side_max_mm: int
    girth_max_mm: int
    weight_max_mg: int | None = None
    """What it carries, whatever is billed; None: as much as the last band says."""
    carrier: str = ""
    mm3_per_kg: int = 0
    """How much room is billed as a kilogram; 0: size is not billed."""
    surcharges: Surcharges = Surcharges()
    cutoff: time | None = None
    """Local time of the day's collection; what is ready later goes with the next working day's. None: midnight."""
    dangerous: bool = False
    """Whether it takes dangerous goods."""
    returns: bool = False
    """Whether customers may send goods back by it."""


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """A parcel that is to be sent."""

    weight_mg: int
    sides_mm: Sides
    to: Destination
    dangerous: bool = False


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One line of a price."""

    what: str
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A service that takes the parcel, and its price."""

    service: Service
    zone: Zone
    charges: tuple[Charge, ...]

    @property
    def price_minor(self) -> int:
        """All charges together."""
        return sum(charge.price_minor for charge in self.charges)

    @property
    def words(self) -> str:
        """The price and what it is made of."""
        parts = " + ".join(f"{plain_money(charge.price_minor)} {charge.what}" for charge in self.charges)
        return f"{self.service.name}: {plain_money(self.price_minor)} = {parts}"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A service that does not take the parcel, and why."""

    service: Service
    why: str


def girth_mm(sides_mm: Sides) -> int:
    """The longest side plus twice the sum of the others.

    >>> girth_mm((100, 300, 200))
    900
    """
    longest = max(sides_mm)
    return longest + 2 * (sum(sides_mm) - longest)


def quote(service: Service, shipment: Shipment) -> Quote | Refusal:
    """What one service asks for a parcel, or why it does not take it."""
    zone = next((zone for zone in service.zones if zone.area.covers(shipment.to)), None)
    if zone is None:
        return Refusal(service=service, why=f"does not go to {_place(shipment.to)}")
    if shipment.dangerous and not service.dangerous:
        return Refusal(service=service, why="takes no dangerous goods")
    if (longest := max(shipment.sides_mm)) > service.side_max_mm:
        return Refusal(service=service, why=f"longest side {longest} mm > {service.side_max_mm} mm")
    if (girth := girth_mm(shipment.sides_mm)) > service.girth_max_mm:
        return Refusal(service=service, why=f"girth {girth} mm > {service.girth_max_mm} mm")
    if service.weight_max_mg is not None and shipment.weight_mg > service.weight_max_mg:
        return Refusal(service=service, why=f"{_kg(shipment.weight_mg)} > {_kg(service.weight_max_mg)}")
    billed = shipment.weight_mg
    if service.mm3_per_kg:
        billed = billed_mg(shipment.weight_mg, shipment.sides_mm, mm3_per_kg=service.mm3_per_kg)
    by_size = " billed by size" if billed > shipment.weight_mg else ""
    band = next((band for band in zone.bands if billed <= band.up_to_mg), None)
    if band is None:
        most = zone.bands[-1].up_to_mg if zone.bands else 0
        return Refusal(service=service, why=f"{_kg(billed)}{by_size} > {_kg(most)}")
    where = f", zone {zone.name}" if zone.name else ""
    what = f"base{where}, up to {_kg(band.up_to_mg)}"
    if by_size:
        what += f" ({_kg(billed)}{by_size})"
    base = Charge(what=what, price_minor=band.price_minor)
    return Quote(service=service, zone=zone, charges=(base, *_on_top(service.surcharges, shipment, band.price_minor)))


def cheapest(services: Iterable[Service], shipment: Shipment) -> Quote | None:
    """The cheapest service that takes the parcel, whenever it comes; None if none does."""
    quotes = (quote(service, shipment) for service in services)
    return min((q for q in quotes if isinstance(q, Quote)), key=lambda q: (q.price_minor, q.service.name), default=None)


def plain_money(minor: int) -> str:
    """An amount of minor units without its currency.

    >>> plain_money(495), plain_money(-5)
    ('4.95', '-0.05')
    """
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _on_top(more: Surcharges, shipment: Shipment, base_minor: int) -> Iterable[Charge]:
    if more.fuel_permille:
        percent = f"{more.fuel_permille / 10:g} %"
        yield Charge(what=f"fuel {percent}", price_minor=(base_minor * more.fuel_permille + 500) // 1000)
    if more.residential_minor and shipment.to.residential:
        yield Charge(what="residential", price_minor=more.residential_minor)
    remote = next((one for one in more.remote if one.area.covers(shipment.to)), None)
    if remote is not None:
        yield Charge(what="remote area", price_minor=remote.price_minor)
    long = more.oversize_side_mm is not None and max(shipment.sides_mm) > more.oversize_side_mm
    wide = more.oversize_girth_mm is not None and girth_mm(shipment.sides_mm) > more.oversize_girth_mm
    if more.oversize_minor and (long or wide):
        yield Charge(what="oversize", price_minor=more.oversize_minor)


def _plain(postcode: str) -> str:
    return "".join(postcode.split()).upper()


def _place(to: Destination) -> str:
    return f"{to.country or 'no country'} {to.postcode}".strip()


def _kg(weight_mg: int) -> str:
    return f"{weight_mg / 1e6:.3f}".rstrip("0").rstrip(".") + " kg"
