"""Counts: a bin in doubt is held, counted, and the book set right."""

from edge.contract.events import BinCounted, ConfirmationUndone, Event, UnitsPicked, UnitsPutAway, WeightSettled
from hub.handlers.allocate import promise_again
from hub.handlers.facts import Fact, by_person
from hub.handlers.moving import hold_for_count, let_go, lots_at, stock_in_bin, take, units_in_bin
from hub.handlers.spoiled import still_spoiled
from hub.handlers.weights import book_unlit
from hub.storage import exceptions, places, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.places import Place
from hub.storage.transaction import Tx


class NoBin(LookupError):
    """There is no bin of that name with an SKU of its own."""


def bin_counted(tx: Tx, fact: Fact, event: BinCounted) -> None:
    """A count sets the book right: the difference is an adjustment, and the hold ends."""
    bin_ = places.find(tx.connection, tx.site_id, event.bin)
    row = tasks.by_public(tx.connection, event.task)
    if row is not None and row.state in ("open", "recalled"):
        tasks.finish(tx, row, event.units, event.by)
    evidence = weigh_evidence(tx, by=event.by, after_mg=event.weight_mg)
    _set_right(tx, fact, bin_, event.units, evidence, ("task", event.task))


def count_on_paper(tx: Tx, bin_name: str, units: int, who: str) -> int:
    """A count that somebody keyed in, in place of one by light; by how many units it changed the book.

    Raises:
        NoBin: there is no such bin, or it is no SKU's.
    """
    bin_ = places.seek(tx.connection, tx.site_id, bin_name)
    if bin_ is None or bin_.kind != "bin" or bin_.sku_id is None:
        raise NoBin(f"Expected a bin of this site that an SKU lies in, got '{bin_name}'.")
    for row in tasks.open_at_bin(tx.connection, bin_.id):
        if row.kind == "count":
            tasks.set_state(tx, row, "void")
    return _set_right(tx, by_person(tx), bin_, units, weigh_evidence(tx, by="paper"), ("person", who))


def _set_right(tx: Tx, fact: Fact, bin_: Place, units: int, evidence: int, ref: tuple[str, str]) -> int:
    """Make the book of a bin what was counted there, and end its hold; by how many units it changed."""
    change = 0
    if bin_.sku_id is not None:
        stock = stock_in_bin(tx, bin_.id, bin_.sku_id)
        change = units - units_in_bin(tx, bin_.id, bin_.sku_id)
        adjustment = places.virtual(tx, "adjustment")
        if change > 0:
            cause = fact.cause("count", ref=ref, evidence_id=evidence)
            tx.ledger.move(stock, change, adjustment, bin_.id, cause)
        elif change < 0:
            for of_lot, missing in lots_at(tx, bin_.id, bin_.sku_id, -change):
                take(tx, fact, of_lot, bin_.id, missing, adjustment, "count", evidence)
    places.free(tx, bin_.name)
    still_spoiled(tx, bin_.name)
    exceptions.close(tx, "count_wanted", bin_.name, "count")
    if bin_.sku_id is not None:
        promise_again(tx, [bin_.sku_id])
    tx.changed("board")
    return change


def suspect_station(tx: Tx, fact: Fact) -> None:
    """A station came with a new outbox file: what its old one held is presumed lost; its bins are counted.

    Its alarms and the corrections that it was waiting for went with the old one.
    """
    for name in places.bins_of(tx.connection, tx.site_id, fact.device):
        bin_ = places.find(tx.connection, tx.site_id, name)
        for row in tasks.owing_at_bin(tx.connection, bin_.id):
            let_go(tx, fact, row, "new_journal")
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
    if bin_.kind == "cell":  # of which item nobody knows: who packs it finds it
        why = f"{fact.device} told of a put that is not known here."
        exceptions.open_once(tx, "cell_doubt", bin_name, why, ref_kind="tote", ref_id=bin_name)
        return
    if isinstance(event, UnitsPicked):
        book_unlit(tx, fact, bin_.id, bin_.sku_id, -event.units, weigh_evidence(tx, by=event.by))
    elif isinstance(event, UnitsPutAway):
        book_unlit(tx, fact, bin_.id, bin_.sku_id, event.units, weigh_evidence(tx, by=event.by))
    elif isinstance(event, ConfirmationUndone) and event.kind != "count":
        change = event.units if event.kind == "pick" else -event.units
        book_unlit(tx, fact, bin_.id, bin_.sku_id, change, weigh_evidence(tx, by="undone"))
    elif isinstance(event, WeightSettled) and event.sure:
        change = event.units_weighed - event.units_confirmed
        book_unlit(tx, fact, bin_.id, bin_.sku_id, change, weigh_evidence(tx, by="weight"))
    hold_for_count(tx, bin_name, f"{type(event).__name__} of {fact.device} names a task that is not known here.")
