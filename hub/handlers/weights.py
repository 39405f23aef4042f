"""What the scales say about bins beyond what was confirmed there."""

from edge.contract.events import WeightSettled
from hub.handlers.allocate import promise_again
from hub.handlers.cell_puts import cell_settled
from hub.handlers.facts import Fact
from hub.handlers.learning import follow_drift, learn_unit_weight
from hub.handlers.moving import hold_for_count, let_go, lots_at, stock_in_bin, take, task_of, units_in_bin
from hub.handlers.replenish import bring_back, is_take, take_settled
from hub.handlers.sort_state import go_on
from hub.storage import orders, places, tasks, walls
from hub.storage.evidence import weigh_evidence
from hub.storage.places import Place
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx


def weight_settled(tx: Tx, fact: Fact, event: WeightSettled) -> None:
    """Book what the weight says beyond the confirmations."""
    bin_ = places.find(tx.connection, tx.site_id, event.bin)
    evidence = weigh_evidence(
        tx,
        by="weight" if event.sure else "unsure",
        before_mg=event.before_mg,
        after_mg=event.after_mg,
        units_weighed=event.units_weighed,
    )
    if bin_.kind == "cell":
        cell_settled(tx, fact, event, evidence)
        tx.changed("stock", station=bin_.station, ref=event.bin)
        return
    if event.cause == "outage":
        if event.units_weighed != event.units_confirmed or not event.sure:
            hold_for_count(tx, event.bin, f"The weight of {event.bin} changed while nobody was watching.")
        return
    rows = [task_of(tx, public) for public in reversed(event.tasks)]
    difference = event.units_weighed - event.units_confirmed
    if event.cause == "tasks" and rows:
        learn_unit_weight(tx, bin_, event, put=rows[0].kind == "put")
    _hold_in_doubt(tx, event)
    if event.cause == "tasks" and event.sure and difference == 0:
        for row in rows:
            tasks.agree(tx, row)
        if event.units_inside is not None:
            follow_drift(tx, fact, bin_, event.units_inside, evidence)
    if difference == 0 or not event.sure:
        return
    _book_difference(tx, fact, bin_, rows, difference, evidence)
    if difference > 0 and bin_.sku_id is not None:  # what came back may be promised again
        promise_again(tx, [bin_.sku_id])
    tx.changed("stock", station=bin_.station, ref=event.bin)


def _book_difference(tx: Tx, fact: Fact, bin_: Place, rows: list[TaskRow], difference: int, evidence: int) -> None:
    if not rows:
        book_unlit(tx, fact, bin_.id, bin_.sku_id, difference, evidence)
    elif rows[0].kind == "put":
        _book_put_difference(tx, fact, rows[0], difference, evidence)
        bring_back(tx, rows[0])
    elif is_take(rows[0]):
        take_settled(tx, fact, rows[0], difference, evidence)
    elif difference < 0:
        _book_more(tx, fact, rows[0], -difference, evidence)
    else:
        _book_back(tx, fact, rows, difference, evidence)
    for tote_id in {row.tote_id for row in rows if row.tote_id is not None}:  # it may be at a wall by now
        go_on(tx, tote_id)


def _hold_in_doubt(tx: Tx, event: WeightSettled) -> None:
    """A weight that cannot be explained is no number of units: the bin is counted."""
    if event.odd:
        hold_for_count(tx, event.bin, f"Something that is no unit of its item went into {event.bin} or out of it.")
    elif event.cause == "unlit" and not event.sure:
        hold_for_count(tx, event.bin, f"A hand was in {event.bin}, unlit, and its scale cannot tell how many units.")


def book_unlit(tx: Tx, fact: Fact, bin_id: int, sku_id: int | None, change: int, evidence: int) -> None:
    """A hand at an unlit bin: what it took is astray until it comes back."""
    if sku_id is None:
        return
    astray = places.virtual(tx, "astray")
    if change < 0:
        for of_lot, units in lots_at(tx, bin_id, sku_id, -change):
            take(tx, fact, of_lot, bin_id, units, astray, "wrong_bin", evidence)
    elif change:
        stock = stock_in_bin(tx, bin_id, sku_id)
        tx.ledger.move(stock, change, astray, bin_id, fact.cause("returned", evidence_id=evidence))


def doubt_unlit(tx: Tx, fact: Fact, bin_: Place, gained: int) -> int:
    """What came into a bin unasked was left there: as many units as no hand is known to have had are not counted as
    units, for a weight cannot tell them from another thing of their weight. A person's count will say. How many."""
    if bin_.sku_id is None:
        return 0
    astray = places.virtual(tx, "astray")
    units = min(gained, -units_in_bin(tx, astray, bin_.sku_id), units_in_bin(tx, bin_.id, bin_.sku_id))
    if units > 0:
        stock = stock_in_bin(tx, bin_.id, bin_.sku_id)
        take(tx, fact, stock, bin_.id, units, astray, "doubted", weigh_evidence(tx, by="button"))
        tx.changed("stock", station=bin_.station, ref=bin_.name)
    return max(0, units)


