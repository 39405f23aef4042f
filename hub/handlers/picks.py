"""What happens at bins: picks, put-aways, counts, and what the scales say about them.

A fact is never refused: where the book has fewer units than were taken, the missing ones are found in the same
transaction, the bin is held and a count is opened.
"""

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    BinCounted,
    Event,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
    WeightSettled,
)
from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.handlers.facts import Fact, Waiting
from hub.handlers.orders import give_up_promises, promise_again
from hub.storage import exceptions, orders, places, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx


def units_picked(tx: Tx, fact: Fact, event: UnitsPicked) -> None:
    """Book a pick: the reservation is posted into the tote; what was not taken is planned again."""
    row = _task(tx, event.task)
    if row.state in ("done", "void"):
        if event.units:  # a task that was forced away, and was picked all the same
            _take_as_fact(tx, fact, row, event.units, _tote_of(tx, row), "late_pick")
            hold_for_count(tx, row.bin_name, f"Task {row.public} was picked after it had been taken away.")
        return
    assert row.reserve_id is not None and row.line_id is not None and row.tote_id is not None
    evidence = weigh_evidence(tx, by=event.by)
    taken = min(event.units, tx.ledger.outstanding(row.reserve_id))
    if taken:
        cause = fact.cause("pick", ref=("task", row.public), evidence_id=evidence)
        tx.ledger.post(row.reserve_id, taken, cause, to_id=row.tote_id)
    if event.units > taken:
        _take_as_fact(tx, fact, row, event.units - taken, row.tote_id, "pick")
    orders.shift(tx, row.line_id, event.units, "reserved", "picked")
    tasks.finish(tx, row, event.units, event.by)
    short = row.units - event.units
    if short:
        tx.ledger.void(row.reserve_id, fact.cause("short_pick", ref=("task", row.public)))
        orders.shift(tx, row.line_id, short, "reserved", "backordered")
        hold_for_count(tx, row.bin_name, f"{short} of {row.units} units were not found at {row.bin_name}.")
        promise_again(tx, [row.sku_id])
    finish_batch_if_done(tx, row)


def finish_batch_if_done(tx: Tx, row: TaskRow) -> None:
    """When a cart's last task is finished, its totes go to packing."""
    if row.batch_id is not None and (left := tasks.stations_open(tx.connection, row.batch_id)):
        for station in left[:1]:  # where lights are kept few, the cart's next one may stand at another bay
            tx.changed("task", station=station)
    elif row.batch_id is not None:
        tasks.set_batch(tx, row.batch_id, state="delivered", picked_us=tx.now_us)
        for load_id, *_ in tasks.loads(tx.connection, row.batch_id):
            tasks.set_load(tx, load_id, state="delivered")
    if row.batch_id is not None:
        tx.changed("board")


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
    if event.cause == "outage":
        if event.units_weighed != event.units_confirmed or not event.sure:
            hold_for_count(tx, event.bin, f"The weight of {event.bin} changed while nobody was watching.")
        return
    rows = [_task(tx, public) for public in reversed(event.tasks)]
    difference = event.units_weighed - event.units_confirmed
    if event.cause == "tasks" and event.sure and difference == 0:
        for row in rows:
            tasks.agree(tx, row)
    if event.cause == "unlit" and not event.sure:
        hold_for_count(tx, event.bin, f"A hand was in {event.bin}, unlit, and its scale cannot tell how many units.")
    if difference == 0 or not event.sure:
        return
    if not rows:
        _book_unlit(tx, fact, bin_.id, bin_.sku_id, difference, evidence)
    elif rows[0].kind == "put":
        _book_put_difference(tx, fact, rows[0], difference, evidence)
    elif difference < 0:
        _book_more(tx, fact, rows[0], -difference, evidence)
    else:
        _book_back(tx, fact, rows, difference, evidence)
    if difference > 0 and bin_.sku_id is not None:  # what came back may be promised again
        promise_again(tx, [bin_.sku_id])
    tx.changed("stock", station=bin_.station, ref=event.bin)


def _book_unlit(tx: Tx, fact: Fact, bin_id: int, sku_id: int | None, change: int, evidence: int) -> None:
    """A hand at an unlit bin: what it took is astray until it comes back."""
    if sku_id is None:
        return
    astray = places.virtual(tx, "astray")
    stock = _stock(tx, bin_id, sku_id)
    if change < 0:
        take(tx, fact, stock, bin_id, -change, astray, "wrong_bin", evidence)
    elif change:
        tx.ledger.move(stock, change, astray, bin_id, fact.cause("returned", evidence_id=evidence))


