"""Returns at the dock: the return's number is scanned, then each item that came. A parcel without a number is found by
the order that it came from, or opened as one of which nobody knows."""

import msgspec

from edge.contract.events import ButtonPressed, SymbolScanned, UnitsCounted, WeightMeasured
from edge.contract.state import Prompt
from hub.domain.gtin import ean13
from hub.domain.parcel_weight import Content, expected_weight
from hub.handlers.benches import Answer, Turn
from hub.handlers.labelled_goods import Came, came, expiry_us, item_code, shown
from hub.handlers.return_arrival import Arrived, Weighed, book_arrival, open_blind
from hub.storage import lots, orders, parcels, places, return_labels, returns
from hub.storage.orders import SkuFacts
from hub.storage.returns import ReturnLine, ReturnRow

UNKNOWN = "RETURN"
"""The card at the dock that opens a return of which nobody knows whose it is."""
LINES_SHOWN = 6


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one item that may come."""

    sku_id: int
    description: str
    gtin: str
    units: int


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """A return at a dock."""

    stage: str = "item"
    """item, count, weigh."""
    return_id: int = 0
    """0: nobody announced it, and nothing of it was counted yet."""
    order_id: int = 0
    """0: nobody knows whose it is."""
    client_id: int
    name: str
    """What the screen calls it: its number, or its order's."""
    awaited: tuple[Awaited, ...] = ()
    sku_id: int = 0
    description: str = ""
    goods: Came = Came()
    counted: int = 0
    """Units that are weighed, or were."""
    weight_mg: int = 0
    """What they weighed, if that is not what so many should: they are counted once more; 0: nothing was weighed."""
    division_mg: int = 0
    """Of the scale."""
    note: str = ""
    over: bool = False
    """Whether the dock is done with it."""


def opened(turn: Turn, text: str) -> Back | None:
    """The return that a symbol at a resting dock begins: its number, its label, the parcel or the order that it comes
    from, or the card for what nobody knows; None: it is none of these."""
    connection, said = turn.tx.connection, text.strip()
    number = said.upper()
    if number == UNKNOWN:
        return Back(client_id=turn.tx.client_id, name="Goods of an unknown order")
    row = returns.by_number(connection, number)
    if row is None and (labelled := return_labels.return_of(connection, said)) is not None:
        row = returns.by_id(connection, labelled)
    if row is not None:
        return _of(turn, row)
    sent = parcels.by_symbol(connection, said)
    found = orders.order_by_ref(connection, turn.tx.client_id, said)
    order_id = sent.order_id if sent is not None else found[0] if found is not None else None
    if order_id is None:
        return None
    known = returns.returnable(connection, order_id, 0)
    if not any(one.shipped for one in known):
        return None
    open_ones = [one for one in returns.of_order(connection, order_id) if one.order_id == order_id]
    for one in open_ones:
        if any(line.waiting for line in returns.lines(connection, one.id)):
            return _of(turn, one)
    ref = sent.order_ref if sent is not None else said
    return Back(
        client_id=turn.tx.client_id,
        order_id=order_id,
        name=f"Order {ref}",
        note="Nobody announced this. Scan what came.",
    )


def _of(turn: Turn, row: ReturnRow) -> Back:
    lines = returns.lines(turn.tx.connection, row.id)
    return Back(
        return_id=row.id,
        order_id=row.order_id or 0,
        client_id=row.client_id,
        name=row.number,
        awaited=_awaited(lines),
        note="" if any(line.waiting for line in lines) else "Nothing of it is waited for. Scan what came.",
    )


def _awaited(lines: list[ReturnLine]) -> tuple[Awaited, ...]:
    return tuple(
        Awaited(sku_id=line.sku_id, description=line.description, gtin=line.gtin, units=line.waiting)
        for line in lines
        if line.waiting
    )


def prompt(back: Back) -> Prompt:
    """What the dock asks."""
    notes = (back.note,) if back.note else ()
    if back.stage == "count":
        waiting = sum(one.units for one in back.awaited if one.sku_id == back.sku_id)
        return Prompt(
            step="",
            ask="count",
            title=back.description,
            lines=(*notes, "How many came back?"),
            tone="warn" if notes else "calm",
            units=back.counted or back.goods.asked or waiting or 1,
        )
    if back.stage == "weigh":
        return Prompt(
            step="",
            ask="weigh",
            title=f"Put {back.counted} x {back.description} on the scale",
            lines=(*notes, "They cannot be weighed? Press problem."),
        )
    units = sum(one.units for one in back.awaited)
    awaited = tuple(f"{one.units} x {one.description}" for one in back.awaited[:LINES_SHOWN])
    return Prompt(
        step="",
        ask="scan",
        title=f"{back.name}: scan what came back" + (f" ({units} to come)" if units else ""),
        lines=(*notes, *awaited, "Nothing more in the parcel? Press problem."),
        tone="warn" if notes else "calm",
        expected=tuple(ean13(one.gtin) for one in back.awaited),
    )


