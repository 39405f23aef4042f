"""The first rows of a site."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, text

from hub.storage import places
from hub.storage.ledger import Cause, StockKey
from hub.storage.tables import VIRTUAL_KINDS, client, location, lot, site, sku, supplier
from hub.storage.transaction import Tx
from hub.storage.work_tables import bench, operator


def site_name(connection: Connection) -> str:
    """What the site of a database is called; empty before it has gone live."""
    return str(connection.execute(text("SELECT name FROM site ORDER BY id LIMIT 1")).scalar() or "")


def find_site(connection: Connection, name: str) -> tuple[int, int, int] | None:
    """(site id, client id, generation), or None if the database knows no such site."""
    row = connection.execute(text("SELECT id, generation FROM site WHERE name = :name"), {"name": name}).one_or_none()
    if row is None:
        return None
    client_id = connection.execute(text("SELECT MIN(id) FROM client")).scalar_one()
    return row.id, client_id, row.generation


def write_site(
    connection: Connection, name: str, client_name: str, now_us: int, client_key: str = ""
) -> tuple[int, int]:
    """The two first rows of a site; (site id, client id). Its generation is 1; its client's key is its name if none is
    given."""
    made = connection.execute(site.insert().values(name=name, generation=1, created_us=now_us))
    owner = connection.execute(client.insert().values(key=client_key or client_name, name=client_name))
    return _id(made), _id(owner)


def _id(made: CursorResult[Any]) -> int:
    """The id of the row that was inserted."""
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def found_site(engine: Engine, name: str, client_name: str, now_us: int) -> tuple[int, int, int, bool]:
    """(site id, client id, generation, whether it was founded now), of a site that has nothing else yet."""
    with engine.begin() as connection:
        found = find_site(connection, name)
        if found is not None:
            return *found, False
        return *write_site(connection, name, client_name, now_us), 1, True


def generation(tx: Tx) -> int:
    """The generation of this database."""
    found = tx.connection.execute(text("SELECT generation FROM site WHERE id = :site"), {"site": tx.site_id})
    return int(found.scalar_one())


def set_generation(tx: Tx, generation: int) -> None:
    """A new generation: this database was restored, stations send again what it lost."""
    tx.connection.execute(site.update().where(site.c.id == tx.site_id).values(generation=generation))
    tx.changed("generation", ref=str(generation))


def add_supplier(tx: Tx, name: str, lead_time_us: int) -> int:
    """A supplier; its id."""
    return _id(tx.connection.execute(supplier.insert().values(name=name, lead_time_us=lead_time_us)))


def add_sku(tx: Tx, values: Mapping[str, object]) -> StockKey:
    """An SKU of these columns, with its one uncontrolled lot."""
    made = tx.connection.execute(sku.insert().values(client_id=tx.client_id, **values))
    sku_id = _id(made)
    lot_id = _id(tx.connection.execute(lot.insert().values(sku_id=sku_id, code="", expiry_us=None)))
    return StockKey(tx.client_id, sku_id, lot_id)


def add_places(tx: Tx, totes: Iterable[str]) -> None:
    """The virtual places, the stage, the put-back tote, and the totes."""
    for kind in (*VIRTUAL_KINDS, "stage", "putback"):
        places.make(tx, kind, kind)
    add_totes(tx, totes)


def add_bin(tx: Tx, name: str, station: str, sku_id: int | None, x_mm: int, y_mm: int) -> None:
    """A bin."""
    values = {"name": name, "kind": "bin", "station": station, "sku_id": sku_id, "x_mm": x_mm, "y_mm": y_mm}
    tx.connection.execute(location.insert().values(site_id=tx.site_id, **values))


def add_cell(tx: Tx, name: str, wall: str) -> None:
    """A cell of a wall."""
    places.make(tx, name, "cell", wall)


def cells(connection: Connection, site_id: int) -> dict[str, str]:
    """The wall of each cell by name."""
    rows = connection.execute(
        text("SELECT name, station FROM location WHERE site_id = :site AND kind = 'cell'"), {"site": site_id}
    )
    return {row.name: row.station for row in rows}


def add_bench(tx: Tx, station: str, kind: str, session: str) -> None:
    """A bench in its resting state."""
    tx.connection.execute(bench.insert().values(station=station, kind=kind, step=1, session=session))


def add_operator(tx: Tx, badge: str, name: str, role: str, colour: str) -> None:
    """Someone who works here."""
    tx.connection.execute(operator.insert().values(badge=badge, name=name, role=role, colour=colour))


def put_in(tx: Tx, stock: StockKey, units: int, bin_name: str, cause: Cause) -> None:
    """Opening stock: from adjustment into a bin."""
    bin_id = places.find(tx.connection, tx.site_id, bin_name).id
    tx.ledger.move(stock, units, places.virtual(tx, "adjustment"), bin_id, cause)


def suppliers(connection: Connection) -> dict[str, tuple[int, int]]:
    """(id, lead time in microseconds) of each supplier by name."""
    rows = connection.execute(text("SELECT id, name, lead_time_us FROM supplier"))
    return {row.name: (row.id, row.lead_time_us) for row in rows}


def set_lead_time(tx: Tx, supplier_id: int, lead_time_us: int) -> None:
    """Change how soon a supplier delivers."""
    tx.connection.execute(supplier.update().where(supplier.c.id == supplier_id).values(lead_time_us=lead_time_us))
    tx.changed("site")


def skus(connection: Connection, client_id: int) -> dict[str, dict[str, Any]]:
    """The columns of each SKU by its code."""
    rows = connection.execute(text("SELECT * FROM sku WHERE client_id = :client"), {"client": client_id}).mappings()
    return {row["code"]: dict(row) for row in rows}


def set_sku(tx: Tx, sku_id: int, values: Mapping[str, object]) -> None:
    """Change columns of an SKU."""
    tx.connection.execute(sku.update().where(sku.c.id == sku_id).values(**values))
    tx.changed("site")


def bins(connection: Connection, site_id: int) -> dict[str, tuple[str, int | None]]:
    """(station, SKU's id) of each bin by name."""
    rows = connection.execute(
        text(
            "SELECT name, station, sku_id FROM location WHERE site_id = :site AND kind = 'bin' AND station IS NOT NULL"
        ),
        {"site": site_id},
    )
    return {row.name: (row.station, row.sku_id) for row in rows}


def totes(connection: Connection, site_id: int) -> set[str]:
    """The names of all totes."""
    rows = connection.execute(
        text("SELECT name FROM location WHERE site_id = :site AND kind = 'tote'"), {"site": site_id}
    )
    return {row.name for row in rows}


def add_totes(tx: Tx, names: Iterable[str]) -> None:
    """More totes."""
    for name in names:
        places.make(tx, name, "tote")


def bench_kinds(connection: Connection) -> dict[str, str]:
    """The kind of each bench by its station."""
    return {row.station: row.kind for row in connection.execute(text("SELECT station, kind FROM bench"))}


def operators(connection: Connection) -> dict[str, tuple[str, str, str]]:
    """(name, role, colour) of everyone by badge."""
    rows = connection.execute(text("SELECT badge, name, role, colour FROM operator"))
    return {row.badge: (row.name, row.role, row.colour) for row in rows}


def set_operator(tx: Tx, badge: str, name: str, role: str, colour: str) -> None:
    """Change what is known of someone."""
    values = {"name": name, "role": role, "colour": colour}
    tx.connection.execute(operator.update().where(operator.c.badge == badge).values(**values))
    tx.changed("site")