def _book_more(tx: Tx, fact: Fact, row: TaskRow, more: int, evidence: int) -> None:
    """More was taken than confirmed: first what the task still owes, the rest is too much and lies in its tote."""
    assert row.line_id is not None and row.tote_id is not None
    if row.tote_packed:  # it came too late for its tote: somebody has it in the hand
        _let_go(tx, fact, row, "too_late")
        take(tx, fact, row.stock, row.bin_id, more, places.virtual(tx, "astray"), "too_late", evidence)
        promise_again(tx, [row.sku_id])
        return
    outstanding = tx.ledger.outstanding(row.reserve_id) if row.reserve_id is not None else 0
    owed = max(0, min(more, outstanding, row.units - row.units_done))
    if owed and row.reserve_id is not None:
        cause = fact.cause("reweighed", ref=("task", row.public), evidence_id=evidence)
        tx.ledger.post(row.reserve_id, owed, cause, to_id=row.tote_id)
        orders.shift(tx, row.line_id, owed, "reserved", "picked")
    if more > owed:
        take(tx, fact, row.stock, row.bin_id, more - owed, row.tote_id, "over_pick", evidence)
    tasks.set_done(tx, row, row.units_done + more, row.reserve_id)


def _book_back(tx: Tx, fact: Fact, rows: list[TaskRow], back: int, evidence: int) -> None:
    """Fewer were taken than confirmed, or some were put back: the last task first, down to what each has."""
    for row in rows:
        part = 0 if row.tote_packed else min(back, row.units_done)
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


def units_put_away(tx: Tx, fact: Fact, event: UnitsPutAway) -> None:
    """Book a put-away: from the plate (or the put-back tote) into the bin."""
    row = _task(tx, event.task)
    source = row.source_id or places.virtual(tx, "astray")
    if event.units:
        evidence = weigh_evidence(tx, by=event.by)
        take(tx, fact, row.stock, source, event.units, row.bin_id, "put_away", evidence)
    tasks.finish(tx, row, event.units, event.by)
    if event.units < row.units:
        exceptions.open_once(
            tx, "put_short", row.bin_name, f"{row.units - event.units} of {row.units} units were not put away."
        )
    elif not tx.ledger.on_hand(row.stock, source)[0]:
        exceptions.close(tx, "put_short", row.bin_name, "put away")
    promise_again(tx, [row.sku_id])
    tx.changed("board")


def bin_counted(tx: Tx, fact: Fact, event: BinCounted) -> None:
    """A count sets the book right: the difference is an adjustment, and the hold ends."""
    bin_ = places.find(tx.connection, tx.site_id, event.bin)
    row = tasks.by_public(tx.connection, event.task)
    if row is not None and row.state in ("open", "recalled"):
        tasks.finish(tx, row, event.units, event.by)
    if bin_.sku_id is not None:
        stock = _stock(tx, bin_.id, bin_.sku_id)
        evidence = weigh_evidence(tx, by=event.by, after_mg=event.weight_mg)
        book, _ = tx.ledger.on_hand(stock, bin_.id)
        adjustment = places.virtual(tx, "adjustment")
        if event.units > book:
            cause = fact.cause("count", ref=("task", event.task), evidence_id=evidence)
            tx.ledger.move(stock, event.units - book, adjustment, bin_.id, cause)
        elif event.units < book:
            take(tx, fact, stock, bin_.id, book - event.units, adjustment, "count", evidence)
    places.free(tx, event.bin)
    exceptions.close(tx, "count_wanted", event.bin, "count")
    if bin_.sku_id is not None:
        promise_again(tx, [bin_.sku_id])
    tx.changed("board")


def task_returned(tx: Tx, fact: Fact, event: TaskReturned) -> None:
    """A recalled task comes back untouched: its reservation ends and its line waits for stock again."""
    row = _task(tx, event.task)
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


def alarm_raised(tx: Tx, fact: Fact, event: AlarmRaised) -> None:
    """Show a station's alarm on the list of exceptions."""
    words = event.kind.replace("_", " ")
    amount = f" ({event.units:+d})" if event.units else ""
    exceptions.open_once(
        tx, event.kind, event.place, f"{words} at {event.place}{amount}", ref_kind="alarm", ref_id=event.alarm
    )


def alarm_cleared(tx: Tx, fact: Fact, event: AlarmCleared) -> None:
    """An alarm ended; one that was accepted as it stands leaves its trace."""
    exceptions.close(tx, event.kind, event.place, event.by, ref_kind="alarm", ref_id=event.alarm)
    if event.by != "accepted":
        return
    bin_ = places.seek(tx.connection, tx.site_id, event.place)
    if bin_ is None:
        return
    if event.kind == "wrong_bin":
        hold_for_count(tx, event.place, f"Units were taken from {event.place}, which was not lit, and kept.")
    if event.kind == "under_pick":
        for row in tasks.owing_at_bin(tx.connection, bin_.id):
            _let_go(tx, fact, row, "short_pick")
            promise_again(tx, [row.sku_id])


def hold_for_count(tx: Tx, bin_name: str, why: str) -> None:
    """Hold a bin and ask for a count: by light, or on paper where more lies there than a light can show."""
    bin_ = places.find(tx.connection, tx.site_id, bin_name)
    if bin_.sku_id is None or bin_.station is None:
        return
    places.hold(tx, bin_name)
    exceptions.open_once(tx, "count_wanted", bin_name, why)
    if any(row.kind == "count" for row in tasks.open_at_bin(tx.connection, bin_.id)):
        return
    stock = _stock(tx, bin_.id, bin_.sku_id)
    book, _ = tx.ledger.on_hand(stock, bin_.id)
    if book > UNITS_PER_TASK_MAX:  # no display shows so many, and nobody counts them at a light
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


