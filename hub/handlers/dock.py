"""The dock: scan the purchase order, scan and count what came, label the plate, and light it home; returns come here,
too (:mod:`hub.handlers.dock_returns`)."""

import msgspec

from edge.contract.events import ButtonPressed, SymbolScanned, UnitsCounted, WeightMeasured
from hub.domain.labels import plate_label
from hub.handlers import dock_cartons, dock_cases, dock_returns, new_items
from hub.handlers.benches import Answer, Flow, Turn
from hub.handlers.dock_cartons import Carton
from hub.handlers.dock_cases import CARDS, LATER_CARD, SetAside
from hub.handlers.dock_plates import book, light_home, make_plate, plate_line, plate_said, plate_sscc
from hub.handlers.dock_state import DockState, Due, prompt
from hub.handlers.floor_labels import floor_label
from hub.handlers.label_printing import Label, label_seen, print_again
from hub.handlers.labelled_goods import Came, came, is_expired, item_code, refusal, shown
from hub.handlers.new_items import Weighing
from hub.handlers.receipts import end_delivery
from hub.storage import asns, benches, drop_ships, exceptions, orders, places, purchasing
from hub.storage.orders import SkuFacts


def answer(turn: Turn, state: DockState, event: Answer) -> DockState:
    """Take a scan, a count or a button."""
    if state.back is not None:
        return _returning(state, dock_returns.answer(turn, state.back, event))
    if isinstance(event, SymbolScanned) and (scanned := _scanned(turn, state, event)) is not None:
        return scanned
    if state.weighing is not None or state.carton is not None:
        return _apart(turn, state, event)
    if isinstance(event, UnitsCounted) and state.stage == "count" and state.aside:
        return _put_aside(state, event.units)
    if isinstance(event, UnitsCounted) and state.stage == "count":
        due = tuple(_counted(d, state.goods, event.units) if d.sku_id == state.sku_id else d for d in state.due)
        return _complete(turn, msgspec.structs.replace(state, stage="item", due=due, sku_id=0, goods=Came(), note=""))
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.stage == "plate":
        return msgspec.structs.replace(state, note=print_again(turn.tx, turn.station, ("plate", state.plate)))
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.aside:
        return msgspec.structs.replace(state, stage="item", sku_id=0, goods=Came(), aside="", note="")
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.stage == "count" and state.note:
        # only where it could not be booked: a second press would say that nothing more came
        return msgspec.structs.replace(state, stage="item", sku_id=0, goods=Came(), note="")
    if isinstance(event, ButtonPressed) and event.button == "problem" and state.stage == "item":
        rest = tuple(d if d.counted is not None else msgspec.structs.replace(d, counted=d.units) for d in state.due)
        return _complete(turn, msgspec.structs.replace(state, due=rest, note=""))
    return state


def _scanned(turn: Turn, state: DockState, event: SymbolScanned) -> DockState | None:
    """Take a scan; None: none is asked for."""
    if state.stage == "po":
        return _order(turn, event)
    if state.stage == "item" and event.text in CARDS:
        return msgspec.structs.replace(state, aside=CARDS[event.text], again="", note="")
    if state.stage == "item":
        return _item(turn, state, event)
    return _plate(turn, state, plate_said(turn, event)) if state.stage == "plate" else None


def _put_aside(state: DockState, units: int) -> DockState:
    """Units that are set aside are counted."""
    goods = msgspec.structs.replace(state.goods, units=units)
    one = SetAside(kind=state.aside, sku_id=state.sku_id, description=state.aside_item, goods=goods)  # type: ignore[arg-type]
    return msgspec.structs.replace(
        state,
        stage="item",
        sku_id=0,
        goods=Came(),
        aside="",
        set_aside=dock_cases.counted(state.set_aside, one),
        note=f"{units} x {state.aside_item} set aside." if units else "",
    )


