"""What a sort bench writes down: cells given to orders, lights, what was missing, what was too much."""

from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.handlers.allocate import promise_again
from hub.handlers.benches import Turn
from hub.handlers.consolidating import look_at_wall
from hub.handlers.moving import lots_at, take
from hub.handlers.put_away import PUT_RANK, ask_put_away
from hub.storage import consolidations, exceptions, orders, places, tasks, walls
from hub.storage.evidence import weigh_evidence
from hub.storage.transaction import Tx

PUT_COLOUR = "yellow"
PUT_MARK = "P"
"""A put at a cell looks like one at a bin: yellow, P."""


def begin(tx: Tx, tote: str, tote_id: int, wall: str) -> str:
    """Give each order of a shared tote a cell; why that cannot be now, empty if it is done."""
    loads = walls.loads_in(tx.connection, tote_id)
    together = consolidations.of_loads(tx.connection, [load.load_id for load in loads])
    if not loads:
        return f"{tote} has nothing to sort."
    if len(loads) == 1 and loads[0].cell_id is None and not together:
        return f"{tote} is for one order: take it to packing."
    if other := next((known.wall for known in together.values() if known.wall != wall), ""):
        return f"{tote} has a part of an order that comes together at {other}: bring it there."
    if waiting := sum(load.open_tasks for load in loads):
        where = sorted({s for load in loads for s in tasks.stations_waiting(tx.connection, load.load_id)})
        return f"{tote} waits for {waiting} picks at {', '.join(where)}."
    if elsewhere := next((load.wall for load in loads if load.wall not in ("", wall)), ""):
        return f"{tote} was begun at {elsewhere}: bring it there."
    homeless = [load for load in loads if load.cell_id is None and load.picked]
    free = walls.free_cells(tx.connection, tx.site_id, wall)
    ordinary = sum(load.load_id not in together for load in homeless)
    parts = {together[load.load_id].order_id for load in homeless if load.load_id in together}
    new = ordinary + sum(consolidations.cell_of(tx.connection, order_id) is None for order_id in parts)
    spoken_for = consolidations.cells_spoken_for(tx.connection, wall)
    if len(free) < new or (ordinary and len(free) < ordinary + spoken_for):
        there = max(0, len(free) - spoken_for) if ordinary else len(free)
        return f"{wall} is full: {there} cells are free, {tote} wants {new}. Set it aside until some are."
    for load in loads:
        tasks.set_load(tx, load.load_id, state="delivered" if load.picked or load.cell_id is not None else "packed")
    for load in homeless:
        known = together.get(load.load_id)
        cell_id = None if known is None else consolidations.cell_of(tx.connection, known.order_id)
        if cell_id is None:
            cell_id = free.pop(0)[0]
        walls.give_cell(tx, load.load_id, cell_id)
    tx.changed("board")
    return ""


def light(tx: Tx, tote_id: int, sku_id: int, wall: str) -> int:
    """Light the cells of the orders that still need an SKU of a tote; how many units they need."""
    units = 0
    for need in walls.needs(tx.connection, tote_id, sku_id):
        for start in range(0, need.left, UNITS_PER_TASK_MAX):
            part = min(need.left - start, UNITS_PER_TASK_MAX)
            public = tasks.insert(
                tx,
                kind="put",
                station=need.wall,
                bin_id=need.cell_id,
                sku_id=sku_id,
                lot_id=need.lot_id,
                units=part,
                mark=PUT_MARK,
                colour=PUT_COLOUR,
                rank=PUT_RANK,
                source_id=tote_id,
            )
            walls.note_put(tx, public, need.load_id, need.line_id)
            units += part
    if units:
        walls.hold_in_hand(tx, wall, sku_id)
    return units


def take_back_lights(tx: Tx, tote_id: int) -> None:
    """Ask the wall for the lights of a tote back: it answers for each, put or not."""
    for public, _, _ in walls.puts_open(tx.connection, tote_id):
        row = tasks.by_public(tx.connection, public)
        assert row is not None
        if row.state == "open":
            tasks.set_state(tx, row, "recalled")


def put_extra_back(turn: Turn, tote_id: int, sku_id: int, units: int) -> None:
    """Units that no order of a tote needs go into the put-back tote, and from there home by light."""
    tx = turn.tx
    putback = places.find(tx.connection, tx.site_id, "putback").id
    on_hand = sum(there for stock, there, _ in places.stock_at(tx.connection, tote_id) if stock.sku_id == sku_id)
    needed = sum(need.left for need in walls.needs(tx.connection, tote_id, sku_id))
    from_tote = min(units, max(0, on_hand - needed))
    evidence = weigh_evidence(tx, by="symbol")
    parts = [(stock, part, tote_id) for stock, part in lots_at(tx, tote_id, sku_id, from_tote)]
    if units > from_tote:  # the book has them elsewhere: whoever misses them books the other half
        unknown = places.stock_of(tx.connection, sku_id)
        parts.append((unknown, units - from_tote, places.virtual(tx, "astray")))
    for stock, part, from_id in parts:
        take(tx, turn.fact, stock, from_id, part, putback, "put_back", evidence)
    for stock in {stock for stock, _, _ in parts}:
        ask_put_away(tx, stock, putback)


def finish(turn: Turn, tote: str, tote_id: int) -> None:
    """The tote is empty: what is in no cell is missing and picked again, and every cell that has something may be
    packed."""
    tx = turn.tx
    missing = [need for need in walls.needs(tx.connection, tote_id) if need.left]
    for need in missing:
        orders.shift(tx, need.line_id, need.left, "picked", "backordered")
        detail = f"{need.left} x {need.description} missing in {tote} at {turn.station}: picked again."
        line = str(need.line_id)
        exceptions.open_once(tx, "tote_short", turn.station, detail, ref_kind="line", ref_id=line)
    astray = places.virtual(tx, "astray")
    for stock, on_hand, _ in places.stock_at(tx.connection, tote_id):
        take(tx, turn.fact, stock, tote_id, on_hand, astray, "not_in_tote", None)
    for load in walls.loads_in(tx.connection, tote_id):
        look_at_wall(tx, load.load_id)
        if load.cell_id is not None and places.stock_at(tx.connection, load.cell_id):
            walls.set_sorted(tx, load.load_id, True)
        else:
            walls.free_cell(tx, load.load_id)
            tasks.set_load(tx, load.load_id, state="packed")
    promise_again(tx, sorted({need.sku_id for need in missing}))
    exceptions.close_ref(tx, ("wrong_item",), "sorted", ref_kind="tote", ref_id=tote)
    tx.changed("board")
