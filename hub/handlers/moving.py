"""Booking what was really moved, whatever the book says.

A fact is never refused: where the book has fewer units than were taken, the missing ones are found in the same
transaction, the bin is held and a count is opened.
"""

from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.handlers.allocate import give_up_promises, promise_again
from hub.handlers.facts import Fact, Waiting
from hub.storage import exceptions, lots, orders, places, tasks
from hub.storage.ledger import StockKey
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx

NO_DOUBT = ("count", "under_put", "counted_since", "undone", "damaged")
"""Why more may leave a bin than the book has free there, and nobody need count it for that: the book was wrong."""


def take(
    tx: Tx,
    fact: Fact,
    stock: StockKey,
    from_id: int,
    units: int,
    to_id: int,
    reason: str,
    evidence: int | None,
    ref: tuple[str, str] = ("", ""),
) -> None:
    """Move units that were really moved, whatever the book says: what it lacks is found, reservations give way."""
    place = places.by_id(tx.connection, from_id)
    broken, found = False, 0
    if places.is_physical(place):
        on_hand, reserved = tx.ledger.on_hand(stock, from_id)
        if units > on_hand:
            adjustment = places.virtual(tx, "adjustment")
            found = units - on_hand
            tx.ledger.move(stock, found, adjustment, from_id, fact.cause("found", ref=("for", reason)))
            on_hand = units
        broken = units > on_hand - reserved
        if broken:
            break_reservations(tx, fact, from_id, stock, on_hand - units)
        if place.kind == "bin" and reason not in NO_DOUBT and units > on_hand - reserved:
            hold_for_count(tx, place.name, f"More left {place.name} than the book had free there.")
    tx.ledger.move(stock, units, from_id, to_id, fact.cause(reason, ref=ref, evidence_id=evidence))
    if (
        found and place.kind == "bin" and place.station is None
    ):  # nobody can count it there: where it went, somebody can
        to = places.by_id(tx.connection, to_id)
        hold_for_count(tx, to.name, f"{found} units came to {to.name} that the book did not have at {place.name}.")
    if place.kind == "bin":
        give_up_promises(tx, stock.sku_id)
    if broken:  # lines whose reservations gave way wait again: another bin may serve them
        promise_again(tx, [stock.sku_id])


def break_reservations(tx: Tx, fact: Fact, bin_id: int, stock: StockKey, may_stay: int) -> None:
    """Recall the youngest tasks of a bin until what is reserved there is covered."""
    for row in tasks.open_at_bin(tx.connection, bin_id):
        if tx.ledger.on_hand(stock, bin_id)[1] <= may_stay:
            return
        if row.kind == "pick" and row.stock == stock and row.reserve_id is not None:
            tx.ledger.void(row.reserve_id, fact.cause("not_covered", ref=("task", row.public)))
            tasks.set_state(tx, row, "recalled")
    for row in tasks.owing_at_bin(tx.connection, bin_id):
        if tx.ledger.on_hand(stock, bin_id)[1] <= may_stay:
            return
        let_go(tx, fact, row, "not_covered")


def let_go(tx: Tx, fact: Fact, row: TaskRow, reason: str) -> None:
    """What a finished task still owes will not come: its reservation ends, its line waits for stock again."""
    if row.reserve_id is not None and row.line_id is not None:
        left = tx.ledger.void(row.reserve_id, fact.cause(reason, ref=("task", row.public)))
        orders.shift(tx, row.line_id, left, "reserved", "backordered")


def hold_for_count(tx: Tx, bin_name: str, why: str) -> None:
    """Hold a bin and ask for a count: by light, or on paper where more lies there than a light can show.

    A cell of a wall is not held: who packs it counts it.
    """
    bin_ = places.find(tx.connection, tx.site_id, bin_name)
    if bin_.kind != "bin" or bin_.sku_id is None or bin_.station is None:
        return
    places.hold(tx, bin_name)
    exceptions.open_once(tx, "count_wanted", bin_name, why)
    if any(row.kind == "count" for row in tasks.open_at_bin(tx.connection, bin_.id)):
        return
    stock = stock_in_bin(tx, bin_.id, bin_.sku_id)
    book = units_in_bin(tx, bin_.id, bin_.sku_id)
    if book > UNITS_PER_TASK_MAX:  # no display shows so many: counted on paper, keyed in by POST /api/counts
        return
    tasks.insert(
        tx,
        kind="count",
        station=bin_.station,
        bin_id=bin_.id,
        sku_id=stock.sku_id,
        lot_id=stock.lot_id,
        units=book,
        mark="C",
        colour="white",
        rank=2**40,
    )
    tx.changed("board")


def task_of(tx: Tx, public: str) -> TaskRow:
    """The task of this public id. Raises: Waiting, it is not known here yet."""
    row = tasks.by_public(tx.connection, public)
    if row is None:
        raise Waiting(f"task {public} is not known here yet")
    return row


def tote_of(tx: Tx, row: TaskRow) -> int:
    """Where a task's units go: its tote, or nobody knows where once that is packed."""
    if row.tote_id is None or row.tote_packed:
        return places.virtual(tx, "astray")
    return row.tote_id


def stock_in_bin(tx: Tx, bin_id: int, sku_id: int) -> StockKey:
    """What lies of an SKU in a bin; its default lot if nothing does."""
    held = [stock for stock, on_hand, _ in places.stock_at(tx.connection, bin_id) if stock.sku_id == sku_id]
    return held[0] if held else places.stock_of(tx.connection, sku_id)


def units_in_bin(tx: Tx, bin_id: int, sku_id: int) -> int:
    """Units of an SKU in a bin, of all its lots: what whoever counts them finds."""
    return sum(on_hand for stock, on_hand, _ in places.stock_at(tx.connection, bin_id) if stock.sku_id == sku_id)


def lots_at(tx: Tx, place_id: int, sku_id: int, units: int) -> list[tuple[StockKey, int]]:
    """Of which lots ``units`` of an SKU at a place are, by the book: the first to expire first. What it lacks there is
    of the default lot."""
    left = units
    parts: dict[StockKey, int] = {}
    there = dict(places.lots_there(tx, place_id, sku_id)) if units > 0 else {}
    for stock in lots.first_to_expire(tx.connection, list(there)):
        part = min(left, there[stock])
        if part > 0:
            parts[stock] = part
            left -= part
    if left:
        unknown = places.stock_of(tx.connection, sku_id)
        parts[unknown] = parts.get(unknown, 0) + left
    return list(parts.items())
