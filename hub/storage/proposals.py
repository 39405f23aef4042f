"""The buyer's side of purchase orders: proposed, approved, sent, acknowledged, cancelled; and what suppliers are told.

How far the goods are is the purchase order's own state; both together are its stage (:data:`STAGE`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from hub.storage.restock_tables import proposal, purchase_message, purchase_reason
from hub.storage.transaction import Tx

STAGE = (
    "CASE WHEN p.state = 'received' THEN 'closed' WHEN p.state = 'receiving' THEN 'partly received'"
    " ELSE COALESCE(r.state, 'sent') END"
)
"""The one word for where a purchase order is: proposed, approved, sent, acknowledged, partly received, closed or
cancelled. ``p`` is the purchase order, ``r`` its proposal; one that nobody proposed was sent by hand."""
IS_COMING = "COALESCE(r.state, 'sent') NOT IN ('proposed', 'cancelled')"
"""Whether a supplier will bring it: nobody has decided yet on what is only proposed."""

Kind = Literal["order", "chase", "cancel"]
Channel = Literal["email", "webhook", "person"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a line is ordered."""

    because: str
    cost_minor: int
    position: int
    reorder_point: int


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A purchase order as its buyer sees it."""

    order_id: int
    number: str
    supplier_id: int
    stage: str
    value_minor: int
    due_us: int


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to be told a supplier."""

    public: str
    order_id: int
    number: str
    kind: Kind
    channel: Channel
    address: str
    supplier: str = ""
    tries: int = 0
    """That were begun before."""
    created_us: int = 0


def propose(tx: Tx, order_id: int, *, method: str, value_minor: int, reasons: Sequence[tuple[int, Reason]]) -> None:
    """A purchase order was proposed, with the reason of each SKU's line."""
    tx.connection.execute(
        proposal.insert().values(
            purchase_order_id=order_id,
            state="proposed",
            method=method,
            value_minor=value_minor,
            proposed_us=tx.now_us,
        )
    )
    lines = tx.connection.execute(
        text("SELECT id, sku_id FROM purchase_order_line WHERE purchase_order_id = :order"), {"order": order_id}
    )
    line_of = {row.sku_id: row.id for row in lines}
    rows = [
        {
            "line_id": line_of[sku_id],
            "because": reason.because,
            "cost_minor": reason.cost_minor,
            "position": reason.position,
            "reorder_point": reason.reorder_point,
        }
        for sku_id, reason in reasons
    ]
    if rows:
        tx.connection.execute(purchase_reason.insert(), rows)


def find(connection: Connection, number: str) -> Proposed | None:
    """A purchase order by its number; None: there is none, or nobody proposed it."""
    row = connection.execute(
        text(
            f"SELECT p.id AS order_id, p.number, p.supplier_id, {STAGE} AS stage, r.value_minor, p.due_us"
            " FROM purchase_order p JOIN proposal r ON r.purchase_order_id = p.id WHERE p.number = :number"
        ),
        {"number": number},
    ).one_or_none()
    return None if row is None else Proposed(**row._mapping)


def set_state(tx: Tx, order_id: int, state: str, by: str, *, due_us: int | None = None) -> None:
    """A buyer, a supplier or the site's rule has moved a proposal on; a cancelled one's lines are on order no more."""
    stamps = {"approved": "approved_us", "sent": "sent_us", "acknowledged": "acknowledged_us"}
    values: dict[str, object] = {"state": state, stamps.get(state, "cancelled_us"): tx.now_us}
    if state in ("approved", "cancelled"):
        values["decided_by"] = by
    tx.connection.execute(proposal.update().where(proposal.c.purchase_order_id == order_id).values(**values))
    names = {"order": order_id, "due": due_us}
    if due_us is not None:
        tx.connection.execute(text("UPDATE purchase_order SET due_us = :due WHERE id = :order"), names)
    if state == "cancelled":
        tx.connection.execute(
            text("UPDATE purchase_order_line SET open = 0 WHERE purchase_order_id = :order"), {"order": order_id}
        )
    tx.changed("purchase_order", ref=str(order_id))


def want_message(tx: Tx, order_id: int, kind: Kind, channel: Channel, address: str) -> str:
    """Something is to be told a supplier; the message's public id."""
    public = tx.ids.new()
    tx.connection.execute(
        purchase_message.insert().values(
            public=public,
            purchase_order_id=order_id,
            kind=kind,
            channel=channel,
            address=address,
            state="wanted",
            created_us=tx.now_us,
        )
    )
    tx.changed("purchase_message", ref=public)
    return public


