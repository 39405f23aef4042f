"""The dock: scan the purchase order, scan and count what came, label the plate, and light it home."""

import msgspec

from edge.contract.events import ButtonPressed, SymbolScanned, UnitsCounted
from edge.contract.state import Prompt, Tone
from hub.domain.gtin import ean13, gtin14
from hub.domain.labels import plate_label
from hub.handlers.benches import Answer, Flow, Turn
from hub.handlers.label_printing import Label, label_seen, print_again
from hub.handlers.put_away import ask_put_away
from hub.storage import benches, exceptions, orders, places, purchasing
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the delivery: ordered, and counted (None: not yet)."""

    line_id: int
    sku_id: int
    description: str
    gtin: str
    ordered: int
    counted: int | None = None


class DockState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the receiver is: po, item, count, plate."""

    stage: str = "po"
    number: str = ""
    order_id: int = 0
    due: tuple[Due, ...] = ()
    sku_id: int = 0
    plate: str = ""
    note: str = ""


def prompt(state: DockState) -> Prompt:
    """What the dock asks."""
    tone: Tone = "warn" if state.note else "calm"
    lines = (state.note,) if state.note else ()
    left = [d for d in state.due if d.counted is None]
    if state.stage == "item":
        return Prompt(
            step="",
            ask="scan",
            title=f"{state.number}: scan an item ({len(left)} to go)",
            lines=(*lines, *(f"{d.ordered} x {d.description}" for d in left[:6])),
            tone=tone,
            expected=tuple(ean13(d.gtin) for d in left),
        )
    if state.stage == "count":
        item = next(d for d in state.due if d.sku_id == state.sku_id)
        return Prompt(
            step="",
            ask="count",
            title=item.description,
            lines=(*lines, "How many came?"),
            tone=tone,
            units=item.ordered,
        )
    if state.stage == "plate":
        return Prompt(
            step="",
            ask="scan",
            title="Stick the plate on, scan it",
            lines=(state.plate, *lines, "No label? Problem prints it again."),
            tone="warn" if state.note else "good",
            expected=(state.plate,),
        )
    return Prompt(step="", ask="scan", title="Scan the delivery note", lines=lines, tone=tone)


def answer(turn: Turn, state: DockState, event: Answer) -> DockState:
    """Take a scan, a count or a button."""
    if isinstance(event, SymbolScanned):
        if state.stage == "po":
            return _order(turn, event.text)
        if state.stage == "item":
            return _item(turn, state, event.text)
        if state.stage == "plate":
            return _plate(turn, state, event.text)
    if isinstance(event, UnitsCounted) and state.stage == "count":
        due = tuple(
            msgspec.structs.replace(d, counted=event.units) if d.sku_id == state.sku_id else d for d in state.due
        )
        return _complete(turn, msgspec.structs.replace(state, stage="item", due=due, sku_id=0, note=""))
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.stage == "plate":
        return msgspec.structs.replace(state, note=print_again(turn.tx, turn.station, ("plate", state.plate)))
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.stage == "count" and state.note:
        # only where it could not be booked: a second press would say that nothing more came
        return msgspec.structs.replace(state, stage="item", sku_id=0, note="")
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.stage == "item":
        rest = tuple(d if d.counted is not None else msgspec.structs.replace(d, counted=0) for d in state.due)
        return _complete(turn, msgspec.structs.replace(state, due=rest, note=""))
    return state


def _order(turn: Turn, text: str) -> DockState:
    found = purchasing.find(turn.tx.connection, text)
    if found is None:
        return DockState(note=f"'{text}' is not a purchase order.")
    order_id, state = found
    if state == "received":
        return DockState(note=f"{text} was received before.")
    other = turn.held_by("dock", DockState, lambda held: held.order_id == order_id)
    if other is not None:
        return DockState(note=f"{text} is being received at {other}: bring it there.")
    purchasing.set_state(turn.tx, order_id, "receiving")
    due = tuple(
        Due(line_id=e.line_id, sku_id=e.sku_id, description=e.description, gtin=e.gtin, ordered=e.ordered)
        for e in purchasing.lines(turn.tx.connection, order_id)
    )
    return DockState(stage="item", number=text, order_id=order_id, due=due)


def _item(turn: Turn, state: DockState, text: str) -> DockState:
    try:
        found = orders.sku_by_gtin(turn.tx.connection, turn.tx.client_id, gtin14(text))
    except ValueError:
        found = None
    if found is None or found.id not in {d.sku_id for d in state.due}:
        detail = f"{state.number} brought '{text}', which was not ordered."
        exceptions.open_once(turn.tx, "unordered_item", turn.station, detail, ref_kind="po", ref_id=state.number)
        return msgspec.structs.replace(state, note=f"'{text}' is not of this delivery: set it aside.")
    return msgspec.structs.replace(state, stage="count", sku_id=found.id, note="")


def _complete(turn: Turn, state: DockState) -> DockState:
    """Once everything is counted: book the receipt on to a plate, and print the plate's label."""
    if any(d.counted is None for d in state.due):
        return state
    tx = turn.tx
    plate = f"PLATE-{state.number}"
    plate_id = places.make(tx, plate, "plate", turn.station)
    supplier = places.virtual(tx, "supplier")
    evidence = weigh_evidence(tx, by="symbol")
    differs = [f"{d.counted or 0} of {d.ordered} x {d.description}" for d in state.due if d.counted != d.ordered]
    if differs:
        detail = f"{state.number} brought {', '.join(differs)}."
        exceptions.open_once(tx, "delivery_differs", turn.station, detail, ref_kind="po", ref_id=state.number)
    for due in state.due:
        units = due.counted or 0
        purchasing.receive(tx, due.line_id, units)
        if units:
            stock = StockKey(tx.client_id, due.sku_id, places.default_lot(tx.connection, due.sku_id))
            cause = turn.fact.cause("receive", ref=("po", state.number), evidence_id=evidence)
            tx.ledger.move(stock, units, supplier, plate_id, cause)
    purchasing.set_state(tx, state.order_id, "received")
    exceptions.close_made_good(tx)
    lines = [f"{d.counted} x {d.description}" for d in state.due if d.counted]
    if not lines:
        return DockState(note=f"{state.number} brought nothing.")
    benches.want_print(tx, turn.station, plate_label(plate=plate, lines=lines), "plate", plate)
    return msgspec.structs.replace(state, stage="plate", plate=plate, note="")


def _plate(turn: Turn, state: DockState, text: str) -> DockState:
    if text != state.plate:
        return msgspec.structs.replace(state, note=f"'{text}' is not this plate.")
    tx = turn.tx
    plate_id = places.find(tx.connection, tx.site_id, state.plate).id
    for stock, _, _ in places.stock_at(tx.connection, plate_id):
        ask_put_away(tx, stock, plate_id)
    label_seen(tx, turn.station, ("plate", state.plate))
    return DockState()


def label(state: DockState) -> Label | None:
    """The label that is to be stuck on."""
    return ("plate", state.plate) if state.stage == "plate" else None


FLOW = Flow(state=DockState, prompt=prompt, answer=answer, label=label)