def suspect_station(tx: Tx, fact: Fact) -> None:
    """A station came with a new outbox file: what its old one held is presumed lost; its bins are counted.

    Its alarms and the corrections that it was waiting for went with the old one.
    """
    for name in places.bins_of(tx.connection, tx.site_id, fact.device):
        bin_ = places.find(tx.connection, tx.site_id, name)
        for row in tasks.owing_at_bin(tx.connection, bin_.id):
            _let_go(tx, fact, row, "new_journal")
            promise_again(tx, [row.sku_id])
        exceptions.close_alarms(tx, name, "new journal")
        hold_for_count(tx, name, f"{fact.device} came with a new journal: facts of the old one may be lost.")
    exceptions.close_alarms(tx, fact.device, "new journal")


def suspect_bin(tx: Tx, bin_name: str, why: str) -> None:
    """A fact about a bin cannot be used: what lies there is counted; nothing if there is no such bin."""
    if places.seek(tx.connection, tx.site_id, bin_name) is not None:
        hold_for_count(tx, bin_name, why)


def book_unexplained(tx: Tx, fact: Fact, event: Event) -> None:
    """A fact whose task never became known here, booked for what it says of its bin: the other side is astray.

    A hub that was restored from a backup does not know the tasks that it gave out since.
    """
    bin_name = getattr(event, "bin", "")
    bin_ = places.seek(tx.connection, tx.site_id, bin_name)
    if bin_ is None:
        return
    if isinstance(event, UnitsPicked):
        _book_unlit(tx, fact, bin_.id, bin_.sku_id, -event.units, weigh_evidence(tx, by=event.by))
    elif isinstance(event, UnitsPutAway):
        _book_unlit(tx, fact, bin_.id, bin_.sku_id, event.units, weigh_evidence(tx, by=event.by))
    elif isinstance(event, WeightSettled) and event.sure:
        change = event.units_weighed - event.units_confirmed
        _book_unlit(tx, fact, bin_.id, bin_.sku_id, change, weigh_evidence(tx, by="weight"))
    hold_for_count(tx, bin_name, f"{type(event).__name__} of {fact.device} names a task that is not known here.")


def _let_go(tx: Tx, fact: Fact, row: TaskRow, reason: str) -> None:
    """What a finished task still owes will not come: its reservation ends, its line waits for stock again."""
    if row.reserve_id is not None and row.line_id is not None:
        left = tx.ledger.void(row.reserve_id, fact.cause(reason, ref=("task", row.public)))
        orders.shift(tx, row.line_id, left, "reserved", "backordered")


def _tote_of(tx: Tx, row: TaskRow) -> int:
    """Where a task's units go: its tote, or nobody knows where once that is packed."""
    if row.tote_id is None or row.tote_packed:
        return places.virtual(tx, "astray")
    return row.tote_id


def _task(tx: Tx, public: str) -> TaskRow:
    row = tasks.by_public(tx.connection, public)
    if row is None:
        raise Waiting(f"task {public} is not known here yet")
    return row


def _stock(tx: Tx, bin_id: int, sku_id: int) -> StockKey:
    held = [stock for stock, on_hand, _ in places.stock_at(tx.connection, bin_id) if stock.sku_id == sku_id]
    return held[0] if held else StockKey(tx.client_id, sku_id, places.default_lot(tx.connection, sku_id))


def _take_as_fact(tx: Tx, fact: Fact, row: TaskRow, units: int, to_id: int, reason: str) -> None:
    take(tx, fact, row.stock, row.bin_id, units, to_id, reason, None)


def take(
    tx: Tx, fact: Fact, stock: StockKey, from_id: int, units: int, to_id: int, reason: str, evidence: int | None
) -> None:
    """Move units that were really moved, whatever the book says: what it lacks is found, reservations give way."""
    place = places.by_id(tx.connection, from_id)
    if places.is_physical(place):
        on_hand, reserved = tx.ledger.on_hand(stock, from_id)
        if units > on_hand:
            adjustment = places.virtual(tx, "adjustment")
            tx.ledger.move(stock, units - on_hand, adjustment, from_id, fact.cause("found", ref=("for", reason)))
            on_hand = units
        if units > on_hand - reserved:
            _break_reservations(tx, fact, from_id, stock, on_hand - units)
        if place.kind == "bin" and reason not in ("count", "under_put") and units > on_hand - reserved:
            hold_for_count(tx, place.name, f"More left {place.name} than the book had free there.")
    tx.ledger.move(stock, units, from_id, to_id, fact.cause(reason, evidence_id=evidence))
    if place.kind == "bin":
        give_up_promises(tx, stock.sku_id)


def _break_reservations(tx: Tx, fact: Fact, bin_id: int, stock: StockKey, may_stay: int) -> None:
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
        _let_go(tx, fact, row, "not_covered")
