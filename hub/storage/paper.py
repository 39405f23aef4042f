"""Paper pick lists: what they show, and what of them was keyed in."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.clients import LABEL
from hub.storage.paper_tables import paper_pick
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class PaperPick:
    """One line of a list: a pick that is open on a cart."""

    number: int
    """The task's own number, short enough for a barcode on paper."""
    task: str
    state: str
    """open, or recalled."""
    bin: str
    sku: str
    description: str
    units: int
    mark: str
    tote: str
    order: str


@dataclass(frozen=True, kw_only=True)
class PaperCart:
    """One list: a cart that is out."""

    batch_id: int
    cart: str
    picker: str
    badge: str
    colour: str
    picks: tuple[PaperPick, ...]
    """In walking order."""


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """What was keyed in of a task."""

    units: int
    operator: str


def carts_out(connection: Connection) -> list[PaperCart]:
    """The carts that are being picked, with their open picks in walking order; the longest out first."""
    carts = connection.execute(
        text(
            "SELECT b.id, b.cart, COALESCE(o.name, 'nobody') AS name, COALESCE(o.badge, '') AS badge,"
            " COALESCE(o.colour, 'white') AS colour FROM batch b LEFT JOIN operator o ON o.id = b.operator_id"
            # the first of the two is what the index of carts in use is of
            " WHERE b.state IN ('induct', 'picking') AND b.state = 'picking' ORDER BY b.id"
        )
    )
    return [
        PaperCart(
            batch_id=row.id,
            cart=row.cart,
            picker=row.name,
            badge=row.badge,
            colour=row.colour,
            picks=tuple(_picks(connection, row.id)),
        )
        for row in carts
    ]


def _picks(connection: Connection, batch_id: int) -> list[PaperPick]:
    rows = connection.execute(
        text(
            f"SELECT t.id AS number, t.public AS task, t.state, b.name AS bin, {LABEL} AS sku, s.description, t.units,"
            " t.mark, COALESCE(p.name, '') AS tote, o.ref FROM task t JOIN tote_load l ON l.id = t.load_id"
            " JOIN location b ON b.id = t.bin_id JOIN sku s ON s.id = t.sku_id"
            " JOIN customer_order o ON o.id = l.order_id LEFT JOIN location p ON p.id = l.tote_id"
            " WHERE l.batch_id = :batch AND t.kind = 'pick' AND t.state IN ('open', 'recalled') ORDER BY t.rank, t.id"
        ),
        {"batch": batch_id},
    )
    return [
        PaperPick(**{name: value for name, value in row._mapping.items() if name != "ref"}, order=row.ref)
        for row in rows
    ]


def public_of(connection: Connection, number: int) -> str | None:
    """The public id of the pick that has this number; None if there is none."""
    found = connection.execute(
        text("SELECT public FROM task WHERE id = :id AND kind = 'pick'"), {"id": number}
    ).scalar()
    return None if found is None else str(found)


def keyed(connection: Connection, task_id: int) -> Keyed | None:
    """What was keyed in of a task, or None."""
    row = connection.execute(
        text("SELECT units, operator FROM paper_pick WHERE task_id = :task"), {"task": task_id}
    ).one_or_none()
    return None if row is None else Keyed(units=row.units, operator=row.operator)


def keep(tx: Tx, task_id: int, units: int, operator: str) -> None:
    """Note that a task was keyed in."""
    values = {"task_id": task_id, "units": units, "operator": operator, "keyed_us": tx.now_us}
    tx.connection.execute(paper_pick.insert().values(**values))
