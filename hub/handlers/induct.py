"""Induction: a picker signs on with a badge, takes a cart, and scans a tote into each of its positions."""

import msgspec

from edge.contract.events import SymbolScanned
from edge.contract.state import Prompt, Tone
from hub.handlers.benches import Answer, Flow, Turn
from hub.handlers.release import plan_batch
from hub.storage import benches, places, tasks


class InductState(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs on, and how far they are."""

    operator_id: int = 0
    name: str = ""
    colour: str = ""
    batch_id: int = 0
    cart: str = ""
    positions: tuple[tuple[int, str], ...] = ()
    """(load, position) that still want a tote."""
    note: str = ""
    """What was wrong with the last scan."""


def prompt(state: InductState) -> Prompt:
    """What the induction bench asks."""
    tone: Tone = "warn" if state.note else "calm"
    lines = (state.note,) if state.note else ()
    if not state.operator_id:
        return Prompt(step="", ask="scan", title="Scan your badge", lines=lines, tone=tone)
    if not state.batch_id:
        return Prompt(step="", ask="scan", title=f"{state.name}: scan a cart", lines=lines, tone=tone)
    title = f"{state.name}: tote for {state.positions[0][1]}"
    return Prompt(step="", ask="scan", title=title, lines=(state.cart, *lines), tone=tone)


def answer(turn: Turn, state: InductState, event: Answer) -> InductState:
    """Take a scan."""
    if not isinstance(event, SymbolScanned):
        return InductState() if not state.batch_id else state
    if not state.operator_id:
        return _badge(turn, event.text)
    if not state.batch_id:
        return _cart(turn, state, event.text)
    return _tote(turn, state, event.text)


def _badge(turn: Turn, text: str) -> InductState:
    found = benches.operator(turn.tx.connection, text)
    if found is None or found[2] != "picker":
        return InductState(note=f"'{text}' is not a picker's badge.")
    operator_id, name, _, colour = found
    busy = tasks.picking_batch(turn.tx.connection, operator_id)
    if busy is not None:
        return InductState(note=f"{name} still has lights to follow.")
    return InductState(operator_id=operator_id, name=name, colour=colour)


def _cart(turn: Turn, state: InductState, text: str) -> InductState:
    if text not in turn.policy.carts:
        return msgspec.structs.replace(state, note=f"'{text}' is not a cart.")
    batch_id = plan_batch(
        turn.tx,
        turn.policy,
        station=turn.station,
        cart=text,
        operator_id=state.operator_id,
        colour=state.colour,
    )
    if batch_id is None:
        return InductState(note="Nothing to pick now.")
    turn.tx.changed("board")
    loads = tasks.loads(turn.tx.connection, batch_id)
    return msgspec.structs.replace(
        state, batch_id=batch_id, cart=text, positions=tuple((load, mark) for load, mark, *_ in loads), note=""
    )


def _tote(turn: Turn, state: InductState, text: str) -> InductState:
    tx = turn.tx
    place = places.seek(tx.connection, tx.site_id, text)
    if place is None or place.kind != "tote":
        return msgspec.structs.replace(state, note=f"'{text}' is not a tote.")
    if not tasks.free_tote(tx.connection, place.id):
        return msgspec.structs.replace(state, note=f"{text} is in use.")
    (load_id, _), *rest = state.positions
    tasks.set_load(tx, load_id, tote_id=place.id, state="picking")
    if rest:
        return msgspec.structs.replace(state, positions=tuple(rest), note="")
    tasks.set_batch(tx, state.batch_id, state="picking", inducted_us=tx.now_us)
    for station in tasks.stations_of_batch(tx.connection, state.batch_id):
        tx.changed("task", station=station)
    tx.changed("board")
    return InductState()


FLOW = Flow(state=InductState, prompt=prompt, answer=answer)
