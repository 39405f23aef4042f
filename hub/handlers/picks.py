"""Picks: what a confirmed pick does to its reservation, its tote and its cart."""

from edge.contract.events import TaskReturned, UnitsPicked
from hub.handlers.allocate import promise_again
from hub.handlers.consolidating import look_at_wall
from hub.handlers.facts import Fact
from hub.handlers.handing_on import end, go_on
from hub.handlers.moving import hold_for_count, take, task_of, tote_of
from hub.handlers.replenish import is_take, units_taken
from hub.handlers.substitutes import substitute_short
from hub.storage import orders, paper, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx


def units_picked(tx: Tx, fact: Fact, event: UnitsPicked) -> None:
    """Book a pick: the reservation is posted into the tote; what was not taken is planned again."""
    row = task_of(tx, event.task)
    if is_take(row):
        units_taken(tx, fact, row, event)
        return
    if row.state in ("done", "void"):
        known = paper.keyed(tx.connection, row.id)
        if known is not None:  # the same pick, told by the light once it could
            if event.units != known.units:
                hold_for_count(tx, row.bin_name, f"{row.bin_name} says {event.units}, paper said {known.units}.")
        elif event.units:  # a task that was forced away, and was picked all the same
            pick_of_void(tx, fact, row, event.units)
        return
    book_pick(tx, fact, row, event.units, event.by, weigh_evidence(tx, by=event.by))


def pick_of_void(tx: Tx, fact: Fact, row: TaskRow, units: int) -> None:
    """Units were taken for a task that had ended: they are where they are, and the bin is counted."""
    _take_as_fact(tx, fact, row, units, tote_of(tx, row), "late_pick")
    hold_for_count(tx, row.bin_name, f"Task {row.public} was picked after it had been taken away.")


def book_pick(tx: Tx, fact: Fact, row: TaskRow, units: int, by: str, evidence: int) -> None:
    """Book what was taken for an open task, whoever says so: more than asked is found, less is short."""
    assert row.reserve_id is not None and row.line_id is not None and row.tote_id is not None
    taken = min(units, tx.ledger.outstanding(row.reserve_id))
    if taken:
        cause = fact.cause("pick", ref=("task", row.public), evidence_id=evidence)
        tx.ledger.post(row.reserve_id, taken, cause, to_id=row.tote_id)
    if units > taken:
        _take_as_fact(tx, fact, row, units - taken, row.tote_id, "pick")
    own = min(units, row.units)  # a task that was opened again for fewer may be confirmed for what it was before
    orders.shift(tx, row.line_id, own, "reserved", "picked")
    tasks.finish(tx, row, units, by)
    short = row.units - own
    if short:
        tx.ledger.void(row.reserve_id, fact.cause("short_pick", ref=("task", row.public)))
        orders.shift(tx, row.line_id, short, "reserved", "backordered")
        hold_for_count(tx, row.bin_name, f"{short} of {row.units} units were not found at {row.bin_name}.")
        promise_again(tx, [row.sku_id])
        substitute_short(tx, row.line_id, short)
    finish_batch_if_done(tx, row)


def finish_batch_if_done(tx: Tx, row: TaskRow) -> None:
    """When a cart's last task is finished, its totes go to packing; where there are zones, to the next one before."""
    if row.batch_id is None:
        return
    look_at_wall(tx, row.load_id)
    station = tasks.next_station(tx.connection, row.batch_id)
    if station is None:
        end(tx, row.batch_id)
        tasks.deliver(tx, row.batch_id)
    else:  # where lights are kept few, the cart's next one may stand at another bay
        go_on(tx, row.batch_id)
        tx.changed("task", station=station)
    tx.changed("board")


def task_returned(tx: Tx, fact: Fact, event: TaskReturned) -> None:
    """A recalled task comes back untouched: its reservation ends and its line waits for stock again."""
    row = task_of(tx, event.task)
    if row.state not in ("open", "recalled"):
        return
    give_up(tx, fact, row)
    promise_again(tx, [row.sku_id])


def give_up(tx: Tx, fact: Fact, row: TaskRow) -> None:
    """End a task that will not be done; its units wait for stock again."""
    if row.reserve_id is not None:
        tx.ledger.void(row.reserve_id, fact.cause("returned_task", ref=("task", row.public)))
    if row.line_id is not None:
        orders.shift(tx, row.line_id, row.units, "reserved", "backordered")
    tasks.set_state(tx, row, "void")
    finish_batch_if_done(tx, row)


def _take_as_fact(tx: Tx, fact: Fact, row: TaskRow, units: int, to_id: int, reason: str) -> None:
    take(tx, fact, row.stock, row.bin_id, units, to_id, reason, None)
