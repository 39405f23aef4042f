"""Labels that are bought: the intent first, then what the carrier answered. At most one of a parcel is live."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, literal_column, select, text

from hub.storage.prepared import Prepared
from hub.storage.shipping_tables import label_purchase
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One label of a parcel."""

    id: int
    public: str
    parcel_id: int
    station: str
    carrier: str
    service: str
    state: str
    price_minor: int
    charges: str
    why: str
    kept: int
    leaves_us: int
    arrives_us: int
    tracking: str | None
    zpl: str
    tries: int
    detail: str
    wanted_us: int
    bought_us: int | None
    void_us: int | None


_COLUMNS = [label_purchase.c[name] for name in Purchase.__dataclass_fields__]
_PURCHASE = f"SELECT {', '.join(Purchase.__dataclass_fields__)} FROM label_purchase"
_BY_ID = Prepared(_PURCHASE + " WHERE id = :id")
_OF_PARCEL = Prepared(_PURCHASE + " WHERE parcel_id = :parcel ORDER BY id DESC")


def insert(tx: Tx, **values: object) -> Purchase:
    """Write down that a label is to be bought.

    Raises: sqlalchemy.exc.IntegrityError, the parcel has a live one.
    """
    row = values | {"state": "wanted", "wanted_us": tx.now_us}
    made = _insert(tuple(row))(tx.connection, row)
    tx.changed("label")
    return by_id(tx.connection, int(made.scalar()))


@cache
def _insert(columns: tuple[str, ...]) -> Prepared:
    assert all(name in label_purchase.c for name in columns), columns
    values = ", ".join(f":{name}" for name in columns)
    return Prepared(f"INSERT INTO label_purchase ({', '.join(columns)}) VALUES ({values}) RETURNING id")


def by_id(connection: Connection, purchase_id: int) -> Purchase:
    """One purchase."""
    return Purchase(**_BY_ID(connection, {"id": purchase_id}).one()._asdict())


def of_parcel(connection: Connection, parcel_id: int) -> list[Purchase]:
    """Every purchase of a parcel, the newest first."""
    return [Purchase(**row._asdict()) for row in _OF_PARCEL(connection, {"parcel": parcel_id})]


def live(connection: Connection, parcel_id: int) -> Purchase | None:
    """The purchase of a parcel that is wanted, bought or being voided."""
    return next((p for p in of_parcel(connection, parcel_id) if p.state in ("wanted", "bought", "voiding")), None)


def open_ones(connection: Connection, carrier: str, limit: int) -> list[Purchase]:
    """What a carrier is still to be asked, the longest waiting first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(label_purchase.c.carrier == carrier, text("state IN ('wanted', 'voiding')"))
        .order_by(label_purchase.c.id)
        .limit(limit)
    )
    return [Purchase(**row._mapping) for row in rows]


def move(tx: Tx, purchase_id: int, before: str, **values: object) -> bool:
    """Change a purchase that is in a state; whether it was."""
    done = _move(tuple(values))(tx.connection, values | {"of": purchase_id, "before": before})
    tx.changed("label")
    return bool(done.rowcount)


@cache
def _move(columns: tuple[str, ...]) -> Prepared:
    assert all(name in label_purchase.c for name in columns), columns
    written = ", ".join(f"{name} = :{name}" for name in columns)
    return Prepared(f"UPDATE label_purchase SET {written} WHERE id = :of AND state = :before")


def failed(tx: Tx, purchase_id: int, detail: str) -> int:
    """Count a question that was not answered; how many there were."""
    row = tx.connection.execute(
        text("UPDATE label_purchase SET tries = tries + 1, detail = :detail WHERE id = :id RETURNING tries"),
        {"id": purchase_id, "detail": detail},
    )
    return int(row.scalar_one())


def refused_services(connection: Connection, parcel_id: int) -> set[str]:
    """Services whose carrier refused this parcel."""
    return {p.service for p in of_parcel(connection, parcel_id) if p.state == "refused"}


def newest(connection: Connection) -> int:
    """The id of the newest purchase; 0 if there is none."""
    return int(connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM label_purchase")).scalar_one())


def on_the_way(
    connection: Connection, carrier: str, *, since_us: int, polled_before_us: int, limit: int
) -> list[Purchase]:
    """Labels of parcels that are under way with a carrier and that were not asked after lately."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(
            label_purchase.c.under_way == literal_column("1"),
            label_purchase.c.carrier == carrier,
            label_purchase.c.polled_us <= polled_before_us,
            label_purchase.c.bought_us >= since_us,
        )
        .order_by(label_purchase.c.polled_us, label_purchase.c.id)
        .limit(limit)
    )
    return [Purchase(**row._mapping) for row in rows]


def set_under_way(tx: Tx, parcel_id: int, under_way: bool) -> None:
    """Whether its carrier is asked how far a parcel is."""
    tx.connection.execute(
        label_purchase.update()
        .where(label_purchase.c.parcel_id == parcel_id, label_purchase.c.state == "bought")
        .values(under_way=int(under_way))
    )


def polled(tx: Tx, purchase_id: int) -> None:
    """A carrier was asked how far a parcel is."""
    tx.connection.execute(label_purchase.update().where(label_purchase.c.id == purchase_id).values(polled_us=tx.now_us))
