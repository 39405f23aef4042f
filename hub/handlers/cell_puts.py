"""Puts at the cells of a wall: confirmed, given back, and what the cell's scale says of them.

What a cell's scale sees beyond a confirmed put is evidence and an alarm, but no movement: a cell holds many items, so
that a weight alone does not say which one went in or out. Who packs the cell counts it.
"""

from edge.contract.events import TaskReturned, UnitsPutAway, WeightSettled
from hub.handlers.allocate import promise_again
from hub.handlers.facts import Fact
from hub.handlers.moving import take, task_of
from hub.handlers.picks import task_returned
from hub.handlers.put_away import units_put_away
from hub.handlers.replenish import bring_back, lose_rest, match_put
from hub.handlers.sort_state import go_on, is_at_a_bench
from hub.storage import exceptions, orders, places, tasks, walls
from hub.storage.evidence import weigh_evidence
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx
from hub.storage.walls import CellPut


def units_put(tx: Tx, fact: Fact, event: UnitsPutAway) -> None:
    """Book a confirmed put: into a cell, or away into a bin."""
    row = task_of(tx, event.task)
    put = walls.put_of(tx.connection, row.id)
    if put is None:
        units_put_away(tx, fact, event)
        bring_back(tx, row)
        lose_rest(tx, fact, row, event.units)
        return
    assert row.source_id is not None
    _book_put(tx, fact, row, row.source_id, put, event)
    go_on(tx, row.source_id)


def returned(tx: Tx, fact: Fact, event: TaskReturned) -> None:
    """A recalled task comes back untouched; a bench that waited for it goes on."""
    task_returned(tx, fact, event)
    row = task_of(tx, event.task)
    if row.kind == "put" and row.source_id is not None:
        match_put(tx, row)
        go_on(tx, row.source_id)


def _book_put(tx: Tx, fact: Fact, row: TaskRow, tote_id: int, put: CellPut, event: UnitsPutAway) -> None:
    """The units are in the cell, and no more of them count than were picked for the line."""
    if put.load_state != "delivered" or put.sorted:
        # the tote was declared empty meanwhile: the units are astray by the book, until who packs finds them
        tasks.finish(tx, row, 0, event.by)
        if event.units:
            why = f"{event.units} units were put into {row.bin_name} after their tote had been found empty."
            exceptions.open_once(tx, "cell_doubt", row.bin_name, why, ref_kind="tote", ref_id=row.bin_name)
        return
    unsorted = walls.units_unsorted(tx.connection, put.load_id, put.line_id) or 0
    own = row.units if row.state in ("open", "recalled") else 0
    if event.units:
        take(tx, fact, row.stock, tote_id, event.units, row.bin_id, "sort", weigh_evidence(tx, by=event.by))
    tasks.finish(tx, row, min(event.units, row.units, unsorted + own), event.by)
    _complete_if_all_is_there(tx, put.load_id, tote_id)


def _complete_if_all_is_there(tx: Tx, load_id: int, tote_id: int) -> None:
    """A load whose units have all been put is complete: its cell may be packed."""
    mine = [need for need in walls.needs(tx.connection, tote_id) if need.load_id == load_id]
    lit = {cell for _, cell, _ in walls.puts_open(tx.connection, tote_id)}
    if mine and not any(need.left or need.cell in lit for need in mine):
        walls.set_sorted(tx, load_id, True)


def cell_settled(tx: Tx, fact: Fact, event: WeightSettled, evidence: int) -> None:
    """Book what the weight says of confirmed puts; what it says of anything else is evidence only.

    A cell that is being packed, or was, is left alone: the packer counts it.
    """
    rows = [task_of(tx, public) for public in reversed(event.tasks)]
    difference = event.units_weighed - event.units_confirmed
    if not event.sure or event.cause not in ("tasks", "correction"):
        return
    for row in rows:
        put = walls.put_of(tx.connection, row.id)
        if difference == 0 and event.cause == "tasks":
            tasks.agree(tx, row)
        if difference == 0 or put is None or put.load_state != "delivered" or row.source_id is None:
            continue
        if difference > 0:
            _book_more(tx, fact, row, row.source_id, put, difference, evidence)
            return
        fewer = min(-difference, row.units_done)
        if fewer:
            _book_fewer(tx, fact, row, row.source_id, put, fewer, evidence)
        difference += fewer


def _book_fewer(tx: Tx, fact: Fact, row: TaskRow, tote_id: int, put: CellPut, fewer: int, evidence: int) -> None:
    """Fewer lie in the cell than were confirmed: they are in the tote still, or astray once that is done with."""
    complete = put.sorted and not walls.units_unsorted(tx.connection, put.load_id)
    in_tote = not put.sorted or (complete and is_at_a_bench(tx, tote_id, put.load_id))
    to_id = tote_id if in_tote else places.virtual(tx, "astray")
    take(tx, fact, row.stock, row.bin_id, fewer, to_id, "under_put", evidence)
    tasks.set_done(tx, row, row.units_done - fewer, row.reserve_id)
    if in_tote:
        walls.set_sorted(tx, put.load_id, False)
        go_on(tx, tote_id, f"{fewer} fewer in {row.bin_name} than confirmed: look at its red light.")
        return
    counted = min(row.units_done, row.units) - min(row.units_done - fewer, row.units)
    orders.shift(tx, put.line_id, counted, "picked", "backordered")
    promise_again(tx, [row.sku_id])


def _book_more(tx: Tx, fact: Fact, row: TaskRow, tote_id: int, put: CellPut, more: int, evidence: int) -> None:
    """More lie in the cell than were confirmed: out of the tote as far as it has them. What its line waits for counts
    for it, the rest is too much: who packs the cell finds it."""
    counted = max(0, min(more, row.units - row.units_done))
    from_tote = 0
    if not put.sorted or is_at_a_bench(tx, tote_id, put.load_id):
        from_tote = min(more, tx.ledger.on_hand(row.stock, tote_id)[0])
    if put.sorted:
        counted = orders.take_up(tx, put.line_id, counted)
    else:
        counted = min(counted, walls.units_unsorted(tx.connection, put.load_id, put.line_id) or 0)
    for part, from_id in ((from_tote, tote_id), (more - from_tote, places.virtual(tx, "astray"))):
        if part:
            take(tx, fact, row.stock, from_id, part, row.bin_id, "over_put", evidence)
    tasks.set_done(tx, row, row.units_done + counted, row.reserve_id)
    if not put.sorted:
        _complete_if_all_is_there(tx, put.load_id, tote_id)
    go_on(tx, tote_id)
