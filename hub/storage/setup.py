"""The first rows of a site."""

from collections.abc import Mapping

from sqlalchemy import Engine, text

from hub.storage import places
from hub.storage.ledger import Cause, StockKey
from hub.storage.tables import VIRTUAL_KINDS, client, location, lot, site, sku, supplier
from hub.storage.transaction import Tx
from hub.storage.work_tables import bench, operator


def found_site(engine: Engine, name: str, client_name: str, now_us: int) -> tuple[int, int, int, bool]:
    """(site id, client id, generation, whether it was founded now)."""
    with engine.begin() as connection:
        row = connection.execute(
            text("SELECT id, generation FROM site WHERE name = :name"), {"name": name}
        ).one_or_none()
        if row is not None:
            client_id = connection.execute(text("SELECT MIN(id) FROM client")).scalar_one()
            return row.id, client_id, row.generation, False
        made = connection.execute(site.insert().values(name=name, generation=1, created_us=now_us))
        owner = connection.execute(client.insert().values(name=client_name))
        return int(made.lastrowid), int(owner.lastrowid), 1, True


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
    return int(tx.connection.execute(supplier.insert().values(name=name, lead_time_us=lead_time_us)).lastrowid)


def add_sku(tx: Tx, values: Mapping[str, object]) -> StockKey:
    """An SKU of these columns, with its one uncontrolled lot."""
    made = tx.connection.execute(sku.insert().values(client_id=tx.client_id, **values))
    sku_id = int(made.lastrowid)
    lot_id = int(tx.connection.execute(lot.insert().values(sku_id=sku_id, code="", expiry_us=None)).lastrowid)
    return StockKey(tx.client_id, sku_id, lot_id)


def add_places(tx: Tx, totes: list[str]) -> None:
    """The virtual places, the stage, the put-back tote, and the totes."""
    for kind in (*VIRTUAL_KINDS, "stage", "putback"):
        places.make(tx, kind, kind)
    for name in totes:
        places.make(tx, name, "tote")


def add_bin(tx: Tx, name: str, station: str, sku_id: int | None, x_mm: int, y_mm: int) -> None:
    """A bin."""
    values = {"name": name, "kind": "bin", "station": station, "sku_id": sku_id, "x_mm": x_mm, "y_mm": y_mm}
    tx.connection.execute(location.insert().values(site_id=tx.site_id, **values))


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
