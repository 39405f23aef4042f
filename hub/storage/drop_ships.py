"""What suppliers send to customers of ours: purchase orders for one customer's order, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, text

from hub.storage import proposals, purchasing
from hub.storage.drop_ship_tables import drop_ship_line, drop_ship_order
from hub.storage.proposals import STAGE
from hub.storage.restock_tables import purchase_reason
from hub.storage.transaction import Tx
from hub.storage.work_tables import purchase_order_line

METHOD = "drop_ship"
"""What proposes these purchase orders, beside the forecast and the reorder points."""
UNTOLD = ("proposed", "approved")
"""Stages at which the supplier has not heard of an order."""
LINES_AT_ONCE_MAX = 1_000
"""So many lines go to suppliers in one transaction; the rest at the next look."""

Share = Literal["dispatched", "cancelled", "declined"]


@dataclass(frozen=True, kw_only=True)
class Sendable:
    """Units of an order line that its item's supplier sends to the customer."""

    line_id: int
    order_id: int
    ref: str
    sku_id: int
    units: int
    supplier_id: int
    mode: str
    cost_minor: int
    price_breaks: str


@dataclass(frozen=True, kw_only=True)
class DropLine:
    """One line of a purchase order that goes to a customer."""

    line_id: int
    purchase_order_id: int
    number: str
    stage: str
    order_line_id: int
    line: int
    """Of the customer's order."""
    sku_id: int
    code: str
    description: str
    units: int
    waiting: int
    dispatched: int
    cancelled: int
    declined: int
    asked_back: int


@dataclass(frozen=True, kw_only=True)
class DropShipment:
    """A purchase order that goes to a customer."""

    purchase_order_id: int
    number: str
    stage: str
    supplier_id: int
    supplier: str
    due_us: int
    order_id: int
    client_id: int
    ref: str
    """What the shop calls the customer's order."""
    public: str
    hold: str


def sendable(connection: Connection, order_id: int | None = None) -> list[Sendable]:
    """Units that wait for stock though a supplier sends them to the customer, of one order or of all; first those that
    were ordered first. What a supplier has declined it is not asked for again."""
    some = "" if order_id is None else " AND l.order_id = :order"
    rows = connection.execute(
        text(
            "SELECT l.id AS line_id, l.order_id, o.ref, l.sku_id, l.backordered AS units, s.supplier_id,"
            " t.drop_ship AS mode, s.cost_minor, t.price_breaks FROM order_line l JOIN sku s ON s.id = l.sku_id"
            " JOIN restock_terms t ON t.sku_id = s.id AND t.drop_ship <> 'never' AND t.stop_sell = 0"
            " JOIN customer_order o ON o.id = l.order_id WHERE l.backordered > 0"
            f"{some} AND NOT EXISTS (SELECT 1 FROM drop_ship_line d WHERE d.order_line_id = l.id AND d.declined > 0)"
            " ORDER BY o.placed_us, l.order_id, l.line LIMIT :limit"
        ),
        {"order": order_id, "limit": LINES_AT_ONCE_MAX} if order_id is not None else {"limit": LINES_AT_ONCE_MAX},
    )
    return [Sendable(**row._mapping) for row in rows]


def modes(connection: Connection, sku_ids: Sequence[int]) -> dict[int, str]:
    """When suppliers send SKUs to customers: ``always`` or ``when_out``; who never does is not in the answer."""
    rows = connection.execute(_MODES, {"skus": list(sku_ids)})
    return {row.sku_id: row.drop_ship for row in rows}


_MODES = text(
    "SELECT sku_id, drop_ship FROM restock_terms WHERE sku_id IN :skus AND drop_ship <> 'never' AND stop_sell = 0"
).bindparams(bindparam("skus", expanding=True))


def undecided(connection: Connection, order_id: int, supplier_id: int) -> int | None:
    """The purchase order of a customer's order to a supplier on which nobody has decided yet: more may be added."""
    found = connection.execute(
        text(
            "SELECT MIN(p.id) FROM drop_ship_order d JOIN purchase_order p ON p.id = d.purchase_order_id"
            " JOIN proposal r ON r.purchase_order_id = p.id"
            " WHERE d.order_id = :order AND p.supplier_id = :supplier AND r.state = 'proposed'"
        ),
        {"order": order_id, "supplier": supplier_id},
    ).scalar()
    return None if found is None else int(found)


