"""What confirmed movements teach: the weight of a unit, and whether the book is what lies in the bin."""

from edge.contract.events import WeightSettled
from hub.domain.drift import judge_drift
from hub.domain.unit_weight import Movement, observe
from hub.handlers.allocate import promise_again
from hub.handlers.facts import Fact
from hub.handlers.moving import hold_for_count, lots_at, stock_in_bin, take, units_in_bin
from hub.storage import inbox, places, unit_weights
from hub.storage.places import Place
from hub.storage.transaction import Tx


def learn_unit_weight(tx: Tx, bin_: Place, event: WeightSettled, *, put: bool) -> None:
    """Learn from a confirmed movement. What the scale does not agree with is doubted, until it is said thrice."""
    change_mg = event.after_mg - event.before_mg
    units = event.units_confirmed
    if bin_.sku_id is None or not event.division_mg or not (event.sure or event.odd) or change_mg * units <= 0:
        return
    sku = unit_weights.load(tx.connection, bin_.sku_id)
    moved = Movement(
        units=abs(units),
        weight_mg=abs(change_mg),
        spread_mg=sku.spread_mg,
        division_mg=event.division_mg,
        new_lot=put,
    )
    unit_weights.store(tx, bin_.sku_id, sku.catalogue_mg, observe(sku.known, moved))


def follow_drift(tx: Tx, fact: Fact, bin_: Place, units_inside: int, evidence: int) -> None:
    """The scale is certain of what lies in a bin at rest: the book is set right, or the bin is counted."""
    if bin_.sku_id is None or bin_.held:
        return
    book = units_in_bin(tx, bin_.id, bin_.sku_id)
    cost_minor = unit_weights.load(tx.connection, bin_.sku_id).cost_minor if book != units_inside else 0
    verdict = judge_drift(book_units=book, scale_units=units_inside, cost_minor=cost_minor)
    if verdict == "agrees" or inbox.waiting(tx.connection, 1):
        return  # a fact that waits for its cause may be just what differs
    if verdict == "count":
        hold_for_count(tx, bin_.name, f"{units_inside} units lie in {bin_.name} by its scale, {book} by the book.")
        return
    adjustment = places.virtual(tx, "adjustment")
    if units_inside > book:
        stock = stock_in_bin(tx, bin_.id, bin_.sku_id)
        cause = fact.cause("drift", evidence_id=evidence)
        tx.ledger.move(stock, units_inside - book, adjustment, bin_.id, cause)
        promise_again(tx, [bin_.sku_id])
    else:
        for of_lot, missing in lots_at(tx, bin_.id, bin_.sku_id, book - units_inside):
            take(tx, fact, of_lot, bin_.id, missing, adjustment, "drift", evidence)
    tx.changed("stock", station=bin_.station, ref=bin_.name)
