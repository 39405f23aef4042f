"""What a site sells, from whom, where it lies, and what it is packed and sent in: the site's business files.

Beside ``site.toml`` and ``stations/`` a site's directory holds ``items.csv``, ``bins.csv``, ``suppliers.toml``,
``people.toml``, ``totes.toml``, ``cartons.toml``, ``carriers/`` and, if it likes, ``shipping.toml``. They are parsed
here, in :mod:`hub.site.carriers` and :mod:`hub.site.shipping_file`; inside, every value is valid: weights milligrams,
sizes millimetres, money minor units of the site's currency.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from edge.contract.site import BadSite, Site, SiteFile, load_site, load_toml, parse_toml
from edge.contract.strict import Strict
from hub.domain.gtin import gtin14
from hub.site.bin_limits import BinLimit, bin_limit_faults, read_bin_limits
from hub.site.buying import Bought, Count, OrderedFrom, Positive
from hub.site.carriers import Carrier, ServiceEntry, load_carriers
from hub.site.kits import KitKind, kit_faults, read_kits
from hub.site.material_file import UsedUp, material_faults
from hub.site.returns import return_faults
from hub.site.shipping_file import ShippingFile, load_shipping
from hub.site.strict_csv import read_table
from hub.site.substitutes import read_substitutes, substitute_faults
from hub.site.whose import Owned, Whose, key_of, own

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Code = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$",
        description="at most 40 letters, digits and . _ / - that begin with a letter or digit",
    ),
]
Symbol = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Z0-9][A-Za-z0-9-]{0,39}$",
        description="at most 40 letters, digits and - that begin with a capital letter or digit, as BADGE-ana",
    ),
]
Flag = Annotated[int, msgspec.Meta(ge=0, le=1)]
Role = Literal["picker", "packer", "receiver", "manager"]
PickerColour = Literal["blue", "green", "magenta", "cyan"]

FAULTS_TOLD_MAX = 20
"""Faults that one error lists; it says how many more there are."""

T = TypeVar("T")


class Item(Bought, frozen=True, kw_only=True):
    """One SKU."""

    sku: Code
    description: Annotated[str, msgspec.Meta(max_length=200)]
    gtin: Annotated[str, msgspec.Meta(pattern="^[0-9]{14}$", description="14 digits, a shorter GTIN with zeros before")]
    unit_mg: Positive
    """Mean weight of one unit."""
    spread_mg: Count
    """Standard deviation of one unit's weight."""
    length_mm: Positive
    width_mm: Positive
    height_mm: Positive
    supplier: Name
    price_minor: Count
    cost_minor: Count
    hs_code: Annotated[
        str, msgspec.Meta(pattern="^([0-9]{6,10})?$", description="6 to 10 digits of the Harmonized System, or nothing")
    ] = ""
    """For customs."""
    origin: Annotated[
        str, msgspec.Meta(pattern="^([A-Z]{2})?$", description="a country's two capital letters, or nothing")
    ] = ""
    """The country it was made in."""
    dangerous: Flag = 0
    """1: dangerous goods, which only some services take."""
    this_side_up: Flag = 0
    """1: its height stays upright in the carton."""
    fragile: Flag = 0
    """1: nothing may lie on it."""
    material: Flag = 0
    """1: it is used up in packing, and not sold."""

    @property
    def key(self) -> str:
        """What the catalogue's tables call it."""
        return key_of(self.client, self.sku)

    @property
    def sides_mm(self) -> tuple[int, int, int]:
        """Length, width, height of one unit."""
        return self.length_mm, self.width_mm, self.height_mm

    @property
    def volume_mm3(self) -> int:
        """Volume of one unit."""
        return self.length_mm * self.width_mm * self.height_mm


class BinStock(Owned, frozen=True, kw_only=True):
    """What lies in a bin at go-live; a bin has one SKU, an SKU may have several bins."""

    bin: Name
    sku: Code
    units: Count

    @property
    def key(self) -> str:
        """What the catalogue calls the SKU."""
        return key_of(self.client, self.sku)


class Supplier(OrderedFrom, frozen=True, kw_only=True):
    """Who delivers, and how soon."""

    name: Name
    lead_business_hours: Positive
    """From order to delivery, in business hours; eight make a day."""
    cutoff: Annotated[
        str,
        msgspec.Meta(
            pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="a time of day in quotation marks, as 16:00"
        ),
    ]
    """Local time after which an order counts as the next day's, as HH:MM."""


class Operator(Strict, frozen=True, kw_only=True):
    """A person of the floor."""

    badge: Symbol
    """The badge's symbol, such as ``BADGE-ana``."""
    name: Name
    role: Role
    colour: PickerColour | None = None
    """The colour of a picker's lights."""


class ToteFleet(Strict, frozen=True, kw_only=True):
    """``totes.toml``: how many totes and carts there are."""

    tote_count: Annotated[int, msgspec.Meta(ge=1, le=9_999)]
    cart_count: Annotated[int, msgspec.Meta(ge=1, le=999)]

    @property
    def totes(self) -> tuple[str, ...]:
        """The totes' symbols: TOTE-0001, ..."""
        return tuple(f"TOTE-{n:04d}" for n in range(1, self.tote_count + 1))

    @property
    def carts(self) -> tuple[str, ...]:
        """The carts' symbols: CART-1, ..."""
        return tuple(f"CART-{n}" for n in range(1, self.cart_count + 1))


