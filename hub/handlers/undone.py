"""Confirmations that were taken back at the bin: what they booked is booked back by new transfers, and asked again.

A pick whose tote still stands on its cart, or on its way, is lit again with its units reserved; one that is too late
for its tote gives its units back to the bin, and its line waits for stock as any other. A put-away gives its units
back to where they came from. A count moved nothing, so nothing is moved back: the bin is held again until it is
counted again, and that count sets the book right.
"""

from edge.contract.events import ConfirmationUndone
from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.handlers.allocate import give_up_promises, promise_again
from hub.handlers.facts import Fact
from hub.handlers.handing_on import take_up_again
from hub.handlers.moving import hold_for_count, let_go, take, task_of, tote_of, units_in_bin
from hub.handlers.replenish import is_take, take_undone
from hub.handlers.sort_state import go_on
from hub.storage import exceptions, orders, places, tasks, walls
from hub.storage.evidence import weigh_evidence
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx


def confirmation_undone(tx: Tx, fact: Fact, event: ConfirmationUndone) -> None:
    """Book a confirmation back, and open its task again if it can still be done."""
    if event.kind == "count":
        _count_again(tx, event)
        return
    row = task_of(tx, event.task)
    if event.kind == "put":
        _put_again(tx, fact, row)
    elif is_take(row):
        take_undone(tx, fact, row, event.units)
    elif row.state == "void":  # it was forced away, and its confirmation was booked for what it said
        _back_into_bin(tx, fact, row, event.units)
        promise_again(tx, [row.sku_id])
    elif row.state == "done":  # else its confirmation could not be used: nothing was booked
        _pick_again(tx, fact, row)
    tx.changed("board")


def _pick_again(tx: Tx, fact: Fact, row: TaskRow) -> None:
    assert row.line_id is not None
    # what was put into a cell was in the hand of whoever put it there, whatever is said at the bin
    unsorted = None if row.load_id is None else walls.units_unsorted(tx.connection, row.load_id, row.line_id)
    back = row.units_done if unsorted is None else min(row.units_done, unsorted)
    _back_into_bin(tx, fact, row, back)
    if row.units_done > back:
        cause = fact.cause("undone", ref=("task", row.public), evidence_id=weigh_evidence(tx, by="undone"))
        tx.ledger.move(row.stock, row.units_done - back, places.virtual(tx, "astray"), row.bin_id, cause)
    let_go(tx, fact, row, "undone")  # what a weight had found to be owed, should one have been told
    if not row.tote_packed:  # what was packed is the packer's word, and the line has it
        owed = min(back, row.units, orders.line(tx.connection, row.line_id).picked)
        orders.shift(tx, row.line_id, owed, "picked", "backordered")
    if unsorted is not None:
        tasks.set_done(tx, row, row.units_done - back, row.reserve_id)
        if row.tote_id is not None:
            go_on(tx, row.tote_id)
    elif _reserve_again(tx, fact, row):
        give_up_promises(tx, row.sku_id)  # of what it had given up some may have been promised to others
    else:
        tasks.set_done(tx, row, 0, row.reserve_id)
    promise_again(tx, [row.sku_id])


def _reserve_again(tx: Tx, fact: Fact, row: TaskRow) -> bool:
    """Reserve a pick's units again and open it, if its tote can still be picked into and anything is there."""
    assert row.line_id is not None
    line = orders.line(tx.connection, row.line_id)
    on_hand, reserved = tx.ledger.on_hand(row.stock, row.bin_id)
    units = min(row.units, line.backordered + line.promised, on_hand - reserved)
    if units <= 0 or row.load_id is None or not take_up_again(tx, row.id, row.load_id):
        return False
    waited = min(units, line.backordered)
    orders.shift(tx, row.line_id, waited, "backordered", "reserved")
    orders.shift(tx, row.line_id, units - waited, "promised", "reserved")
    stage = places.find(tx.connection, tx.site_id, "stage").id
    cause = fact.cause("undone", ref=("task", row.public))
    reserve_id = tx.ledger.reserve(row.stock, units, row.bin_id, stage, cause)
    tasks.reopen(tx, row, units, reserve_id)
    if row.batch_id is not None:
        for station in tasks.stations_open(tx.connection, row.batch_id):
            tx.changed("task", station=station)
    tx.changed("task", station=row.station)
    return True


def _back_into_bin(tx: Tx, fact: Fact, row: TaskRow, units: int) -> None:
    if units:
        take(tx, fact, row.stock, tote_of(tx, row), units, row.bin_id, "undone", weigh_evidence(tx, by="undone"))


def _put_again(tx: Tx, fact: Fact, row: TaskRow) -> None:
    if row.state != "done":
        return
    if walls.put_of(tx.connection, row.id) is not None:  # no station of now says so: a cell is emptied by who packs it
        why = f"A put into {row.bin_name} was taken back there: what lies in it is counted when it is packed."
        exceptions.open_once(tx, "cell_doubt", row.bin_name, why, ref_kind="tote", ref_id=row.bin_name)
        return
    source = row.source_id or places.virtual(tx, "astray")
    if row.units_done:
        evidence = weigh_evidence(tx, by="undone")
        take(tx, fact, row.stock, row.bin_id, row.units_done, source, "undone", evidence)
    units = row.units
    if row.source_id is not None:  # it may have been asked for by another light meanwhile
        open_units = tasks.put_units_open(tx.connection, row.stock, row.source_id)
        units = min(units, tx.ledger.on_hand(row.stock, row.source_id)[0] - open_units)
    if units > 0:
        tasks.reopen(tx, row, units, None)
    else:
        tasks.set_done(tx, row, 0, None)


def _count_again(tx: Tx, event: ConfirmationUndone) -> None:
    bin_ = places.find(tx.connection, tx.site_id, event.bin)
    row = tasks.by_public(tx.connection, event.task)
    asked = any(task.kind == "count" for task in tasks.open_at_bin(tx.connection, bin_.id))
    if row is not None and row.state == "done" and not asked:
        book = units_in_bin(tx, bin_.id, row.sku_id)
        if book <= UNITS_PER_TASK_MAX:
            tasks.reopen(tx, row, book, None)
    hold_for_count(tx, event.bin, f"The count of {event.bin} was taken back there: it is counted again.")
    tx.changed("board")
