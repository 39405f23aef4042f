"""Exchanges: an order of its own, linked to the return that it is for; what it leaves over is paid out."""

import json

from hub.domain.ordered_line import OrderedLine
from hub.domain.refunds import to_pay
from hub.domain.terms import Terms
from hub.handlers.orders import NewOrder, receive_order
from hub.handlers.policy import Policy
from hub.storage import exceptions, order_terms, orders, refunds, returns
from hub.storage.recipients import recipient_of
from hub.storage.returns import ReturnRow
from hub.storage.transaction import Tx

REF_CHARS = 48
"""So much of the first order's number goes into that of its exchange."""


def exchange_now(tx: Tx, policy: Policy, row: ReturnRow) -> None:
    """Make the order of an exchange if it is time, once: when the return is authorised, or when nothing more is waited
    for and something has come. One whose goods never came is shown to a person."""
    assert row.wanted == "exchange"
    lines = returns.lines(tx.connection, row.id)
    units = returns.units_by_state(lines)
    came = units["received"] + units["graded"]
    if row.exchange_order_id is not None:
        if not came and not units["waiting"]:
            detail = f"{row.number}: order {row.exchange_ref} was sent in exchange, and nothing came back."
            exceptions.open_once(tx, "exchange_unreturned", row.number, detail, ref_kind="return", ref_id=row.number)
        return
    if policy.returns.exchange_at == "received" and (units["waiting"] or not came):
        return
    if row.exchange:
        wanted = [OrderedLine(sku=sku, units=n, price_minor=price) for sku, n, price in json.loads(row.exchange)]
    else:  # the same again, as far as it came back or will
        wanted = [
            OrderedLine(sku=one.sku, units=n, price_minor=one.price_minor)
            for one in lines
            if one.order_line_id is not None and (n := one.waiting + one.received + one.graded)
        ]
    if wanted:
        _order(tx, policy, row, wanted)


def _order(tx: Tx, policy: Policy, row: ReturnRow, wanted: list[OrderedLine]) -> None:
    assert row.order_id is not None
    first = recipient_of(tx.connection, row.order_id)
    new = NewOrder(
        ref=f"{row.order_ref[:REF_CHARS]}-{row.number}",
        customer=first.customer,
        country=first.party.country,
        placed_us=tx.now_us,
        lines=tuple(wanted),
        terms=Terms(priority=policy.returns.exchange_priority),
        delivery=order_terms.delivery_of(tx.connection, row.order_id),
    )
    receive_order(tx, new)
    made = orders.order_by_ref(tx.connection, tx.client_id, new.ref)
    assert made is not None, f"{new.ref} was just received"
    value = sum(line.units * line.price_minor for line in wanted)
    returns.set_return(tx, row.id, exchange_order_id=made[0], exchange_minor=value)
    settle(tx, row.id)


def settle(tx: Tx, return_id: int) -> None:
    """Pay out what was kept back for an exchange and is not needed for it: it cost less than was thought."""
    row = returns.by_id(tx.connection, return_id)
    credited, paid = refunds.sums(tx.connection, return_id)
    if left := to_pay(credited, row.exchange_minor, paid):
        refunds.insert(
            tx,
            client_id=row.client_id,
            return_id=return_id,
            grade_id=None,
            units=0,
            percent=0,
            goods_minor=0,
            shipping_minor=0,
            pay_minor=left,
            why=f"Order {row.exchange_ref}, sent in exchange, costs less than was kept back for it",
        )