class CartonKind(Strict, frozen=True, kw_only=True):
    """One kind of carton; its sides are inner sides."""

    name: Name
    length_mm: Positive
    width_mm: Positive
    height_mm: Positive
    tare_mg: Positive
    tare_spread_mg: Count
    load_max_mg: Positive
    cost_minor: Count
    stock_units: Count
    """At go-live."""
    material: str = ""
    """Its SKU in ``items.csv``; empty: cartons of this kind are not counted."""


class SuppliersFile(Strict, frozen=True, kw_only=True):
    """``suppliers.toml``."""

    suppliers: tuple[Supplier, ...]


class PeopleFile(Strict, frozen=True, kw_only=True):
    """``people.toml``."""

    people: tuple[Operator, ...]


class CartonsFile(Strict, frozen=True, kw_only=True):
    """``cartons.toml``."""

    cartons: tuple[CartonKind, ...]
    materials: UsedUp = UsedUp()


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All business files of a site."""

    items: dict[str, Item]
    """By SKU (of other clients than the first, by :func:`hub.site.whose.key_of`), in the order of the file."""
    bins: tuple[BinStock, ...]
    suppliers: dict[str, Supplier]
    operators: tuple[Operator, ...]
    totes: ToteFleet
    carriers: dict[str, Carrier]
    """By key, the name of their file."""
    cartons: tuple[CartonKind, ...]
    materials: UsedUp = UsedUp()
    shipping: ShippingFile = ShippingFile()

    @property
    def services(self) -> tuple[ServiceEntry, ...]:
        """The services of all carriers."""
        return tuple(service for carrier in self.carriers.values() for service in carrier.services)

    kits: dict[str, KitKind] = {}
    """By code, as the items; its parts by their client's SKUs."""
    substitutes: dict[str, tuple[str, ...]] = {}
    """By SKU, as the items; their client's SKUs, the best first."""
    bin_limits: dict[str, BinLimit] = {}
    """By bin."""

    def of(self, client: str) -> "Catalogue":
        """The catalogue with the items, kits and substitutes of one client only, by their plain codes; the empty key
        is the site's first client's."""
        return msgspec.structs.replace(
            self,
            items=own(self.items, client),
            kits=own(self.kits, client),
            substitutes=own(self.substitutes, client),
        )

    def with_role(self, role: Role) -> tuple[Operator, ...]:
        """The people of one role, in the order of the file."""
        return tuple(person for person in self.operators if person.role == role)


def load_catalogue(directory: Path) -> Catalogue:
    """Read and check a site's business files, against its stations too.

    Raises:
        BadSite: file, line or section, and key that are wrong; what was expected and what came.
    """
    site = load_site(directory)
    catalogue = read_catalogue(directory)
    faults = list(faults_between(directory, catalogue, site))
    if faults:
        more = len(faults) - FAULTS_TOLD_MAX
        told = faults[:FAULTS_TOLD_MAX] + ([f"... and {more} more."] if more > 0 else [])
        raise BadSite("\n".join(told))
    return catalogue


def read_catalogue(directory: Path) -> Catalogue:
    """Read the business files, each checked for itself only. Raises: BadSite."""
    fleet = load_toml(directory / "totes.toml", ToteFleet)
    whose = Whose(load_toml(directory / "site.toml", SiteFile).owners)
    packed_in = _cartons(directory / "cartons.toml")
    return Catalogue(
        items=_items(directory / "items.csv", whose),
        bins=_bins(directory / "bins.csv", whose),
        suppliers=_suppliers(directory / "suppliers.toml"),
        operators=_people(directory / "people.toml"),
        totes=fleet,
        carriers=load_carriers(directory),
        cartons=packed_in.cartons,
        materials=packed_in.materials,
        shipping=load_shipping(directory),
        kits=read_kits(directory / "kits.csv", whose),
        substitutes=read_substitutes(directory / "substitutes.csv", whose),
        bin_limits=read_bin_limits(directory / "bin_limits.csv"),
    )


def parse_suppliers(text: str) -> tuple[Supplier, ...]:
    """The suppliers of the text of a ``suppliers.toml``. Raises: BadSite."""
    return parse_toml(Path("suppliers.toml"), text, SuppliersFile).suppliers