def _apart(turn: Turn, state: DockState, event: Answer) -> DockState:
    """An answer about what is on the bench by itself: an item that nobody knows, an announced carton."""
    if state.weighing is not None:
        return _weighed(turn, state, state.weighing, event)
    assert state.carton is not None
    return _carton(turn, state, state.carton, event)


def _weighed(turn: Turn, state: DockState, weighing: Weighing, event: Answer) -> DockState:
    """A unit of an unknown item is weighed; after the last a person fills in the item's form."""
    if isinstance(event, WeightMeasured):
        more = new_items.weighed(turn, weighing, event, state.number)
        note = "" if more else "Weighed. Fill in its form on the page Receiving, then scan it again."
        return msgspec.structs.replace(state, weighing=more, note=note)
    if isinstance(event, ButtonPressed) and event.button == "problem":
        return msgspec.structs.replace(state, weighing=None, note="Set it aside.")
    return state


def _carton(turn: Turn, state: DockState, carton: Carton, event: Answer) -> DockState:
    """An announced carton is weighed, or a sample of it is counted; else its items are scanned one by one."""
    one_by_one = msgspec.structs.replace(state, carton=None, sscc=carton.sscc)
    if isinstance(event, WeightMeasured) and carton.gross_mg:
        if dock_cartons.weighs_so(carton, event):
            return _whole_carton(turn, one_by_one, carton)
        note = f"It weighs {event.weight_mg / 1e6:.3f} kg, not {carton.gross_mg / 1e6:.3f} kg: count a sample."
        return msgspec.structs.replace(state, carton=msgspec.structs.replace(carton, gross_mg=0), note=note)
    if isinstance(event, UnitsCounted) and not carton.gross_mg:
        if event.units == carton.inside[0].units:
            return _whole_carton(turn, one_by_one, carton)
        note = f"Not as announced: scan the items of carton {carton.sscc[-6:]} one by one."
        return msgspec.structs.replace(one_by_one, note=note)
    if isinstance(event, ButtonPressed) and event.button == "problem":
        return msgspec.structs.replace(one_by_one, note="Scan its items one by one.")
    return state


def _whole_carton(turn: Turn, state: DockState, carton: Carton) -> DockState:
    """A carton holds what was announced: all of it is counted, unless something of it is not to be received."""
    due = {line.sku_id: line for line in state.due}
    for sku_id, part in carton.parts:
        if sku_id not in due:
            return msgspec.structs.replace(state, note="Not all of it was ordered: scan its items one by one.")
        line = due[sku_id]
        if wrong := refusal(turn, part, sku_id, line.description, state.number, line.came):
            return msgspec.structs.replace(state, note=f"{wrong} Scan its other items one by one.")
        others = [before for before in line.came if before.is_of_the_same(part)]
        units = part.units + sum(before.units for before in others)
        due[sku_id] = _counted(line, part, units)
    asns.carton_received(turn.tx, carton.id)
    note = f"Carton {carton.sscc[-6:]} received: {sum(part.units for _, part in carton.parts)} units."
    return _complete(turn, msgspec.structs.replace(state, due=tuple(due.values()), sscc="", note=note))


