"""How far a sort bench is with a tote: kept with the bench, and brought up to date by what happens at its wall."""

import msgspec
from sqlalchemy import Connection

from hub.storage import benches, walls
from hub.storage.transaction import Tx

KIND = "sort"
"""The kind of bench."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Units of an SKU that are still in the tote."""

    description: str
    gtin: str
    units: int


class SortState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the sorter is."""

    stage: str = "tote"
    """tote, item, put (lights are on), gone (is nothing more there?), empty (all is sorted), stray."""
    tote: str = ""
    tote_id: int = 0
    loads: tuple[int, ...] = ()
    """What the tote held for its orders when it came."""
    sku_id: int = 0
    """The item in the hand."""
    item: str = ""
    """What it is called."""
    left: tuple[Left, ...] = ()
    lit: tuple[tuple[str, int], ...] = ()
    """(cell, units) of the lights that are on."""
    note: str = ""


def look_again(connection: Connection, state: SortState) -> SortState:
    """The state as the book has it now: lights that were confirmed are gone, what is missing is asked for again."""
    left: dict[str, Left] = {}
    for need in walls.needs(connection, state.tote_id):
        if need.left:
            before = left[need.gtin].units if need.gtin in left else 0
            left[need.gtin] = Left(description=need.description, gtin=need.gtin, units=before + need.left)
    lit = tuple((cell, units) for _, cell, units in walls.puts_open(connection, state.tote_id))
    stage = "put" if lit else "item" if left else "empty"
    if state.stage == "stray" or (state.stage, stage) == ("gone", "item"):
        stage = state.stage
    return msgspec.structs.replace(state, stage=stage, left=tuple(left.values()), lit=lit)


def is_at_a_bench(tx: Tx, tote_id: int, load_id: int | None = None) -> bool:
    """Whether a tote is being sorted now; of a load: whether it is that load's sorting, not one of a later use."""
    found = _bench_of(tx, tote_id)
    return found is not None and (load_id is None or load_id in found[1].loads)


def go_on(tx: Tx, tote_id: int, note: str = "") -> None:
    """Something happened to what a tote holds or held: the bench that sorts it, if one does, asks what is right now."""
    found = _bench_of(tx, tote_id)
    if found is None:
        return
    station, state = found
    after = look_again(tx.connection, msgspec.structs.replace(state, note=note))
    if after != state:
        bench = benches.load(tx.connection, station)
        assert bench is not None
        benches.save(tx, station, bench[2] + 1, msgspec.json.encode(after).decode())


def _bench_of(tx: Tx, tote_id: int) -> tuple[str, SortState] | None:
    for station, session in benches.sessions_elsewhere(tx.connection, "", KIND):
        state = msgspec.json.decode(session, type=SortState)
        if state.tote_id == tote_id:
            return station, state
    return None