def faults_between(directory: Path, catalogue: Catalogue, site: Site) -> Iterator[str]:
    """What the files say that does not fit together, one sentence each."""
    for item in catalogue.items.values():
        if item.supplier not in catalogue.suppliers:
            known = ", ".join(catalogue.suppliers)
            yield (
                f"{directory / 'items.csv'}: SKU {item.sku}: supplier: expected one of suppliers.toml ({known}),"
                f" got '{item.supplier}'."
            )
    whose = Whose(site.file.owners)
    for one in site.file.rotations:
        if key_of(whose.plain(one.client), one.sku) not in catalogue.items:
            yield f"{directory / 'site.toml'}: rotations: sku: expected an SKU of items.csv, got '{one.sku}'."
    yield from return_faults(directory, site, frozenset(catalogue.items))
    yield from material_faults(directory, catalogue)
    for client in whose.keys:
        part = catalogue.of(client)
        yield from kit_faults(directory / "kits.csv", part.kits, part.items)
        yield from substitute_faults(directory / "substitutes.csv", part.substitutes, part.items)
    bins = {b.name: b for station in site.stations.values() if station.kind == "bay" for b in station.bins}
    cells = {b.name for station in site.stations.values() if station.kind == "wall" for b in station.bins}
    homes = [(stock.key, stock.bin) for stock in catalogue.bins]
    yield from bin_limit_faults(directory / "bin_limits.csv", catalogue.bin_limits, bins, homes)
    table = directory / "bins.csv"
    strays: dict[str, list[str]] = {}
    for stock in catalogue.bins:
        station, slash, _ = stock.bin.partition("/")
        if slash and station not in site.stations and stock.bin not in bins:
            strays.setdefault(station, []).append(stock.bin)
        elif stock.bin in cells:
            yield f"{table}: bin {stock.bin}: expected a bin of a bay, got a cell of a wall, where no SKU is at home."
        elif stock.bin not in bins:
            yield f"{table}: bin {stock.bin}: expected a bin of a file in stations/, there is none of that name."
        if stock.key not in catalogue.items:
            owner = f" of client {stock.client}" if stock.client else ""
            yield f"{table}: bin {stock.bin}: sku: expected an SKU of items.csv{owner}, got '{stock.sku}'."
    for station, names in strays.items():
        rows = f"{len(names)} of its bins, from {names[0]} to {names[-1]}" if len(names) > 1 else f"its bin {names[0]}"
        yield (
            f"{directory / 'stations' / station}.toml: expected a file, for bins.csv names {rows}; there is none."
            " Put the file there, or take these rows out of bins.csv."
        )


def _items(path: Path, whose: Whose) -> dict[str, Item]:
    items: dict[str, Item] = {}
    gtins: dict[tuple[str, str], int] = {}
    for line, item in whose.rows(path, read_table(path, Item)):
        try:
            gtin14(item.gtin)
        except ValueError as error:
            raise BadSite(f"{path}, line {line}: gtin: {error}") from error
        if item.gtin[0] != "0":
            raise BadSite(
                f"{path}, line {line}: gtin: expected a leading 0, for units carry an EAN-13 symbol of 13 digits,"
                f" got {item.gtin}: is that the GTIN of a case?"
            )
        if fault := item.buying_fault():
            raise BadSite(f"{path}, line {line}: {fault}")
        if item.key in items:
            raise BadSite(f"{path}, line {line}: sku: expected each SKU once, got '{item.sku}' again.")
        if first := gtins.get((item.client, item.gtin)):
            raise BadSite(f"{path}, line {line}: gtin: expected each GTIN once, got {item.gtin} of line {first} again.")
        items[item.key] = item
        gtins[item.client, item.gtin] = line
    if not items:
        raise BadSite(f"{path}: expected at least one item, got none.")
    return items


def _bins(path: Path, whose: Whose) -> tuple[BinStock, ...]:
    rows = list(whose.rows(path, read_table(path, BinStock)))
    seen: dict[str, int] = {}
    for line, row in rows:
        if row.bin in seen:
            raise BadSite(
                f"{path}, line {line}: bin: expected each bin once, got '{row.bin}' of line {seen[row.bin]} again."
            )
        seen[row.bin] = line
    return tuple(row for _, row in rows)


def _suppliers(path: Path) -> dict[str, Supplier]:
    suppliers = load_toml(path, SuppliersFile).suppliers
    _once(path, "suppliers", "name", (s.name for s in suppliers))
    return {s.name: s for s in suppliers}


def _people(path: Path) -> tuple[Operator, ...]:
    people = load_toml(path, PeopleFile).people
    _once(path, "people", "badge", (p.badge for p in people))
    _once(path, "people", "colour", (p.colour for p in people if p.colour is not None))
    for person in people:
        if person.role == "picker" and person.colour is None:
            raise BadSite(f"{path}: people: {person.badge}: colour: a picker needs one, got none.")
        if person.role != "picker" and person.colour is not None:
            raise BadSite(f"{path}: people: {person.badge}: colour: only pickers have one, got '{person.colour}'.")
    return people


def _cartons(path: Path) -> CartonsFile:
    file = load_toml(path, CartonsFile)
    _once(path, "cartons", "name", (c.name for c in file.cartons))
    if not file.cartons:
        raise BadSite(f"{path}: cartons: expected at least one, got none.")
    return file


def _once(path: Path, section: str, key: str, values: Iterable[T]) -> None:
    seen: set[T] = set()
    for value in values:
        if value in seen:
            raise BadSite(f"{path}: {section}: {key}: expected each once, got '{value}' again.")
        seen.add(value)