def open_order(tx: Tx, order_id: int, supplier_id: int, due_us: int) -> int:
    """A purchase order to a supplier, for a customer's order, without lines yet; its id."""
    number = purchasing.insert_order(tx, supplier_id, due_us, [])
    found = purchasing.find(tx.connection, number)
    assert found is not None, "it was written a line above"
    proposals.propose(tx, found[0], method=METHOD, value_minor=0, reasons=[])
    tx.connection.execute(drop_ship_order.insert().values(purchase_order_id=found[0], order_id=order_id))
    return found[0]


def add_line(tx: Tx, purchase_order_id: int, wanted: Sendable, units: int, unit_cost_minor: int) -> None:
    """Units of an order line are asked of a supplier. They do not come to us: the line is not on order."""
    made = tx.connection.execute(
        purchase_order_line.insert().values(
            purchase_order_id=purchase_order_id, sku_id=wanted.sku_id, ordered=units, open=0
        )
    )
    line_id = int(made.inserted_primary_key[0])  # type: ignore[index]
    why = f"{units} for the customer of order {wanted.ref}" + (
        "" if wanted.mode == "always" else ", which stock cannot promise"
    )
    tx.connection.execute(
        purchase_reason.insert().values(
            line_id=line_id, because=why, cost_minor=units * unit_cost_minor, position=0, reorder_point=0
        )
    )
    tx.connection.execute(
        drop_ship_line.insert().values(
            line_id=line_id,
            purchase_order_id=purchase_order_id,
            order_line_id=wanted.line_id,
            units=units,
            waiting=units,
            unit_cost_minor=unit_cost_minor,
        )
    )
    _value(tx, purchase_order_id)


def _value(tx: Tx, purchase_order_id: int) -> None:
    """What a purchase order costs, without what was cancelled or declined."""
    tx.connection.execute(
        text(
            "UPDATE proposal SET value_minor = (SELECT COALESCE(SUM((d.waiting + d.dispatched) * d.unit_cost_minor), 0)"
            " FROM drop_ship_line d WHERE d.purchase_order_id = :order) WHERE purchase_order_id = :order"
        ),
        {"order": purchase_order_id},
    )
    tx.changed("purchase_order", ref=str(purchase_order_id))


def find(connection: Connection, number: str) -> DropShipment | None:
    """A purchase order that goes to a customer, by its number; None: there is none, or it comes to us."""
    row = connection.execute(text(f"{_SHIPMENT} AND p.number = :number"), {"number": number}).one_or_none()
    return None if row is None else DropShipment(**row._mapping)


def of_order(connection: Connection, order_id: int) -> list[DropShipment]:
    """The purchase orders that go to the customer of an order."""
    rows = connection.execute(text(f"{_SHIPMENT} AND d.order_id = :order ORDER BY p.id"), {"order": order_id})
    return [DropShipment(**row._mapping) for row in rows]


_SHIPMENT = (
    f"SELECT p.id AS purchase_order_id, p.number, {STAGE} AS stage, p.supplier_id, s.name AS supplier, p.due_us,"
    " d.order_id, o.client_id, o.ref, o.public, o.hold FROM drop_ship_order d"
    " JOIN purchase_order p ON p.id = d.purchase_order_id JOIN proposal r ON r.purchase_order_id = p.id"
    " JOIN supplier s ON s.id = p.supplier_id JOIN customer_order o ON o.id = d.order_id WHERE 1 = 1"
)


def to_judge(connection: Connection, wanted: str) -> list[DropShipment]:
    """What nobody has decided on or was asked to, of orders that are not held. ``wanted``: the kind of exception that
    asks a person."""
    rows = connection.execute(
        text(
            f"{_SHIPMENT} AND r.state = 'proposed' AND o.hold = '' AND NOT EXISTS (SELECT 1 FROM exception e"
            " WHERE e.kind = :kind AND e.ref_kind = 'po' AND e.ref_id = p.number AND e.closed_us IS NULL) ORDER BY p.id"
        ),
        {"kind": wanted},
    )
    return [DropShipment(**row._mapping) for row in rows]


