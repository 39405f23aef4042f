"""Choosing again, with time: who gets what is scarce, solved beside the writer, applied only as far as it still holds.

A reader takes a snapshot of the orders that lack something: what they were promised, what they lack, what is free.
Whoever has time chooses who of them is completed. The writer then shifts promises between them if every one of those
lines stands as it stood, and otherwise not at all: the next snapshot is never far. An order that lacks nothing is not
in the snapshot, so that nobody who was promised everything loses any of it to this.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from hub.domain.allocation import Choose, allocate
from hub.handlers.allocate import promise_again
from hub.storage import allocation, orders
from hub.storage.allocation import FIRST_TURN, OpenLine, Turn, turn_of
from hub.storage.transaction import Tx

ORDERS_MAX = 2_000
"""So many orders that lack something are looked at together: those whose turn it is first, or those behind others."""


@dataclass(frozen=True, kw_only=True)
class Scarcity:
    """Orders that lack something, and what could be theirs."""

    lines: tuple[OpenLine, ...]
    free: Mapping[int, int]
    """Units by SKU that nobody was promised."""
    last: Turn | None = None
    """Behind whom more orders that lack something may wait; None: nobody does."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What lines should be promised, where that is not what they are."""

    before: Mapping[int, tuple[int, int]]
    """(promised, backordered) of each line that changes, when the snapshot was taken."""
    promised: Mapping[int, int]
    """What each of them should be promised."""
    completes: int
    """Orders that lack nothing afterwards."""


def look(
    connection: Connection,
    site_id: int,
    now_us: int,
    client_id: int | None = None,
    after: Turn = FIRST_TURN,
) -> Scarcity:
    """The orders (of a client, if one is named) behind ``after`` that lack something now, but those that leave complete
    and are on their way: they keep what they have. Nothing is given, so nothing is written."""
    found = allocation.lines_of_waiting(connection, allocation.short_skus(connection, client_id), ORDERS_MAX, after)
    on_the_way = allocation.in_work(connection, {line.order_id for line in found if line.ship_complete})
    lines = [line for line in found if line.order_id not in on_the_way]
    skus = sorted({line.sku_id for line in lines})
    return Scarcity(
        lines=tuple(lines),
        free=allocation.free_units(connection, site_id, skus, now_us),
        last=turn_of(found[-1]) if len({line.order_id for line in found}) == ORDERS_MAX else None,
    )


def plan(scarcity: Scarcity, choose: Choose) -> Plan | None:
    """What to promise to whom; None if no order more would be complete: then nobody's promise is touched."""
    pool = dict(scarcity.free)
    for line in scarcity.lines:
        pool[line.sku_id] += line.promised
    given = allocate([line.asks(line.promised + line.backordered) for line in scarcity.lines], pool, choose)
    changed = [line for line in scarcity.lines if given.get(line.id, 0) != line.promised]
    lacking = {line.order_id for line in scarcity.lines if given.get(line.id, 0) < line.promised + line.backordered}
    completes = len({line.order_id for line in scarcity.lines} - lacking)
    if not completes:
        return None
    return Plan(
        before={line.id: (line.promised, line.backordered) for line in changed},
        promised={line.id: given.get(line.id, 0) for line in changed},
        completes=completes,
    )


def apply(tx: Tx, wanted: Plan) -> bool:
    """Shift the promises of a plan, all or none; whether the plan still held."""
    found = {line_id: orders.line(tx.connection, line_id) for line_id in wanted.before}
    if any((line.promised, line.backordered) != wanted.before[line_id] for line_id, line in found.items()):
        return False
    more: dict[int, int] = {}
    for line_id, line in found.items():
        more[line.sku_id] = more.get(line.sku_id, 0) + wanted.promised[line_id] - line.promised
    free = allocation.free_units(tx.connection, tx.site_id, sorted(more), tx.now_us)
    if any(units > free[sku_id] for sku_id, units in more.items()):
        return False
    for line_id, line in found.items():  # what is taken back first, so that no promise is ever more than there is
        orders.shift(tx, line_id, max(0, line.promised - wanted.promised[line_id]), "promised", "backordered")
    for line_id, line in found.items():
        orders.shift(tx, line_id, max(0, wanted.promised[line_id] - line.promised), "backordered", "promised")
    # terms and lines that changed meanwhile: what an order may not keep now goes back at once
    touched = {line.order_id for line in found.values()}
    promise_again(tx, {line.sku_id for order_id in touched for line in orders.lines(tx.connection, order_id)})
    tx.changed("board", station=None)
    return True
