"""The site's policies that flows obey."""

from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from typing import Literal

from hub.domain.cartons import Carton
from hub.domain.floor_stops import FloorStops
from hub.domain.materials import Materials
from hub.domain.on_the_way import NOTHING_ELSE, Interleave
from hub.domain.parties import Party
from hub.domain.rates import Service
from hub.domain.return_terms import DEFAULT_TERMS, ReturnTerms
from hub.domain.safety_stock import Class
from hub.domain.sscc import Numbers
from hub.domain.waves import Departure, Wave
from hub.domain.zones import Zones

NOTHING_USED = Materials()
"""Of a site that counts no packing materials."""
RestockBy = Literal["forecast", "fixed", "croston"]
"""What says when SKUs without a reorder point of their own are ordered."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the site's files say about how work is done."""

    site: str
    cart_totes: int = 8
    tote_mm3: int = 60_000_000
    tote_mg: int = 20_000_000
    lights_ahead: int = 0
    """How many lights of a cart are on at once; 0: all."""
    carts: tuple[str, ...] = ()
    """Symbols of the carts."""
    cartons: tuple[Carton, ...] = ()
    materials: Materials = NOTHING_USED
    """What packing uses up, by SKU."""
    services: tuple[Service, ...] = ()
    benches: tuple[tuple[str, str], ...] = ()
    """(station, kind) of every bench."""
    bays: tuple[str, ...] = ()
    """Every station of bins or cells."""
    aisles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(bay with an aisle beacon, bays of its aisle)."""
    walls: tuple[tuple[str, str], ...] = ()
    """(sort bench, wall that it leads)."""
    wall_order_units_max: int = 0
    """Orders of at most so many units share totes; 0: none do."""
    wall_tote_orders_max: int = 6
    """How many orders share a tote at most: never more than a wall has cells."""
    zone: tzinfo = UTC
    """Whose clock people and suppliers go by."""
    cutoffs: tuple[tuple[str, time], ...] = ()
    """(supplier, local time after which an order counts as the next day's)."""
    floor: FloorStops | None = None
    """Where people walk; None: the site's files do not say it."""
    waves: tuple[Wave, ...] = ()
    """When orders are released; none: as they come."""
    zones: Zones | None = None
    """Which bays are whose; None: whoever has a cart walks all of its route."""
    interleave: Interleave = NOTHING_ELSE
    """What else is lit on a cart's walk."""
    restock: RestockBy = "forecast"
    review_days: int = 7
    """A supplier gets an order at most this often, unless something has run out."""
    approval_minor: int = 0
    """Purchase orders worth more wait for a person; 0: none does."""
    rest_days: int = 0
    """A purchase order stays open so long for what a delivery did not bring; 0: it is closed at once."""
    blind: bool = False
    """Whether the dock shows no numbers of units before they are counted."""
    dynamic_slots: bool = False
    """Whether a bin that an SKU was given at put-away may go to another one once it is empty."""
    service_percent: tuple[tuple[Class, int], ...] = (("A", 98), ("B", 95), ("C", 90))
    """How sure the SKUs of each class are to be of not running out."""
    carriers: tuple[tuple[str, str], ...] = ()
    """(key, name) of every carrier."""
    carriers_asked: tuple[str, ...] = ()
    """Keys of the carriers that are asked for each label; the others' labels get numbers of our own."""
    sender: Party | None = None
    domestic: tuple[str, ...] = ()
    """Countries to which goods go without a customs form."""
    numbers: Numbers | None = None
    """How parcels are numbered; None: they have no SSCC."""
    residential: bool = True
    """Whether addresses count as homes, for carriers that ask more there."""
    currency: str = "GBP"
    mails: bool = False
    """Whether customers are written to."""
    departures: dict[tuple[str, str, int, int], Departure | None] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """What was worked out already: the departure of an order by (country, postcode, milligrams, when it came). Bounded
    by who writes it."""
    returns: ReturnTerms = DEFAULT_TERMS
    """How goods are taken back."""