def overdue(connection: Connection, *, due_before_us: int, chased_before_us: int) -> list[DropShipment]:
    """What should have been sent and was not asked after lately."""
    rows = connection.execute(
        text(
            f"{_SHIPMENT} AND p.due_us <= :due AND r.state IN ('approved', 'sent', 'acknowledged')"
            " AND COALESCE(r.chased_us, 0) <= :chased AND EXISTS (SELECT 1 FROM drop_ship_line w"
            "  WHERE w.purchase_order_id = p.id AND w.waiting > w.asked_back) ORDER BY p.due_us, p.id"
        ),
        {"due": due_before_us, "chased": chased_before_us},
    )
    return [DropShipment(**row._mapping) for row in rows]


def lines_of(connection: Connection, purchase_order_id: int) -> list[DropLine]:
    """The lines of a purchase order that goes to a customer."""
    rows = connection.execute(
        text(f"{_LINE} AND d.purchase_order_id = :id ORDER BY d.line_id"), {"id": purchase_order_id}
    )
    return [DropLine(**row._mapping) for row in rows]


def waiting_for(connection: Connection, order_id: int) -> list[DropLine]:
    """What suppliers have still to send of a customer's order: last what they were told of."""
    rows = connection.execute(
        text(
            f"{_LINE} AND l.order_id = :id AND d.waiting > 0"
            " ORDER BY CASE WHEN r.state IN ('proposed', 'approved') AND p.state = 'ordered' THEN 0 ELSE 1 END,"
            " d.line_id"
        ),
        {"id": order_id},
    )
    return [DropLine(**row._mapping) for row in rows]


_LINE = (
    f"SELECT d.line_id, d.purchase_order_id, p.number, {STAGE} AS stage, d.order_line_id, l.line, l.sku_id, s.code,"
    " s.description, d.units, d.waiting, d.dispatched, d.cancelled, d.declined, d.asked_back FROM drop_ship_line d"
    " JOIN purchase_order p ON p.id = d.purchase_order_id JOIN proposal r ON r.purchase_order_id = p.id"
    " JOIN order_line l ON l.id = d.order_line_id JOIN sku s ON s.id = l.sku_id WHERE 1 = 1"
)


def settle(tx: Tx, line: DropLine, units: int, share: Share, *, asked_back: int = 0) -> None:
    """So many units that waited have been sent, or will not be; ``asked_back`` of them the supplier was asked for."""
    tx.connection.execute(
        text(
            f"UPDATE drop_ship_line SET waiting = waiting - :units, {share} = {share} + :units,"
            " asked_back = asked_back - :back WHERE line_id = :line"
        ),
        {"units": units, "back": asked_back, "line": line.line_id},
    )
    _value(tx, line.purchase_order_id)


def set_asked_back(tx: Tx, line: DropLine, units: int) -> None:
    """A supplier is asked not to send so many of the units that wait."""
    tx.connection.execute(
        text("UPDATE drop_ship_line SET asked_back = :units WHERE line_id = :line"),
        {"units": units, "line": line.line_id},
    )
    tx.changed("purchase_order", ref=line.number)


def decided_units(connection: Connection, order_id: int) -> int:
    """Units of a customer's order that suppliers have still to send and that were decided on: a hold comes too late."""
    found = connection.execute(
        text(
            "SELECT COALESCE(SUM(d.waiting), 0) FROM drop_ship_order o"
            " JOIN drop_ship_line d ON d.purchase_order_id = o.purchase_order_id"
            " JOIN proposal r ON r.purchase_order_id = o.purchase_order_id"
            " WHERE o.order_id = :order AND r.state <> 'proposed'"
        ),
        {"order": order_id},
    ).scalar_one()
    return int(found)


def is_message_wanted(connection: Connection, purchase_order_id: int, kind: str) -> bool:
    """Whether a message of a kind waits to be told: it says how things stand when it goes out."""
    found = connection.execute(
        text(
            "SELECT COUNT(*) FROM purchase_message WHERE purchase_order_id = :order AND kind = :kind"
            " AND state = 'wanted'"
        ),
        {"order": purchase_order_id, "kind": kind},
    ).scalar_one()
    return int(found) > 0


def address_lacks(connection: Connection, order_id: int) -> bool:
    """Whether an order names no street and city to which a supplier could send."""
    row: Any = connection.execute(
        text("SELECT street, city FROM delivery WHERE order_id = :order"), {"order": order_id}
    ).one_or_none()
    return row is None or not row.street.strip() or not row.city.strip()