def _order(turn: Turn, event: SymbolScanned) -> DockState:
    carton = dock_cartons.announced(turn, dock_cartons.sscc_in(event))
    announced = asns.by_ref(turn.tx.connection, event.text) if carton is None else []
    text = carton.number if carton else announced[0].number if len(announced) == 1 else plate_said(turn, event)
    found = purchasing.find(turn.tx.connection, text)
    if found is None and (place := places.seek(turn.tx.connection, turn.tx.site_id, text)) and place.kind == "plate":
        units, to_bring = light_home(turn, text)
        lit = f"{text}: {units} units, their bins are lit." if units else f"{text} is empty."
        return DockState(note=to_bring or lit)
    if found is None:
        back = dock_returns.opened(turn, text)
        if back is not None:
            return DockState(back=back)
        return DockState(note=f"'{shown(text)}' is no purchase order, and no return.")
    order_id, state = found
    if (shipment := drop_ships.find(turn.tx.connection, text)) is not None:
        return DockState(note=f"{text} goes to the customer of order {shipment.ref}: set it aside, tell the buyer.")
    if state == "received":
        return DockState(note=f"{text} was received before.")
    other = turn.held_by("dock", DockState, lambda held: held.order_id == order_id)
    if other is not None:
        return DockState(note=f"{text} is being received at {other}: bring it there.")
    purchasing.set_state(turn.tx, order_id, "receiving")
    due = tuple(
        Due(line_id=e.line_id, sku_id=e.sku_id, description=e.description, gtin=e.gtin, ordered=e.rest)
        for e in purchasing.lines(turn.tx.connection, order_id)
        if e.rest
    )
    return DockState(stage="item", number=text, order_id=order_id, due=due, blind=turn.policy.blind, carton=carton)


def _returning(state: DockState, back: dock_returns.Back) -> DockState:
    """The dock after an answer about a return: at rest once it is done with it."""
    if back is state.back:
        return state
    # the note of a dock that could not book an answer is the state's own: it goes when the next answer is taken
    return DockState(note=back.note) if back.over else DockState(back=back)


def _of_its_client(turn: Turn, state: DockState, code: str) -> SkuFacts | None:
    """The item of a GTIN that is of the client for whom the delivery is, whoever else has that GTIN."""
    connection = turn.tx.connection
    if not code or not state.due:
        return None
    whose = places.stock_of(connection, state.due[0].sku_id).client_id
    its = orders.skus_by_gtin(connection, code)
    return next((sku for sku in its if places.stock_of(connection, sku.id).client_id == whose), None)


def _item(turn: Turn, state: DockState, event: SymbolScanned) -> DockState:
    said = event.gs1
    carton = dock_cartons.announced(turn, dock_cartons.sscc_in(event))
    if carton is not None and carton.order_id == state.order_id and not _is_counted(state, carton.sscc):
        return msgspec.structs.replace(state, carton=carton, aside="", again="", note="")
    if said is not None and said.sscc and not said.gtin:
        return msgspec.structs.replace(state, sscc=said.sscc, note=f"Pallet {said.sscc}: now what is on it.")
    try:
        code = item_code(event)
    except ValueError as error:
        if event.gs1_error:
            return msgspec.structs.replace(state, note=str(error))
        code = ""
    found = _of_its_client(turn, state, code)
    due = None if found is None else next((d for d in state.due if d.sku_id == found.id), None)
    if found is not None and due is None and (late := _late_line(turn, state, found.id)) is not None:
        due, state = late, msgspec.structs.replace(state, due=(*state.due, late))
    if found is None and code and event.text == state.again:
        weighing = Weighing(gtin=code, picture=turn.picture)
        return msgspec.structs.replace(state, weighing=weighing, again="", note="")
    if due is None and (known := floor_label(turn, event.text, state.number)):
        return msgspec.structs.replace(state, note=known)
    goods = msgspec.structs.replace(came(event, state.sscc), picture=turn.picture)
    kind = state.aside or (state.again_as if event.text == state.again else "")
    if found is not None and kind:
        what = {"aside": kind, "aside_item": found.description, "sku_id": found.id, "goods": goods}
        return msgspec.structs.replace(state, stage="count", again="", note="", **what)
    if due is None:
        text = shown(event.text)
        detail = f"{state.number} brought '{text}', which was not ordered."
        exceptions.open_once(
            turn.tx,
            "unordered_item",
            turn.station,
            detail,
            ref_kind="po",
            ref_id=state.number,
            picture=turn.picture,
        )
        note = f"'{text}' is not of this delivery: set it aside."
        return msgspec.structs.replace(
            state, note=note, again=event.text if code else "", again_as="wrong" if found else "new"
        )
    wrong = refusal(turn, goods, due.sku_id, due.description, state.number, due.came)
    if wrong:
        kind = "expired" if is_expired(turn, goods) else "quality"
        return msgspec.structs.replace(state, note=wrong, again=event.text, again_as=kind)
    return msgspec.structs.replace(state, stage="count", sku_id=due.sku_id, goods=goods, note="", again="")


