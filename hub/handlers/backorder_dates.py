"""Telling those who wait when their goods are expected: every change of a date is written down once, to be told."""

from collections.abc import Sequence
from typing import TypedDict

from hub.domain.business_day import day_of
from hub.domain.expected import Expected, expect, is_news
from hub.handlers.policy import Policy
from hub.handlers.supplier_dates import due_us
from hub.storage import backorders, buying, orders
from hub.storage.transaction import Tx

SPREADS = 1.0
"""What nothing is on order of is promised so many spreads of its supplier's lead time later than the mean."""


class Told(TypedDict):
    """What a shop is told of a line that waits."""

    line: int
    sku: str
    backordered: int
    expected_us: int | None
    source: str


def reckon(tx: Tx, policy: Policy, skus: Sequence[int] | None = None) -> int:
    """Give every line that waits (for these SKUs, or for any) its date; how many dates are news.

    Deliveries on order are shared out by priority, then by age.
    """
    backorders.end_dates(tx)
    queues = backorders.waiting(tx.connection, skus)
    if not queues:
        return 0
    wanted = sorted(queues)
    before = backorders.dates(tx.connection, [line.line_id for queue in queues.values() for line in queue])
    coming = backorders.coming(tx.connection, wanted)
    in_house = backorders.in_house(tx.connection, tx.site_id, wanted)
    supplied = backorders.suppliers_of(tx.connection, wanted)
    suppliers = buying.suppliers(tx.connection)
    news = 0
    for sku_id in wanted:
        supplier_id, is_ordered = supplied[sku_id]
        new_us = due_us(suppliers[supplier_id], policy, tx.now_us, spreads=SPREADS) if is_ordered else None
        expected = expect(
            queues[sku_id],
            coming.get(sku_id, ()),
            now_us=tx.now_us,
            new_order_us=new_us,
            in_house=in_house.get(sku_id, 0),
        )
        for line_id, date in expected.items():
            last = before.get(line_id)
            if is_news(last, date, now_us=tx.now_us, same_day=_same_day(last, date, policy)):
                backorders.give_date(tx, line_id, date)
                news += 1
            elif last is not None and (last.source, last.purchase_order) != (date.source, date.purchase_order):
                backorders.correct_date(tx, line_id, date)
    return news


def _same_day(last: Expected | None, date: Expected, policy: Policy) -> bool:
    if last is None or last.expected_us is None or date.expected_us is None:
        return False
    return day_of(last.expected_us, policy.zone) == day_of(date.expected_us, policy.zone)


def tell(tx: Tx, policy: Policy, ref: str) -> list[Told]:
    """The lines of an order that wait, with their dates as of now: what a shop is told as it orders."""
    known = orders.order_by_ref(tx.connection, tx.client_id, ref)
    waiting = [] if known is None else [line for line in orders.lines(tx.connection, known[0]) if line.backordered]
    if not waiting:
        return []
    reckon(tx, policy, sorted({line.sku_id for line in waiting}))
    dates = backorders.dates(tx.connection, [line.id for line in waiting])
    return [
        Told(
            line=line.line,
            sku=orders.sku(tx.connection, line.sku_id).code,
            backordered=line.backordered,
            expected_us=dates[line.id].expected_us,
            source=dates[line.id].source,
        )
        for line in waiting
    ]
