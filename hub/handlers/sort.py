"""Sorting at a wall: scan the tote, scan an item, follow the lights to the cells of the orders that need it."""

import msgspec

from edge.contract.events import ButtonPressed, SymbolScanned, UnitsCounted
from edge.contract.state import Prompt, Tone
from hub.domain.gtin import ean13
from hub.handlers import sort_booking
from hub.handlers.benches import Answer, Flow, Turn
from hub.handlers.floor_labels import floor_label
from hub.handlers.labelled_goods import item_code, shown
from hub.handlers.sort_state import KIND, SortState, look_again
from hub.handlers.whose import SeveralClients, scanned
from hub.storage import exceptions, places, walls

LINES_MAX = 6
"""So many items or cells stand on the screen."""


def prompt(state: SortState) -> Prompt:
    """What the sort bench asks."""
    tone: Tone = "warn" if state.note else "calm"
    lines = (state.note,) if state.note else ()
    units = sum(left.units for left in state.left)
    items = tuple(f"{left.units} x {left.description}" for left in state.left[:LINES_MAX])
    if state.stage == "item":
        return Prompt(
            step="",
            ask="scan",
            title=f"{state.tote}: scan an item ({units} to go)",
            lines=(*lines, *items),
            tone=tone,
            expected=tuple(ean13(left.gtin) for left in state.left),
        )
    if state.stage == "put":
        cells = tuple(f"{units} into {cell}" for cell, units in state.lit[:LINES_MAX])
        return Prompt(
            step="",
            ask="nothing",
            title=f"{sum(units for _, units in state.lit)} x {state.item}: follow the yellow lights",
            lines=(*lines, *cells, "Cannot? Problem takes the lights back."),
            tone="warn" if state.note else "good",
        )
    if state.stage == "gone":
        return Prompt(
            step="",
            ask="press",
            title=f"Is {state.tote} empty?",
            lines=("Confirm: this is picked again.", *items, "Problem: back. Or scan what is left."),
            tone="warn",
        )
    if state.stage == "empty":
        return Prompt(
            step="",
            ask="press",
            title=f"{state.tote} is sorted. Is it empty?",
            lines=(*lines, "Confirm: the tote is free.", "Something left? Scan it."),
            tone="warn" if state.note else "good",
        )
    if state.stage == "stray":
        return Prompt(
            step="",
            ask="count",
            title=f"No order here needs {state.item}",
            lines=(*lines, "Put it into the put-back tote. How many?"),
            tone="alarm",
            units=1,
        )
    return Prompt(step="", ask="scan", title="Scan a tote", lines=lines, tone=tone)


def answer(turn: Turn, state: SortState, event: Answer) -> SortState:
    """Take a scan, a count or a button."""
    if isinstance(event, SymbolScanned):
        if state.stage == "tote":
            return _tote(turn, event.text)
        if state.stage in ("item", "gone", "empty"):
            return _item(turn, state, event)
        if state.stage == "put":
            return msgspec.structs.replace(state, note=f"First put {state.item} where the lights are.")
    if isinstance(event, UnitsCounted) and state.stage == "stray":
        if event.units:
            sort_booking.put_extra_back(turn, state.tote_id, state.sku_id, event.units)
        return _next(turn, state)
    if isinstance(event, ButtonPressed) and event.button == "problem":
        return _problem(turn, state)
    if isinstance(event, ButtonPressed) and state.stage in ("gone", "empty"):
        return _finish(turn, state)
    return state


def _wall(turn: Turn) -> str:
    return dict(turn.policy.walls)[turn.station]


def _tote(turn: Turn, text: str) -> SortState:
    tx = turn.tx
    place = places.seek(tx.connection, tx.site_id, text)
    if place is None or place.kind != "tote":
        return SortState(note=f"'{shown(text)}' is not a tote.")
    other = turn.held_by(KIND, SortState, lambda held: held.tote_id == place.id)
    if other is not None:
        return SortState(note=f"{text} is being sorted at {other}: bring it there.")
    refused = sort_booking.begin(tx, text, place.id, _wall(turn))
    if refused:
        return SortState(note=refused)
    loads = tuple(load.load_id for load in walls.loads_in(tx.connection, place.id))
    return look_again(tx.connection, SortState(stage="item", tote=text, tote_id=place.id, loads=loads))


def _item(turn: Turn, state: SortState, event: SymbolScanned) -> SortState:
    try:
        code = item_code(event)
    except ValueError as error:
        return _next(turn, state, floor_label(turn, event.text, state.tote) or str(error))
    tx = turn.tx
    try:
        found = scanned(tx.connection, code, lambda sku_id: walls.has_been_for(tx.connection, state.tote_id, sku_id))
    except SeveralClients as error:
        return _next(turn, state, str(error))
    if found is None:
        return _next(turn, state, f"Nobody knows the item {shown(event.text)}.")
    if sort_booking.light(tx, state.tote_id, found.id, _wall(turn)):
        return look_again(tx.connection, _with(state, stage="put", sku_id=found.id, item=found.description))
    if not walls.has_been_for(tx.connection, state.tote_id, found.id):
        detail = f"{found.description} was in {state.tote}, which is not for it."
        exceptions.open_once(tx, "wrong_item", turn.station, detail, ref_kind="tote", ref_id=state.tote)
    return _with(state, stage="stray", sku_id=found.id, item=found.description)


def _problem(turn: Turn, state: SortState) -> SortState:
    """The tote has nothing more, or what was asked cannot be done."""
    if state.stage == "put":
        sort_booking.take_back_lights(turn.tx, state.tote_id)
        note = "The lights are taken back: put what is in your hand into the tote again."
        return look_again(turn.tx.connection, msgspec.structs.replace(state, note=note))
    if state.stage == "item":
        return _with(state, stage="gone")
    if state.stage in ("gone", "stray"):
        return _next(turn, state)
    return state


def _finish(turn: Turn, state: SortState) -> SortState:
    now = look_again(turn.tx.connection, state)
    if now.stage != state.stage:  # a weight has told otherwise meanwhile
        return _next(turn, state)
    sort_booking.finish(turn, state.tote, state.tote_id)
    return SortState()


def _next(turn: Turn, state: SortState, note: str = "") -> SortState:
    """The next question about this tote."""
    return look_again(turn.tx.connection, _with(state, stage="item", sku_id=0, note=note))


def _with(state: SortState, *, stage: str, sku_id: int = 0, item: str = "", note: str = "") -> SortState:
    return msgspec.structs.replace(state, stage=stage, sku_id=sku_id, item=item, note=note)


FLOW = Flow(state=SortState, prompt=prompt, answer=answer)
"""The flow of a sort bench."""
