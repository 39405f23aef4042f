"""Goods at the dock that are not simply received: damaged, wrong, expired, held for quality.

A card of the dock (``CARD-DAMAGED``, ``CARD-QUALITY``) is scanned before the item that it is said of; what the dock
refuses by itself (expired, not ordered) is scanned once more to be counted. Both are counted like all that comes and
booked with it: from the supplier to the place where they lie until a person has settled the case.
"""

import msgspec

from edge.contract.state import Prompt
from hub.handlers.benches import Turn
from hub.handlers.labelled_goods import Came, expiry_us
from hub.storage import dock_cases, exceptions, lots, places
from hub.storage.dock_cases import Kind
from hub.storage.evidence import weigh_evidence

CARDS: dict[str, Kind] = {"CARD-DAMAGED": "damaged", "CARD-QUALITY": "quality"}
"""Cards that hang at the dock."""
LATER_CARD = "CARD-LATER"
"""The plate is put away later: when it is scanned at the dock again."""
WORDS: dict[str, str] = {
    "damaged": "are damaged",
    "quality": "are held for quality",
    "wrong": "came that were not ordered",
    "expired": "have expired",
}
EXCEPTIONS = {"damaged": "damaged_delivery", "quality": "quality_hold"}
"""What a person is told of; what the dock refused it told of when it did so."""
TOLD = ("damaged_delivery", "quality_hold", "unordered_item", "expired_lot", "wrong_lot", "delivery_differs")
"""Kinds of exceptions about a purchase order that end with its last case."""


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """Counted units that are not received."""

    kind: Kind
    sku_id: int
    description: str
    goods: Came


def ask_item(kind: str, number: str, lines: tuple[str, ...]) -> Prompt:
    """The dock's question once a card was scanned."""
    words = WORDS[kind].split()[-1]
    title = f"{number}: scan one of the {'damaged' if kind == 'damaged' else 'held'} units"
    return Prompt(
        step="", ask="scan", title=title, lines=(*lines, f"They {WORDS[kind]}; problem: none {words}."), tone="warn"
    )


def ask_count(kind: str, description: str, lines: tuple[str, ...]) -> Prompt:
    """How many are set aside."""
    where = dock_cases.QUALITY if kind == "quality" else dock_cases.CLAIMS
    asked = f"How many {WORDS[kind]}? Lay them to '{where}'."
    return Prompt(step="", ask="count", title=description, lines=(*lines, asked), tone="alarm", units=1)


def counted(before: tuple[SetAside, ...], one: SetAside) -> tuple[SetAside, ...]:
    """What is set aside after a count: another count of the same replaces the first; of nothing, nothing is left."""

    def is_same(other: SetAside) -> bool:
        return (other.kind, other.sku_id) == (one.kind, one.sku_id) and other.goods.is_of_the_same(one.goods)

    others = tuple(other for other in before if not is_same(other))
    return (*others, one) if one.goods.units else others


def book(turn: Turn, number: str, order_id: int, set_aside: tuple[SetAside, ...]) -> None:
    """Book what was set aside: supplier to where it lies, with its evidence, and a case for each."""
    tx = turn.tx
    for one in set_aside:
        goods = one.goods
        lot_id = places.default_lot(tx.connection, one.sku_id)
        if goods.lot:
            lot_id = lots.make(tx, one.sku_id, goods.lot, expiry_us(goods.expiry, turn.policy.zone))
        place_id = dock_cases.place_of(tx, one.kind)
        evidence = weigh_evidence(tx, by="symbol", symbol=goods.symbol or None, picture=goods.picture)
        cause = turn.fact.cause(f"receive_{one.kind}", ref=("po", number), evidence_id=evidence)
        stock = places.stock_of(tx.connection, one.sku_id, lot_id)
        tx.ledger.move(stock, goods.units, places.virtual(tx, "supplier"), place_id, cause)
        detail = f"{number} brought {goods.units} x {one.description} that {WORDS[one.kind]}"
        dock_cases.open_case(
            tx,
            one.kind,
            order_id=order_id,
            sku_id=one.sku_id,
            lot_id=lot_id,
            units=goods.units,
            place_id=place_id,
            detail=f"{detail}.",
            picture=goods.picture,
        )
        if one.kind in EXCEPTIONS:
            told = EXCEPTIONS[one.kind]
            exceptions.open_once(
                tx, told, turn.station, f"{detail}.", ref_kind="po", ref_id=number, picture=goods.picture
            )
