"""Grading: a person looks at what came back and says where it goes; each way is a movement in the ledger, and what is
due to the customer is written down in the same transaction."""

from dataclasses import dataclass

from hub.domain.refunds import credit, to_pay
from hub.domain.return_terms import Grade
from hub.handlers.authorising import NoSuchReturn, NotReturnable
from hub.handlers.facts import by_person
from hub.handlers.policy import Policy
from hub.handlers.put_away import ask_put_away
from hub.storage import claims, exceptions, places, refunds, return_items, returns
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey
from hub.storage.return_items import GradeRow, ItemRow
from hub.storage.return_places import REFURBISH, RETURNS, TO_SUPPLIER, return_place
from hub.storage.transaction import Tx

DAY_US = 86_400_000_000
REASONS: dict[Grade, str] = {
    "A": "return_restock",
    "B": "return_refurbish",
    "C": "return_scrap",
    "S": "return_to_supplier",
}
"""Why the ledger says that goods moved."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a person says of units of an item."""

    units: int
    grade: Grade
    by: str
    note: str = ""
    picture: str = ""
    """STATION/ID of a picture that was taken of it; empty: that of the dock."""


def grade(tx: Tx, policy: Policy, item_id: int, said: Verdict) -> str:
    """Say what becomes of units that came back; the public id of what was said.

    Raises:
        NoSuchReturn: there is no such item.
        NotReturnable: more units than are left, or as new what may not be sent to anybody any more.
    """
    item = return_items.item(tx.connection, item_id)
    if item is None:
        raise NoSuchReturn(f"Expected the number of an item that came back, got {item_id}.")
    row = returns.by_id(tx.connection, item.return_id)
    tx.client_id = row.client_id
    if not 1 <= said.units <= item.left:
        raise NotReturnable(
            f"{row.number}, {item.description}: expected 1 to {item.left} units to grade, got {said.units}:"
            f" {item.units} came, {item.graded} are graded."
        )
    if said.grade == "A":
        _must_be_fit(tx, item)
    evidence = weigh_evidence(
        tx, by="person", symbol=item.symbol or None, picture=said.picture or item.picture, operator=said.by
    )
    claim_id = claims.open_claim(tx, item.supplier_id) if said.grade == "S" else None
    grade_id = return_items.add_grade(
        tx,
        return_item_id=item_id,
        grade=said.grade,
        units=said.units,
        left_units=said.units if said.grade in ("B", "S") else 0,
        claim_id=claim_id,
        by=said.by,
        note=said.note,
        evidence_id=evidence,
    )
    from_id = return_place(tx, RETURNS)
    _move(tx, item, said, from_id, row.number, evidence)
    return_items.count_graded(tx, item_id, said.units)
    returns.shift(tx, item.return_line_id, said.units, "received", "graded")
    if item.order_line_id is not None:
        _refund(tx, policy, item, grade_id, said)
    _close_when_done(tx, item.return_id, row.number, said.by)
    return return_items.public_of(tx.connection, grade_id)


def fits(item: ItemRow | GradeRow, now_us: int) -> bool:
    """Whether goods may still be sent to somebody, by their lot."""
    return item.expiry_us is None or item.expiry_us - item.keeps_days * DAY_US > now_us


def _must_be_fit(tx: Tx, item: ItemRow | GradeRow) -> None:
    if not fits(item, tx.now_us):
        raise NotReturnable(
            f"Lot {item.lot} of {item.description} may not be sent to anybody any more: expected grade B, C or S."
        )


def _move(tx: Tx, item: ItemRow, said: Verdict, from_id: int, number: str, evidence: int) -> None:
    stock = places.stock_of(tx.connection, item.sku_id, item.lot_id)
    cause = by_person(tx).cause(REASONS[said.grade], ref=("return", number), actor=said.by, evidence_id=evidence)
    if said.grade == "A":
        _restock(tx, stock, said.units, from_id, number, said.by, evidence)
    elif said.grade == "C":
        tx.ledger.move(stock, said.units, from_id, places.virtual(tx, "scrap"), cause)
    else:
        tx.ledger.move(
            stock, said.units, from_id, return_place(tx, REFURBISH if said.grade == "B" else TO_SUPPLIER), cause
        )