def answer(turn: Turn, back: Back, event: Answer) -> Back:
    """Take a scan, a count or a button."""
    if isinstance(event, SymbolScanned) and back.stage == "item":
        return _item(turn, back, event)
    if isinstance(event, UnitsCounted) and back.stage == "count":
        return _counted(turn, back, event.units)
    if isinstance(event, WeightMeasured) and back.stage == "weigh":
        return _weighed(turn, back, event)
    if isinstance(event, ButtonPressed) and event.button == "problem":
        if back.stage == "count":
            return _next_item(back)
        if back.stage == "weigh":
            return _book(turn, back, back.counted, None)
        return msgspec.structs.replace(back, over=True, note=_goodbye(back))
    return back


def _item(turn: Turn, back: Back, event: SymbolScanned) -> Back:
    sku = _sku(turn, back, event)
    if sku is None:
        text = shown(event.text)
        return msgspec.structs.replace(back, note=f"'{text}' is no item of ours. Key in its SKU, or set it aside.")
    goods = msgspec.structs.replace(came(event, ""), picture=turn.picture)
    return msgspec.structs.replace(
        back, stage="count", sku_id=sku.id, description=sku.description, goods=goods, note=""
    )


def _sku(turn: Turn, back: Back, event: SymbolScanned) -> SkuFacts | None:
    """The item of a label, or, of goods without one, of the SKU that was keyed in."""
    connection = turn.tx.connection
    try:
        its = orders.skus_by_gtin(connection, item_code(event))
        found = next((sku for sku in its if places.stock_of(connection, sku.id).client_id == back.client_id), None)
    except ValueError:
        found = None
    code = event.text.strip().upper()
    return found or orders.skus_by_code(connection, back.client_id, [code]).get(code)


def _next_item(back: Back) -> Back:
    return msgspec.structs.replace(
        back,
        stage="item",
        sku_id=0,
        description="",
        goods=Came(),
        counted=0,
        weight_mg=0,
        division_mg=0,
        note="",
    )


def _counted(turn: Turn, back: Back, units: int) -> Back:
    """Units were counted: they are weighed, once, where the dock has a scale for it; else they are booked."""
    if not units:
        return _next_item(back)
    if back.weight_mg:
        return _book(turn, back, units, back.weight_mg)
    sku = orders.sku(turn.tx.connection, back.sku_id)
    if turn.station in turn.policy.returns.weighed_at and sku.unit_mg:
        return msgspec.structs.replace(back, stage="weigh", counted=units, note="")
    return _book(turn, back, units, None)


def _weighed(turn: Turn, back: Back, event: WeightMeasured) -> Back:
    """What was counted is on the scale: if it weighs otherwise, it is counted once more, and that count is believed."""
    weighed = msgspec.structs.replace(back, weight_mg=event.weight_mg, division_mg=event.division_mg)
    expected_mg, is_so = _compared(turn, weighed, back.counted)
    if is_so:
        return _book(turn, weighed, back.counted, event.weight_mg)
    note = f"{_grams(event.weight_mg)}, but {back.counted} should weigh {_grams(expected_mg)}: count once more."
    return msgspec.structs.replace(weighed, stage="count", note=note)


def _compared(turn: Turn, back: Back, units: int) -> tuple[int, bool]:
    """(what so many units should weigh, whether they do): as a parcel is judged, without a carton."""
    sku = orders.sku(turn.tx.connection, back.sku_id)
    content = Content(units=units, unit_mg=sku.unit_mg, spread_mg=sku.spread_mg)
    expected_mg, tolerance_mg = expected_weight([content], tare_mg=0, tare_spread_mg=0)
    return expected_mg, abs(back.weight_mg - expected_mg) <= tolerance_mg + 2 * back.division_mg


def _grams(weight_mg: int) -> str:
    return f"{weight_mg / 1000:,.0f} g"


def _book(turn: Turn, back: Back, units: int, weight_mg: int | None) -> Back:
    tx = turn.tx
    said: tuple[str, ...] = ()
    weighed = None
    if weight_mg is not None:
        expected_mg, is_so = _compared(turn, back, units)
        weighed = Weighed(weight_mg=weight_mg, agrees=is_so)
        if not is_so:
            said = (f"{units} x {back.description} weighed {_grams(weight_mg)}, not {_grams(expected_mg)}: noted.",)
    if back.return_id:
        row = returns.by_id(tx.connection, back.return_id)
    else:
        row = open_blind(tx, order_id=back.order_id or None, client_id=back.client_id, by=turn.station)
    goods = back.goods
    lot_id = lots.make(tx, back.sku_id, goods.lot, expiry_us(goods.expiry, turn.policy.zone)) if goods.lot else None
    arrived = Arrived(
        sku_id=back.sku_id,
        units=units,
        lot_id=lot_id,
        symbol=goods.symbol,
        picture=goods.picture,
        station=turn.station,
        weighed=weighed,
    )
    notes = book_arrival(tx, turn.policy, turn.fact, row, arrived)
    awaited = _awaited(returns.lines(tx.connection, row.id))
    after = msgspec.structs.replace(
        _next_item(back), return_id=row.id, name=row.number, awaited=awaited, note=" ".join((*said, *notes))
    )
    done = bool(back.awaited) and not awaited and not notes
    goodbye = " ".join((*said, _goodbye(after)))
    return msgspec.structs.replace(after, over=True, note=goodbye) if done else after


def _goodbye(back: Back) -> str:
    if not back.return_id:
        return "Nothing was counted: nothing is booked."
    left = sum(one.units for one in back.awaited)
    more = f" Still waited for: {left}." if left else ""
    return f"{back.name}: to the returns bench.{more}"
