"""Induction: a picker signs on with a badge, takes a cart, and scans a tote into each of its positions."""

import msgspec

from edge.contract.events import ButtonPressed, SymbolScanned
from edge.contract.state import Prompt, Tone
from hub.handlers.allocate import promise_again
from hub.handlers.benches import Answer, Flow, Turn
from hub.handlers.consolidating import look_at_wall
from hub.handlers.handing_on import begin, end, take_on, takes
from hub.handlers.interleaving import in_words, put_on_walk
from hub.handlers.release import plan_batch
from hub.handlers.sort_state import is_at_a_bench
from hub.storage import benches, carts, legs, orders, places, tasks, way_tasks


class InductState(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs on, and how far they are."""

    operator_id: int = 0
    name: str = ""
    colour: str = ""
    batch_id: int = 0
    cart: str = ""
    zone: str = ""
    """Where they pick; empty where the site has no zones, or they have not said so."""
    positions: tuple[tuple[int, str], ...] = ()
    """(load, position) that still want a tote; loads that share one follow each other (A, A2, A3)."""
    asks_zone: bool = False
    """Whether they are to say first where they pick."""
    take: tuple[str, ...] = ()
    """What the picker whose cart is loaded takes along to put away on the way."""
    take_tasks: tuple[int, ...] = ()
    take_batch: int = 0
    """On whose walk it is."""
    note: str = ""
    """What was wrong with the last scan."""


def prompt(state: InductState) -> Prompt:
    """What the induction bench asks."""
    tone: Tone = "warn" if state.note else "calm"
    lines = (state.note,) if state.note else ()
    if state.take:
        hint = "Confirm: it is with me. Problem: it stays."
        return Prompt(step="", ask="press", title=f"{state.name}: take along", lines=(*state.take, hint), tone="good")
    if not state.operator_id:
        return Prompt(step="", ask="scan", title="Scan your badge", lines=lines, tone=tone)
    if state.asks_zone:
        hint = "Or a bay of it."
        return Prompt(step="", ask="scan", title=f"{state.name}: scan your zone", lines=(*lines, hint), tone=tone)
    if not state.batch_id:
        where = f"{state.name}, zone {state.zone}" if state.zone else state.name
        return Prompt(step="", ask="scan", title=f"{where}: scan a cart", lines=lines, tone=tone)
    title = f"{state.name}: tote for {state.positions[0][1][0]}"
    hint = "No tote? Problem goes without."
    return Prompt(step="", ask="scan", title=title, lines=(state.cart, *lines, hint), tone=tone)


def answer(turn: Turn, state: InductState, event: Answer) -> InductState:
    """Take a scan, or the problem button, by which a picker leaves."""
    if state.take:
        if not isinstance(event, SymbolScanned):
            if isinstance(event, ButtonPressed) and event.button == "problem":
                way_tasks.let_go(turn.tx, state.take_batch, state.take_tasks)
            return InductState()
        state = InductState()  # they have left, and the next one signs on
    if not isinstance(event, SymbolScanned):
        if not state.batch_id:
            return InductState()
        return _leave(turn, state) if isinstance(event, ButtonPressed) and event.button == "problem" else state
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
    busy = _busy(turn, operator_id, name)
    if busy:
        return InductState(note=busy)
    state = InductState(operator_id=operator_id, name=name, colour=colour)
    zones = turn.policy.zones
    if zones is None:
        return state
    zone = zones.of_bench.get(turn.station) or legs.zone_of(turn.tx.connection, operator_id)
    return _in_zone(turn, state, zone) if zone in zones.names else msgspec.structs.replace(state, asks_zone=True)


def _in_zone(turn: Turn, state: InductState, zone: str) -> InductState:
    """A picker picks in a zone from now on."""
    legs.set_zone(turn.tx, state.operator_id, zone)
    return msgspec.structs.replace(state, zone=zone, asks_zone=False, note="")


def _busy(turn: Turn, operator_id: int, name: str) -> str:
    """Why a picker cannot take a cart now; empty if they can."""
    other = turn.held_by("induct", InductState, lambda held: bool(held.batch_id) and held.operator_id == operator_id)
    if other is not None:
        return f"{name} loads a cart at {other}: finish there first."
    if tasks.picking_batch(turn.tx.connection, operator_id) is not None:
        return f"{name} still has lights to follow."
    return ""


def _cart(turn: Turn, state: InductState, text: str) -> InductState:
    if turn.policy.zones is not None:
        if zone := turn.policy.zones.named_by(text):
            return _in_zone(turn, state, zone)
        if not state.zone:  # as where the site had no zones yet when they signed on
            return msgspec.structs.replace(state, asks_zone=True, note=f"'{text}' is no zone's label, and no bay.")
        standing = legs.standing(turn.tx.connection, text)
        if standing is not None:
            return _go_on_with(turn, state, *standing)
    if text not in turn.policy.carts:
        who = benches.operator(turn.tx.connection, text)
        if who is not None and who[0] == state.operator_id:
            return msgspec.structs.replace(state, note="Your badge is read already.")
        return msgspec.structs.replace(state, note=f"'{text}' is not a cart.")
    user = carts.user_of(turn.tx.connection, text)
    if user is not None:
        return msgspec.structs.replace(state, note=f"{text} is with {user}: take another cart.")
    busy = _busy(turn, state.operator_id, state.name)
    if busy:  # signed on at two benches at once
        return InductState(note=busy)
    batch_id = plan_batch(
        turn.tx,
        turn.policy,
        station=turn.station,
        cart=text,
        operator_id=state.operator_id,
        colour=state.colour,
        proposals=turn.proposals,
        zone=state.zone,
    )
    if batch_id is None:
        where = f" in zone {state.zone}" if state.zone else ""
        return InductState(note=f"Nothing to pick now{where}.")
    turn.tx.changed("board")
    loads = tasks.loads(turn.tx.connection, batch_id)
    return msgspec.structs.replace(
        state, batch_id=batch_id, cart=text, positions=tuple((load, mark) for load, mark, *_ in loads), note=""
    )


def _go_on_with(turn: Turn, state: InductState, batch_id: int, cart: str) -> InductState:
    """A picker takes on a cart that stands at a zone's hand-over place."""
    tx = turn.tx
    if not takes(tx.connection, batch_id, state.zone):
        zone = next(leg.zone for leg in legs.of_batch(tx.connection, batch_id) if leg.state == "offered")
        return msgspec.structs.replace(state, note=f"{cart} has nothing for zone {state.zone}: it goes to zone {zone}.")
    busy = _busy(turn, state.operator_id, state.name)
    if busy:
        return InductState(note=busy)
    take_on(tx, batch_id, state.operator_id, state.colour, state.zone)
    return _take_along(turn, state, batch_id)


def _take_along(turn: Turn, state: InductState, batch_id: int) -> InductState:
    """A cart's lights are on: what else is done on its walk, and what of that its picker has to take along."""
    others = put_on_walk(turn.tx, turn.policy, batch_id, state.colour, state.zone)
    return (
        InductState(
            name=state.name,
            take=in_words(others),
            take_tasks=tuple(other.task_id for other in others if other.kind != "count"),
            take_batch=batch_id,
        )
        if in_words(others)
        else InductState()
    )


def _tote(turn: Turn, state: InductState, text: str) -> InductState:
    tx = turn.tx
    place = places.seek(tx.connection, tx.site_id, text)
    if text == state.cart:
        return msgspec.structs.replace(state, note=f"{text} is taken already.")
    if place is None or place.kind != "tote":
        return msgspec.structs.replace(
            state, note=f"'{text}' is not a tote. {state.name} is still loading {state.cart}."
        )
    if not tasks.free_tote(tx.connection, place.id) or is_at_a_bench(tx, place.id):
        return msgspec.structs.replace(state, note=f"{text} is in use.")
    mark = state.positions[0][1][0]
    for load_id, position in state.positions:
        if position[0] == mark:
            tasks.set_load(tx, load_id, tote_id=place.id, state="picking")
    rest = tuple((load_id, position) for load_id, position in state.positions if position[0] != mark)
    if rest:
        return msgspec.structs.replace(state, positions=rest, note="")
    return _start(turn, state)


def _start(turn: Turn, state: InductState) -> InductState:
    """The cart is loaded: its lights go on."""
    tx = turn.tx
    tasks.set_batch(tx, state.batch_id, state="picking", inducted_us=tx.now_us)
    if state.zone:
        begin(tx, state.batch_id, state.operator_id, state.zone)
    for station in tasks.stations_of_batch(tx.connection, state.batch_id):
        tx.changed("task", station=station)
    if not tasks.stations_open(tx.connection, state.batch_id):  # its tasks were taken back while it was loaded
        end(tx, state.batch_id)
        tasks.deliver(tx, state.batch_id)
    tx.changed("board")
    if tasks.picking_batch(tx.connection, state.operator_id) != state.batch_id:
        return InductState()  # it went to another zone, or to packing
    return _take_along(turn, state, state.batch_id)


def _leave(turn: Turn, state: InductState) -> InductState:
    """No more totes: what was planned for the places without one waits for another cart; the rest is picked."""
    tx = turn.tx
    for load_id, _ in state.positions:
        for public in carts.tasks_of(tx.connection, load_id):
            _take_back(turn, public)
        carts.drop_load(tx, load_id)
    if tasks.loads(tx.connection, state.batch_id):
        return _start(turn, state)
    legs.drop(tx, state.batch_id)
    carts.drop_batch(tx, state.batch_id)
    tx.changed("board")
    return InductState(note=f"{state.cart} is free again: nothing is picked with it.")


def _take_back(turn: Turn, public: str) -> None:
    """A task that was never lit: its reservation ends, its units are promised as before."""
    tx = turn.tx
    row = tasks.by_public(tx.connection, public)
    assert row is not None and row.line_id is not None and row.reserve_id is not None
    if row.state not in ("open", "recalled"):
        return
    free = tx.ledger.void(row.reserve_id, turn.fact.cause("not_inducted", ref=("task", row.public)))
    orders.shift(tx, row.line_id, free, "reserved", "promised")
    tasks.set_state(tx, row, "void")
    if free < row.units:  # its bin gave way to other facts meanwhile
        orders.shift(tx, row.line_id, row.units - free, "reserved", "backordered")
        promise_again(tx, [row.sku_id])
    look_at_wall(tx, row.load_id)


FLOW = Flow(state=InductState, prompt=prompt, answer=answer)
