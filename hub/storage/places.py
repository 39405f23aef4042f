"""Locations: finding them, holding a bin, and the virtual ones that are the other side of a movement."""

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from hub.storage.ledger import StockKey
from hub.storage.prepared import Prepared
from hub.storage.tables import PHYSICAL_KINDS, location
from hub.storage.transaction import Tx

_SEEK = Prepared("SELECT * FROM location WHERE site_id = :site AND name = :name")
_BY_ID = Prepared("SELECT * FROM location WHERE id = :id")
_DEFAULT_LOT = Prepared("SELECT MIN(id) AS id FROM lot WHERE sku_id = :sku")
_OWNER = Prepared("SELECT client_id FROM sku WHERE id = :sku")
_STOCK_AT = Prepared(
    "SELECT client_id, sku_id, lot_id, on_hand, reserved FROM balance"
    " WHERE location_id = :id AND (on_hand <> 0 OR reserved <> 0)"
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A location."""

    id: int
    name: str
    kind: str
    station: str | None
    sku_id: int | None
    held: bool


class NoPlace(LookupError):
    """There is no location of that name."""


def find(connection: Connection, site_id: int, name: str) -> Place:
    """A location by its name. Raises: NoPlace."""
    found = seek(connection, site_id, name)
    if found is None:
        raise NoPlace(f"Expected a location of this site, got '{name}'.")
    return found


def seek(connection: Connection, site_id: int, name: str) -> Place | None:
    """A location by its name, or None."""
    row = _SEEK(connection, {"site": site_id, "name": name}).one_or_none()
    return None if row is None else _place(row)


def by_id(connection: Connection, place_id: int) -> Place:
    """A location by its id."""
    return _place(_BY_ID(connection, {"id": place_id}).one())


def bins_of(connection: Connection, site_id: int, station: str) -> list[str]:
    """The names of a station's bins, in the order in which they were made."""
    found = connection.execute(
        select(location.c.name)
        .where(location.c.site_id == site_id, location.c.station == station, location.c.kind == "bin")
        .order_by(location.c.id)
    )
    return list(found.scalars())


def default_lot(connection: Connection, sku_id: int) -> int:
    """The lot of an SKU that is not controlled by lots."""
    return int(_DEFAULT_LOT(connection, {"sku": sku_id}).scalar())


def stock_of(connection: Connection, sku_id: int, lot_id: int | None = None) -> StockKey:
    """The stock of an SKU, which is its client's: of a lot, or of the one that is not controlled by lots."""
    client_id = int(_OWNER(connection, {"sku": sku_id}).scalar())
    return StockKey(client_id, sku_id, default_lot(connection, sku_id) if lot_id is None else lot_id)


def plate_name(connection: Connection, site_id: int, plate_id: int) -> str | None:
    """The name of a plate; None: there is none of this id."""
    return connection.execute(
        select(location.c.name).where(
            location.c.id == plate_id, location.c.site_id == site_id, location.c.kind == "plate"
        )
    ).scalar()


def is_physical(place: Place) -> bool:
    """Whether a thing can be touched there."""
    return place.kind in PHYSICAL_KINDS


def virtual(tx: Tx, kind: str) -> int:
    """The id of a virtual location: supplier, customer, adjustment, scrap, astray (each stands once a site)."""
    return find(tx.connection, tx.site_id, kind).id


def make(tx: Tx, name: str, kind: str, station: str | None = None) -> int:
    """A new location (a plate, a parcel); its id."""
    made = _MAKE(tx.connection, {"site": tx.site_id, "name": name, "kind": kind, "station": station})
    return int(made.scalar())


_MAKE = Prepared(
    "INSERT INTO location (site_id, name, kind, station) VALUES (:site, :name, :kind, :station) RETURNING id"
)


def hold(tx: Tx, name: str) -> None:
    """Hold a bin: nothing more is reserved there until it is counted."""
    place = seek(tx.connection, tx.site_id, name)
    if place is None or place.held:
        return
    tx.connection.execute(location.update().where(location.c.id == place.id).values(held=1))
    tx.changed("place", station=place.station, ref=name)


def free(tx: Tx, name: str) -> None:
    """End a hold."""
    place = seek(tx.connection, tx.site_id, name)
    if place is None or not place.held:
        return
    tx.connection.execute(location.update().where(location.c.id == place.id).values(held=0))
    tx.changed("place", station=place.station, ref=name)


def stock_at(connection: Connection, location_id: int) -> list[tuple[StockKey, int, int]]:
    """What lies at a place: (stock key, on hand, reserved), only what is there."""
    rows = _STOCK_AT(connection, {"id": location_id})
    return [(StockKey(row.client_id, row.sku_id, row.lot_id), row.on_hand, row.reserved) for row in rows]


def lots_there(tx: Tx, location_id: int, sku_id: int) -> list[tuple[StockKey, int]]:
    """(stock key, on hand) of an SKU at a place, only what is there, the lot that was made first first."""
    # through the little that is on hand of the SKU anywhere: a tote keeps a row of nothing of all it ever held
    rows = _LOTS_THERE(tx.connection, {"site": tx.site_id, "sku": sku_id, "location": location_id})
    return [(StockKey(row.client_id, sku_id, row.lot_id), row.on_hand) for row in rows]


_LOTS_THERE = Prepared(
    "SELECT client_id, lot_id, on_hand FROM balance WHERE site_id = :site"
    " AND client_id = (SELECT client_id FROM sku WHERE id = :sku) AND sku_id = :sku"
    " AND location_id = :location AND on_hand > 0 ORDER BY lot_id"
)


def _place(row: Any) -> Place:
    return Place(id=row.id, name=row.name, kind=row.kind, station=row.station, sku_id=row.sku_id, held=bool(row.held))


def home_of(connection: Connection, site_id: int, sku_id: int) -> Place | None:
    """The bin of an SKU, the one that was made first if it has several; None if it has none."""
    row = connection.execute(
        select(location)
        .where(location.c.site_id == site_id, location.c.sku_id == sku_id, location.c.kind == "bin")
        .order_by(location.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _place(row)