def wanted_messages(connection: Connection, limit: int = 100, *, channel: Channel | None = None) -> list[Message]:
    """What is to be told by e-mail or webhook (or by one of them), the oldest first."""
    rows = connection.execute(
        text(
            "SELECT m.public, m.purchase_order_id AS order_id, p.number, m.kind, m.channel, m.address,"
            " s.name AS supplier, m.tries, m.created_us FROM purchase_message m"
            " JOIN purchase_order p ON p.id = m.purchase_order_id JOIN supplier s ON s.id = p.supplier_id"
            " WHERE m.state = 'wanted' AND m.channel <> 'person' AND (:channel = '' OR m.channel = :channel)"
            " ORDER BY m.id LIMIT :limit"
        ),
        {"limit": limit, "channel": channel or ""},
    )
    return [Message(**row._mapping) for row in rows]


def begin_telling(tx: Tx, public: str) -> int | None:
    """A message is about to go out; the how manieth try it is. None: it is not to be told any more."""
    row = tx.connection.execute(
        text(
            "UPDATE purchase_message SET tries = tries + 1 WHERE public = :public AND state = 'wanted' RETURNING tries"
        ),
        {"public": public},
    ).one_or_none()
    return None if row is None else int(row.tries)


def may_have_heard(connection: Connection, order_id: int) -> bool:
    """Whether a supplier may know of an order: it was sent, or somebody began to send it."""
    row = connection.execute(
        text(
            "SELECT MAX(m.tries) AS tries FROM purchase_message m"
            " WHERE m.purchase_order_id = :order AND m.kind = 'order'"
        ),
        {"order": order_id},
    ).one()
    return bool(row.tries)


def message_told(tx: Tx, public: str, state: Literal["sent", "failed"], detail: str = "") -> Message | None:
    """A message has gone out, or cannot; None: there is none of that id that waits."""
    row = tx.connection.execute(
        text(
            "UPDATE purchase_message SET state = :state, detail = :detail, sent_us = :now"
            " WHERE public = :public AND state = 'wanted' RETURNING public, purchase_order_id, kind, channel, address"
        ),
        {"state": state, "detail": detail, "now": tx.now_us if state == "sent" else None, "public": public},
    ).one_or_none()
    if row is None:
        return None
    tx.changed("purchase_message", ref=public)
    number = tx.connection.execute(
        text("SELECT number FROM purchase_order WHERE id = :order"), {"order": row.purchase_order_id}
    ).scalar_one()
    values = {name: row._mapping[name] for name in ("public", "kind", "channel", "address")}
    return Message(order_id=row.purchase_order_id, number=number, **values)


def drop_messages(tx: Tx, order_id: int, why: str) -> int:
    """What was still to be told of a purchase order is not told any more; how many messages that were."""
    done = tx.connection.execute(
        text(
            "UPDATE purchase_message SET state = 'failed', detail = :why"
            " WHERE purchase_order_id = :order AND state = 'wanted'"
        ),
        {"order": order_id, "why": why},
    )
    return done.rowcount


def overdue(connection: Connection, *, due_before_us: int, chased_before_us: int) -> list[Proposed]:
    """What should have come and was not asked after lately."""
    rows = connection.execute(
        text(
            f"SELECT DISTINCT p.id AS order_id, p.number, p.supplier_id, {STAGE} AS stage, r.value_minor, p.due_us"
            " FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id"
            " JOIN proposal r ON r.purchase_order_id = p.id"
            f" WHERE l.open = 1 AND p.state = 'ordered' AND p.due_us <= :due AND {IS_COMING}"
            " AND COALESCE(r.chased_us, 0) <= :chased ORDER BY p.due_us, p.id"
        ),
        {"due": due_before_us, "chased": chased_before_us},
    )
    return [Proposed(**row._mapping) for row in rows]


def chased(tx: Tx, order_id: int) -> None:
    """A supplier is asked after an order."""
    tx.connection.execute(
        text("UPDATE proposal SET chases = chases + 1, chased_us = :now WHERE purchase_order_id = :order"),
        {"now": tx.now_us, "order": order_id},
    )


def come_or_gone(connection: Connection, kind: str) -> list[str]:
    """Purchase orders of an open exception of a kind that have come, or were cancelled, or were decided on."""
    rows = connection.execute(
        text(
            "SELECT e.ref_id FROM exception e JOIN purchase_order p ON p.number = e.ref_id"
            " LEFT JOIN proposal r ON r.purchase_order_id = p.id"
            " WHERE e.closed_us IS NULL AND e.kind = :kind AND e.ref_kind = 'po'"
            " AND (p.state <> 'ordered' OR r.state = 'cancelled')"
        ),
        {"kind": kind},
    )
    return [row.ref_id for row in rows]