def _restock(tx: Tx, stock: StockKey, units: int, from_id: int, number: str, by: str, evidence: int | None) -> None:
    """Into the put-back tote, from where their bin's light calls them; only there are they available again."""
    cause = by_person(tx).cause(REASONS["A"], ref=("return", number), actor=by, evidence_id=evidence)
    putback = places.find(tx.connection, tx.site_id, "putback").id
    tx.ledger.move(stock, units, from_id, putback, cause)
    ask_put_away(tx, stock, putback)


def _refund(tx: Tx, policy: Policy, item: ItemRow, grade_id: int, said: Verdict) -> None:
    row = returns.by_id(tx.connection, item.return_id)
    assert row.order_id is not None, "a line of an order has an order"
    freight, value, shared = refunds.shipping_of(tx.connection, row.order_id)
    due = credit(
        policy.returns,
        policy.returns.reason(item.reason),
        said.grade,
        units=said.units,
        price_minor=returns.line(tx.connection, item.return_line_id).price_minor,
        shipping_minor=freight,
        order_value_minor=value,
        value_before_minor=shared,
    )
    credited, paid = refunds.sums(tx.connection, row.id)
    refunds.insert(
        tx,
        client_id=row.client_id,
        return_id=row.id,
        grade_id=grade_id,
        units=said.units,
        percent=due.percent,
        goods_minor=due.goods_minor,
        shipping_minor=due.shipping_minor,
        shared_minor=due.shared_minor,
        pay_minor=to_pay(credited + due.minor, row.exchange_minor, paid),
        why=f"{due.why}. {said.note}".strip() if said.note else due.why,
    )


def _close_when_done(tx: Tx, return_id: int, number: str, by: str) -> None:
    if returns.stage(returns.lines(tx.connection, return_id)) == "closed":
        exceptions.close_ref(tx, ("return_differs",), f"graded by {by}", ref_kind="return", ref_id=number)


def finish_refurbishing(tx: Tx, public: str, units: int, to: Grade, by: str) -> None:
    """Units of grade B are as new now, or cannot be mended: to their bin, or to scrap.

    Raises:
        NoSuchReturn: there is no such grade.
        NotReturnable: more units than are there, or as new what may not be sent to anybody any more.
    """
    said = return_items.grade_of(tx.connection, public)
    if said is None or said.grade != "B":
        raise NoSuchReturn(f"Expected the id of units that are refurbished, got '{public[:40]}'.")
    if to not in ("A", "C") or not 1 <= units <= said.left_units:
        raise NotReturnable(
            f"{said.number}, {said.description}: expected 1 to {said.left_units} units to become A or C,"
            f" got {units} to become {to}."
        )
    tx.client_id = said.client_id
    stock = StockKey(said.client_id, said.sku_id, said.lot_id)
    from_id = return_place(tx, REFURBISH)
    if to == "A":
        _must_be_fit(tx, said)
        _restock(tx, stock, units, from_id, said.number, by, None)
    else:
        cause = by_person(tx).cause(REASONS["C"], ref=("return", said.number), actor=by)
        tx.ledger.move(stock, units, from_id, places.virtual(tx, "scrap"), cause)
    return_items.take_left(tx, said.id, units)
    tx.changed("return", ref=said.number)


def hand_over_claim(tx: Tx, number: str, by: str) -> int:
    """A supplier has its goods back: they leave the stock; how many units.

    Raises:
        NoSuchReturn: there is no such claim.
        NotReturnable: it was handed over before.
    """
    found = claims.claim(tx.connection, number)
    if found is None:
        raise NoSuchReturn(f"Expected the number of a claim, got '{number[:40]}'.")
    if found.state != "open":
        raise NotReturnable(f"{number} was handed over before, by {found.handed_by}.")
    supplier, here = places.virtual(tx, "supplier"), return_place(tx, TO_SUPPLIER)
    cause = by_person(tx).cause("supplier_claim", ref=("claim", number), actor=by)
    gone = 0
    for one in return_items.of_claim(tx.connection, found.id):
        if one.left_units:
            stock = StockKey(one.client_id, one.sku_id, one.lot_id)
            tx.ledger.move(stock, one.left_units, here, supplier, cause)
            return_items.take_left(tx, one.id, one.left_units)
            gone += one.left_units
    claims.handed(tx, found.id, by)
    return gone
