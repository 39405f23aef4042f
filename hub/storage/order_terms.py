"""The terms of an order, where it is delivered, and how its lines change."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select, text

from hub.domain.order_states import Stage, stage_of
from hub.domain.terms import Delivery, Terms
from hub.storage.orders import Line, lines
from hub.storage.transaction import Tx
from hub.storage.work_tables import LINE_STATES, customer_order, delivery

_TERM_NAMES = tuple(Terms.__dataclass_fields__)
_TERMS = [customer_order.c[name] for name in _TERM_NAMES]
_DELIVERY = [delivery.c[name] for name in Delivery.__dataclass_fields__]


@dataclass(frozen=True, kw_only=True)
class OrderStanding:
    """An order with all that a change of it looks at."""

    id: int
    ref: str
    public: str
    customer: str
    country: str
    terms: Terms
    lines: tuple[Line, ...]

    @property
    def stage(self) -> Stage:
        """Where it is."""
        return stage_of({state: self.units(state) for state in LINE_STATES if state != "open"}, self.terms.hold)

    def units(self, *states: str) -> int:
        """Units over all lines that are in any of these states."""
        return sum(getattr(line, state) for line in self.lines for state in states)


def columns(terms: Terms) -> dict[str, object]:
    """Terms as the columns of an order."""
    return {name: getattr(terms, name) for name in _TERM_NAMES} | {"ship_complete": int(terms.ship_complete)}


def standing(connection: Connection, client_id: int, ref: str) -> OrderStanding | None:
    """How a client's order stands, by the shop's number; None if there is none."""
    row = connection.execute(
        select(
            customer_order.c.id, customer_order.c.public, customer_order.c.customer, customer_order.c.country, *_TERMS
        ).where(customer_order.c.client_id == client_id, customer_order.c.ref == ref)
    ).one_or_none()
    if row is None:
        return None
    terms = {name: row._mapping[name] for name in Terms.__dataclass_fields__}
    return OrderStanding(
        id=row.id,
        ref=ref,
        public=row.public,
        customer=row.customer,
        country=row.country,
        terms=Terms(**terms | {"ship_complete": bool(row.ship_complete)}),
        lines=tuple(lines(connection, row.id)),
    )


def owner_of(connection: Connection, public: str) -> tuple[int, str] | None:
    """Whose an order is (client id) and what its shop calls it, by its public id; None if there is none."""
    row = connection.execute(
        select(customer_order.c.client_id, customer_order.c.ref).where(customer_order.c.public == public)
    ).one_or_none()
    return None if row is None else (row.client_id, row.ref)


def write_head(tx: Tx, order_id: int, *, customer: str, country: str, terms: Terms) -> None:
    """Write whose an order is, its country and its terms."""
    tx.connection.execute(
        customer_order.update()
        .where(customer_order.c.id == order_id)
        .values(customer=customer, country=country, **columns(terms))
    )
    tx.changed("order", ref=str(order_id))


def delivery_of(connection: Connection, order_id: int) -> Delivery | None:
    """Where an order is delivered; None if it has not said."""
    row = connection.execute(select(*_DELIVERY).where(delivery.c.order_id == order_id)).one_or_none()
    return None if row is None else Delivery(**row._mapping)


def write_delivery(tx: Tx, order_id: int, wanted: Delivery) -> None:
    """Write where an order is delivered, in place of what it had said."""
    values = asdict(wanted)
    known = tx.connection.execute(delivery.update().where(delivery.c.order_id == order_id).values(**values))
    if not known.rowcount:
        tx.connection.execute(delivery.insert().values(order_id=order_id, **values))
    tx.changed("order", ref=str(order_id))


def codes_of(connection: Connection, order_id: int) -> dict[int, str]:
    """The SKUs of an order's lines: id -> code."""
    rows = connection.execute(
        text("SELECT s.id, s.code FROM order_line l JOIN sku s ON s.id = l.sku_id WHERE l.order_id = :order"),
        {"order": order_id},
    )
    return {row.id: row.code for row in rows}


def raise_line(tx: Tx, line_id: int, *, promised: int, backordered: int) -> None:
    """More units are ordered by a line: so many of them promised at once, so many backordered."""
    row = tx.connection.execute(
        text(
            "UPDATE order_line SET ordered = ordered + :promised + :backordered, promised = promised + :promised,"
            " backordered = backordered + :backordered, lacking_at_once = lacking_at_once + :backordered"
            " WHERE id = :line RETURNING order_id, sku_id"
        ),
        {"line": line_id, "promised": promised, "backordered": backordered},
    ).one()
    tx.ledger.promise(row.sku_id, promised)
    tx.changed("order", ref=str(row.order_id))