def _book_more(tx: Tx, fact: Fact, row: TaskRow, more: int, evidence: int) -> None:
    """More was taken than confirmed: first what the task still owes, then what a short confirmation gave up of its
    line and nobody else brings; the rest is too much and lies in its tote."""
    assert row.line_id is not None and row.tote_id is not None
    if row.tote_packed:  # it came too late for its tote: somebody has it in the hand
        let_go(tx, fact, row, "too_late")
        take(tx, fact, row.stock, row.bin_id, more, places.virtual(tx, "astray"), "too_late", evidence)
        promise_again(tx, [row.sku_id])
        return
    outstanding = tx.ledger.outstanding(row.reserve_id) if row.reserve_id is not None else 0
    owed = max(0, min(more, outstanding, row.units - row.units_done))
    if owed and row.reserve_id is not None:
        cause = fact.cause("reweighed", ref=("task", row.public), evidence_id=evidence)
        tx.ledger.post(row.reserve_id, owed, cause, to_id=row.tote_id)
        orders.shift(tx, row.line_id, owed, "reserved", "picked")
    back = orders.take_up(tx, row.line_id, max(0, min(more - owed, row.units - row.units_done - owed)))
    if back:
        take(tx, fact, row.stock, row.bin_id, back, row.tote_id, "reweighed", evidence)
    done = row.units_done + owed + back
    over = more - owed - back
    if over:
        take(tx, fact, row.stock, row.bin_id, over, row.tote_id, "over_pick", evidence)
    # what another task brings for the line by now is not this one's: a task counts for its line up to its units
    tasks.set_done(tx, row, done + over if done >= row.units else done, row.reserve_id)


def _book_back(tx: Tx, fact: Fact, rows: list[TaskRow], back: int, evidence: int) -> None:
    """Fewer were taken than confirmed, or some were put back: the last task first, down to what each has."""
    for row in rows:
        part = 0 if row.tote_packed else min(back, row.units_done)
        if part and row.load_id is not None:
            # what was put into a cell was in the hand of whoever put it there, whatever the bin's scale says
            unsorted = walls.units_unsorted(tx.connection, row.load_id, row.line_id)
            part = part if unsorted is None else min(part, unsorted)
        if part:
            _give_back(tx, fact, row, part, evidence)
            back -= part
    if back:  # more came into the bin than these tasks took out, or what they took has been packed
        first = rows[-1]
        cause = fact.cause("returned", ref=("task", first.public), evidence_id=evidence)
        tx.ledger.move(first.stock, back, places.virtual(tx, "astray"), first.bin_id, cause)


def _give_back(tx: Tx, fact: Fact, row: TaskRow, back: int, evidence: int) -> None:
    assert row.line_id is not None and row.tote_id is not None
    extra = min(back, max(0, row.units_done - row.units))
    take(tx, fact, row.stock, row.tote_id, back, row.bin_id, "reweighed", evidence)
    # what a packer has already counted is the packer's word against the scale's: the line keeps it
    owed = min(back - extra, orders.line(tx.connection, row.line_id).picked)
    # what a short confirmation had given up is nobody's to take again: the picker is asked for what was confirmed
    confirmed = row.units - tasks.units_given_up(tx, row)
    again = max(0, min(owed, row.units_done - extra - confirmed))
    orders.shift(tx, row.line_id, again, "picked", "backordered")
    owed -= again
    reserve_id = row.reserve_id
    if owed:
        stage = places.find(tx.connection, tx.site_id, "stage").id
        still = tx.ledger.outstanding(reserve_id) if reserve_id is not None else 0
        cause = fact.cause("reweighed", ref=("task", row.public), evidence_id=evidence)
        if still and reserve_id is not None:
            tx.ledger.void(reserve_id, cause)
        reserve_id = tx.ledger.reserve(row.stock, owed + still, row.bin_id, stage, cause)
        orders.shift(tx, row.line_id, owed, "picked", "reserved")
    tasks.set_done(tx, row, row.units_done - back, reserve_id)


def _book_put_difference(tx: Tx, fact: Fact, row: TaskRow, difference: int, evidence: int) -> None:
    source = row.source_id or places.virtual(tx, "astray")
    if difference > 0:
        take(tx, fact, row.stock, source, difference, row.bin_id, "over_put", evidence)
    else:
        take(tx, fact, row.stock, row.bin_id, -difference, source, "under_put", evidence)
    tasks.set_done(tx, row, row.units_done + difference, row.reserve_id)
