"""Labels by which customers send goods back: the intent first, then what the carrier answered. A return has one."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from hub.storage.return_tables import return_label
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class ReturnLabel:
    """The label of one return."""

    id: int
    public: str
    return_id: int
    carrier: str
    service: str
    state: str
    price_minor: int
    weight_mg: int
    carton: str
    tracking: str | None
    zpl: str
    tries: int
    detail: str


_COLUMNS = [return_label.c[name] for name in ReturnLabel.__dataclass_fields__]


def insert(tx: Tx, **values: object) -> ReturnLabel:
    """Write down that a label is to be bought."""
    row = {"public": tx.ids.new(), "state": "wanted", "wanted_us": tx.now_us} | values
    made = tx.connection.execute(return_label.insert().values(row))
    tx.changed("label")
    return by_id(tx.connection, int(made.inserted_primary_key[0]))  # type: ignore[index]


def by_id(connection: Connection, label_id: int) -> ReturnLabel:
    """One label."""
    return ReturnLabel(**connection.execute(select(*_COLUMNS).where(return_label.c.id == label_id)).one()._mapping)


def of_return(connection: Connection, return_id: int) -> ReturnLabel | None:
    """The label of a return, or None."""
    row = connection.execute(select(*_COLUMNS).where(return_label.c.return_id == return_id)).one_or_none()
    return None if row is None else ReturnLabel(**row._mapping)


def return_of(connection: Connection, tracking: str) -> int | None:
    """The return whose label has this number, or None."""
    found = connection.execute(
        text("SELECT MIN(return_id) FROM return_label WHERE tracking = :tracking"), {"tracking": tracking}
    ).scalar()
    return None if found is None else int(found)


def wanted(connection: Connection, carrier: str, limit: int) -> list[ReturnLabel]:
    """What a carrier is still to be asked for, the longest waiting first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(return_label.c.carrier == carrier, text("state = 'wanted'"))
        .order_by(return_label.c.id)
        .limit(limit)
    )
    return [ReturnLabel(**row._mapping) for row in rows]


def answered(tx: Tx, label_id: int, **values: object) -> bool:
    """A carrier has answered; whether the label was still wanted."""
    done = tx.connection.execute(
        return_label.update().where(return_label.c.id == label_id, return_label.c.state == "wanted").values(**values)
    )
    tx.changed("label")
    return bool(done.rowcount)


def not_answered(tx: Tx, label_id: int, why: str) -> int:
    """Nobody knows whether a label was sold; how often that was."""
    row = tx.connection.execute(
        text("UPDATE return_label SET tries = tries + 1, detail = :why WHERE id = :id RETURNING tries"),
        {"id": label_id, "why": why},
    )
    return int(row.scalar_one())