def _late_line(turn: Turn, state: DockState, sku_id: int) -> Due | None:
    """A line that the order got since it was opened here: of an item that was new."""
    for e in purchasing.lines(turn.tx.connection, state.order_id):
        if e.sku_id == sku_id and e.rest:
            return Due(line_id=e.line_id, sku_id=sku_id, description=e.description, gtin=e.gtin, ordered=e.rest)
    return None


def _is_counted(state: DockState, sscc: str) -> bool:
    """Whether something of a carton was scanned item by item."""
    return any(part.sscc == sscc for due in state.due for part in due.came)


def _counted(due: Due, goods: Came, units: int) -> Due:
    """A line with these units counted: another count of the same ones replaces the first.

    What is of no lot and on no pallet is all that came of it, as it always was; of lots and pallets more may come,
    until as many are there as were ordered, or the receiver says that this is all.
    """
    others = tuple(part for part in due.came if not part.is_of_the_same(goods))
    parts = (*others, msgspec.structs.replace(goods, units=units))
    total = sum(part.units for part in parts)
    is_all = total >= due.ordered or not (goods.lot or goods.sscc)
    return msgspec.structs.replace(due, came=parts, counted=total if is_all else None)


def _complete(turn: Turn, state: DockState) -> DockState:
    """Once everything is counted: book the receipt on to a plate, and print the plate's label."""
    if any(d.counted is None for d in state.due):
        return state
    tx = turn.tx
    plate, plate_id = make_plate(turn, state.number)
    supplier = places.virtual(tx, "supplier")
    differs = [f"{d.counted or 0} of {d.ordered} x {d.description}" for d in state.due if d.counted != d.ordered]
    if differs:
        detail = f"{state.number} brought {', '.join(differs)}."
        exceptions.open_once(tx, "delivery_differs", turn.station, detail, ref_kind="po", ref_id=state.number)
    for due in state.due:
        units = due.counted or 0
        purchasing.receive(tx, due.line_id, units)
        for part in due.came or (Came(units=units),):
            book(turn, state.number, due.sku_id, part, supplier, plate_id)
    dock_cases.book(turn, state.number, state.order_id, state.set_aside)
    is_closed = end_delivery(tx, turn.policy, state.order_id, state.number)
    lines = [plate_line(part, d.description) for d in state.due for part in d.came if part.units]
    if not lines:
        brought = "nothing that is put away" if state.set_aside else "nothing"
        return DockState(note=f"{state.number} brought {brought}.")
    number = plate_sscc(turn, plate_id)
    benches.want_print(tx, turn.station, plate_label(plate=plate, lines=lines, sscc=number), "plate", plate)
    note = "" if is_closed else f"{state.number} stays open for the rest."
    return msgspec.structs.replace(state, stage="plate", plate=plate, note=note)


def _plate(turn: Turn, state: DockState, text: str) -> DockState:
    if text == LATER_CARD:
        label_seen(turn.tx, turn.station, ("plate", state.plate))
        return DockState(note=f"{state.plate} stands; scan it here when it is to be put away.")
    if text != state.plate:
        return msgspec.structs.replace(state, note=f"'{text}' is not this plate.")
    _, to_bring = light_home(turn, state.plate)
    label_seen(turn.tx, turn.station, ("plate", state.plate))
    return DockState(note=to_bring)


def label(state: DockState) -> Label | None:
    """The label that is to be stuck on."""
    return ("plate", state.plate) if state.stage == "plate" else None


FLOW = Flow(state=DockState, prompt=prompt, answer=answer, label=label)
