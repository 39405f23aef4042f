"""The outbox of refunds: written in the transaction in which goods are graded, told to the shop after it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage.return_tables import refund
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class RefundRow:
    """What is due, as the shop is told."""

    id: int
    public: str
    return_id: int
    number: str
    order_ref: str
    wanted: str
    exchange_ref: str
    exchange_minor: int
    order_line: int | None
    sku: str | None
    grade: str | None
    reason: str | None
    units: int
    percent: int
    goods_minor: int
    shipping_minor: int
    pay_minor: int
    credited_minor: int
    """Of the whole return, up to here."""
    why: str
    state: str
    tries: int
    detail: str
    created_us: int
    told_us: int | None


_REFUND = (
    "SELECT f.id, f.public, f.return_id, r.number, COALESCE(o.ref, '') AS order_ref, r.wanted,"
    " COALESCE(x.ref, '') AS exchange_ref, r.exchange_minor, l.line AS order_line, s.code AS sku, g.grade, n.reason,"
    " f.units, f.percent, f.goods_minor, f.shipping_minor, f.pay_minor, (SELECT SUM(b.goods_minor + b.shipping_minor)"
    "  FROM refund b WHERE b.return_id = f.return_id AND b.id <= f.id) AS credited_minor, f.why, f.state, f.tries,"
    " f.detail, f.created_us, f.told_us FROM refund f JOIN customer_return r ON r.id = f.return_id"
    " LEFT JOIN customer_order o ON o.id = r.order_id LEFT JOIN customer_order x ON x.id = r.exchange_order_id"
    " LEFT JOIN return_grade g ON g.id = f.grade_id LEFT JOIN return_item i ON i.id = g.return_item_id"
    " LEFT JOIN return_line n ON n.id = i.return_line_id LEFT JOIN sku s ON s.id = n.sku_id"
    " LEFT JOIN order_line l ON l.id = n.order_line_id WHERE "
)


def insert(tx: Tx, **values: object) -> str:
    """Write down what is due; its public id.

    Raises: sqlalchemy.exc.IntegrityError, these units have a refund.
    """
    public = tx.ids.new()
    tx.connection.execute(refund.insert().values(public=public, state="wanted", created_us=tx.now_us, **values))
    tx.changed("refund", ref=public)
    return public


def after(connection: Connection, client_id: int, public: str | None, limit: int) -> list[RefundRow] | None:
    """Refunds of a client behind one of them, or from the first; None: there is none of that id."""
    behind = 0
    if public is not None:
        found = connection.execute(
            text("SELECT id FROM refund WHERE public = :public AND client_id = :client"),
            {"public": public, "client": client_id},
        ).scalar()
        if found is None:
            return None
        behind = int(found)
    rows = connection.execute(
        text(_REFUND + "f.client_id = :client AND f.id > :behind ORDER BY f.id LIMIT :limit"),
        {"client": client_id, "behind": behind, "limit": limit},
    )
    return [_row(row) for row in rows]


def of_return(connection: Connection, return_id: int) -> list[RefundRow]:
    """What was paid back for a return."""
    rows = connection.execute(text(_REFUND + "f.return_id = :id ORDER BY f.id"), {"id": return_id})
    return [_row(row) for row in rows]


def wanted(connection: Connection, limit: int) -> list[RefundRow]:
    """Refunds that nobody has been told of, the oldest first."""
    rows = connection.execute(text(_REFUND + "f.state = 'wanted' ORDER BY f.id LIMIT :limit"), {"limit": limit})
    return [_row(row) for row in rows]


def _row(row: Any) -> RefundRow:
    return RefundRow(**dict(row._mapping) | {"credited_minor": int(row.credited_minor)})


def told(tx: Tx, public: str, client_id: int | None = None) -> bool:
    """The shop has it (a client's shop, if named); whether there is such a refund."""
    where = "" if client_id is None else " AND client_id = :client"
    done = tx.connection.execute(
        text("UPDATE refund SET state = 'told', told_us = COALESCE(told_us, :now) WHERE public = :public" + where),
        {"public": public, "now": tx.now_us, "client": client_id},
    )
    tx.changed("refund", ref=public)
    return bool(done.rowcount)


def not_told(tx: Tx, refund_id: int, why: str) -> None:
    """It could not be told now."""
    tx.connection.execute(
        text("UPDATE refund SET tries = tries + 1, detail = :why WHERE id = :id"), {"id": refund_id, "why": why}
    )


def sums(connection: Connection, return_id: int) -> tuple[int, int]:
    """(credited, paid out) for a return up to now, minor units."""
    row = connection.execute(
        text(
            "SELECT COALESCE(SUM(goods_minor + shipping_minor), 0) AS credited, COALESCE(SUM(pay_minor), 0) AS paid"
            " FROM refund WHERE return_id = :id"
        ),
        {"id": return_id},
    ).one()
    return int(row.credited), int(row.paid)


def shipping_of(connection: Connection, order_id: int) -> tuple[int, int, int]:
    """(what an order's parcels cost to send, what its shipped units cost, what of that had a share of the shipping
    before), minor units."""
    row = connection.execute(
        text(
            "SELECT COALESCE((SELECT SUM(price_minor) FROM parcel WHERE order_id = :order AND state = 'shipped'), 0)"
            " AS freight, COALESCE((SELECT SUM(shipped * price_minor) FROM order_line WHERE order_id = :order), 0)"
            " AS value, COALESCE((SELECT SUM(f.shared_minor) FROM refund f JOIN customer_return r"
            " ON r.id = f.return_id WHERE r.order_id = :order), 0) AS shared"
        ),
        {"order": order_id},
    ).one()
    return int(row.freight), int(row.value), int(row.shared)
