"""Filling up pick bins from reserve by light: what is wanted is taken out there, carried, and put into its bin.

Both are confirmed as every pick and put is, and both are movements of the ledger: reserve bin → what is carried → pick
bin. What is carried counts as reserve all the while, so that nobody loses a promise; no order is picked from either.
What does not fit into its bin is lit back to the reserve bin that it came from. Nothing is reserved in the ledger for
it: its units may be promised to orders, and are when it is urgent.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from edge.contract.events import UnitsPicked
from edge.contract.state import REPLENISH_MARK
from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.domain.putaway import Goods, choose
from hub.domain.replenish import Move, PickBin, Reserve, Stands, in_turn, plan, short
from hub.handlers.facts import Fact
from hub.handlers.moving import hold_for_count, take
from hub.handlers.put_away import PUT_FIRST_RANK, PUT_RANK, ask_put_away
from hub.storage import exceptions, places, putaway, replenishments, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey
from hub.storage.replenishments import OpenMove
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx

TAKES_LIT_MAX = 10
"""So many are lit at reserve bins at once: the others wait, so that the first in turn is not one of hundreds."""
URGENT_ALONE_US = 900_000_000
"""For so long (business time) after an urgent one was lit no routine one is: then its station may be away."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """What is to be done about reserve now."""

    lit: tuple[OpenMove, ...]
    """Lit before."""
    light: tuple[Move, ...]
    """To be lit now."""
    wait: tuple[Move, ...]
    """Wanted, and lit when others are done."""
    needless: tuple[OpenMove, ...]
    """To be asked back: nobody wants them any more."""
    urgent: tuple[tuple[OpenMove, str], ...]
    """Routine ones that orders wait for now, and why."""
    homeless: tuple[Stands, ...]
    """Promised, and in no bin that orders are picked from."""

    @property
    def has_work(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.light or self.needless or self.urgent or self.homeless)


def look(connection: Connection, site_id: int, now_us: int) -> Review:
    """What is to be done about reserve, by one snapshot."""
    lit = replenishments.open_now(connection)
    stands = replenishments.stands(connection, site_id, now_us, lit)
    moves = in_turn(move for one in stands for move in _plan(connection, one, now_us))
    takes = [move for move in lit if move.step == "take"]
    alone = any(move.urgent for move in moves) or any(
        move.urgent and move.released_us > now_us - URGENT_ALONE_US for move in takes
    )
    light = [move for move in moves if move.urgent][: max(0, TAKES_LIT_MAX - sum(move.urgent for move in takes))]
    if not alone:
        light += moves[: max(0, TAKES_LIT_MAX - len(takes))]
    by_sku = {one.sku_id: one for one in stands}
    spoiled = replenishments.spoiled_bins(connection, {move.source_id for move in takes}, now_us)
    needless, urgent = [], []
    for move in takes:
        again = None if move.source_id in spoiled else _wanted_again(by_sku[move.sku_id], move)
        if again is None and move.state == "open":
            needless.append(move)
        elif again is not None and again.urgent and not move.urgent:
            urgent.append((move, again.because))
    return Review(
        lit=tuple(lit),
        light=tuple(light),
        wait=tuple(move for move in moves if move not in light),
        needless=tuple(needless),
        urgent=tuple(urgent),
        homeless=tuple(one for one in stands if short(one) and all(bin_.is_lane for bin_ in one.bins)),
    )


def _plan(connection: Connection, stands: Stands, now_us: int) -> list[Move]:
    """The moves of an SKU; a bin that was found full is left alone for a while."""
    moves = plan(stands, UNITS_PER_TASK_MAX)
    full = {move.bin.id for move in moves if replenishments.found_full(connection, move.bin.id, now_us)}
    if not full:
        return moves
    bins = tuple(replace(bin_, busy=bin_.busy or bin_.id in full) for bin_ in stands.bins)
    return _plan(connection, replace(stands, bins=bins), now_us)


def _wanted_again(stands: Stands, lit: OpenMove) -> Move | None:
    """The move that would be made for a bin if the one that is lit were not; None: none would."""

    def without(bin_: PickBin) -> PickBin:
        if bin_.id != lit.bin_id:
            return bin_
        room = None if bin_.room is None else bin_.room + lit.units
        return replace(bin_, on_way=bin_.on_way - lit.units, room=room, busy=False, held=False)

    source = Reserve(id=lit.source_id, name=lit.source, lot_id=lit.lot_id, units=lit.units)
    before = replace(stands, bins=tuple(map(without, stands.bins)), reserve=(source,))
    return next((move for move in plan(before, UNITS_PER_TASK_MAX) if move.bin.id == lit.bin_id), None)


def review(tx: Tx) -> Review:
    """Light what is wanted, ask back what is not any more."""
    found = look(tx.connection, tx.site_id, tx.now_us)
    for move in found.light:
        _light_take(tx, move)
    for stands in found.homeless:
        _give_bin(tx, stands.sku_id)
    for lit, because in found.urgent:
        replenishments.raise_to_urgent(tx, lit, PUT_FIRST_RANK, because)
    for lit in found.needless:
        row = tasks.by_public(tx.connection, lit.public)
        assert row is not None
        tasks.set_state(tx, row, "recalled")
    if found.light or found.needless or found.urgent:
        tx.changed("board")
    return found


def _give_bin(tx: Tx, sku_id: int) -> None:
    """An SKU that lies in reserve only and that orders wait for is given a free bin to be picked from."""
    unit_mg, unit_mm3, dangerous, _ = putaway.goods_of(tx.connection, sku_id)
    goods = Goods(units=1, unit_mg=unit_mg, unit_mm3=unit_mm3, dangerous=dangerous, by_picks="A")
    puts, left = choose(goods, (), putaway.free_bins(tx, sku_id))
    for put in puts:
        putaway.give_slot(tx, put.bin.id, sku_id, put.because)
    if left:
        code, _ = replenishments.sku_names(tx.connection, [sku_id])[sku_id]
        why = f"SKU {code} lies in reserve only, and no bin is free to pick it from: orders wait."
        exceptions.open_once(tx, "no_bin", str(sku_id), why)
    else:
        exceptions.close(tx, "no_bin", str(sku_id), "bin")


def _light_take(tx: Tx, move: Move) -> None:
    station = places.by_id(tx.connection, move.source.id).station
    assert station is not None, "nothing is fetched from what is carried"
    public = tasks.insert(
        tx,
        kind="pick",
        station=station,
        bin_id=move.source.id,
        sku_id=move.sku_id,
        lot_id=move.source.lot_id,
        units=move.units,
        mark=REPLENISH_MARK,
        colour="yellow",
        rank=PUT_FIRST_RANK if move.urgent else PUT_RANK,
    )
    replenishments.write(tx, public, move.bin.id, urgent=move.urgent, because=move.because)


def is_take(row: TaskRow) -> bool:
    """Whether a pick takes units out of reserve: it is for no order."""
    return row.kind == "pick" and row.line_id is None


def units_taken(tx: Tx, fact: Fact, row: TaskRow, event: UnitsPicked) -> None:
    """Book what was taken out of reserve, and light the bin that it is for. What is missing there is counted."""
    if row.state == "done":
        return
    if event.units:
        evidence = weigh_evidence(tx, by=event.by)
        to_id, ref = replenishments.carrier(tx), ("task", row.public)
        take(tx, fact, row.stock, row.bin_id, event.units, to_id, "replenish_take", evidence, ref=ref)
    if row.state == "void":
        if event.units:
            hold_for_count(tx, row.bin_name, f"Task {row.public} was done after it had been taken away.")
    else:
        tasks.finish(tx, row, event.units, event.by)
        if event.units < row.units:
            missing = row.units - event.units
            hold_for_count(tx, row.bin_name, f"{missing} of {row.units} units were not found at {row.bin_name}.")
    match_put(tx, row)
    tx.changed("board")


def take_settled(tx: Tx, fact: Fact, row: TaskRow, difference: int, evidence: int) -> None:
    """Book what a reserve bin's weight says beyond a confirmed take."""
    if difference < 0:
        to_id = replenishments.carrier(tx)
        take(tx, fact, row.stock, row.bin_id, -difference, to_id, "reweighed", evidence)
        tasks.set_done(tx, row, row.units_done - difference, None)
    else:
        _back_to_reserve(tx, fact, row, difference, "reweighed", evidence)
        tasks.set_done(tx, row, max(0, row.units_done - difference), None)
    match_put(tx, row)


def take_undone(tx: Tx, fact: Fact, row: TaskRow, units: int) -> None:
    """A confirmed take was taken back: its units are in reserve again, and it is lit again."""
    back = row.units_done if row.state == "done" else units
    if row.state not in ("done", "void") or not back:
        return
    _back_to_reserve(tx, fact, row, back, "undone", weigh_evidence(tx, by="undone"))
    if row.state == "done":
        for other in replenishments.other_takes(tx, row.id):  # one a bin
            found = tasks.by_public(tx.connection, other)
            assert found is not None
            tasks.set_state(tx, found, "recalled")
        tasks.reopen(tx, row, row.units, None)
    match_put(tx, row)


def _back_to_reserve(tx: Tx, fact: Fact, row: TaskRow, units: int, reason: str, evidence: int) -> None:
    """Units that are in a reserve bin again: what was put into its pick bin meanwhile came from nobody knows where."""
    carried = replenishments.carrier(tx)
    booked = units if row.state == "void" else row.units_done  # a task that was forced away keeps no count of its own
    part = min(units, booked, max(0, tx.ledger.on_hand(row.stock, carried)[0]))
    if part:
        take(tx, fact, row.stock, carried, part, row.bin_id, reason, evidence, ref=("task", row.public))
    if units > part:
        cause = fact.cause("returned", ref=("task", row.public), evidence_id=evidence)
        tx.ledger.move(row.stock, units - part, places.virtual(tx, "astray"), row.bin_id, cause)


def match_put(tx: Tx, row: TaskRow) -> None:
    """Make the put of a replenishment, whose take or put this is, ask for what is carried: lit, changed, asked back."""
    known = replenishments.of_task(tx, row.id)
    carried = replenishments.carrier(tx)
    unlit = tx.ledger.on_hand(row.stock, carried)[0] - tasks.put_units_open(tx.connection, row.stock, carried)
    if not unlit:
        return
    if known is None:
        if unlit > 0 and row.source_id == carried:  # a way back that came back untouched, and is wanted again
            _light_back(tx, row.stock, row.bin_id, unlit)
        return
    if known.put_state == "open" and known.put_units + unlit > 0:
        replenishments.set_units(tx, known.put_id, min(UNITS_PER_TASK_MAX, known.put_units + unlit))
    elif known.put_state == "open":
        put = tasks.by_public(tx.connection, known.put)
        assert put is not None
        tasks.set_state(tx, put, "recalled")
    elif unlit > 0:
        rank = PUT_FIRST_RANK if known.urgent else PUT_RANK
        if _is_still_of(tx, known.bin_id, row.sku_id):
            replenishments.set_put(tx, known.take_id, _light_put(tx, row.stock, known.bin_id, unlit, rank))
        else:
            _light_back(tx, row.stock, known.source_id, unlit)
    else:
        _ask_less_back(tx, row.stock)


def _ask_less_back(tx: Tx, stock: StockKey) -> None:
    """Ways back of what is not carried any more are lit for less, the youngest first, or asked back."""
    carried = replenishments.carrier(tx)
    puts = replenishments.puts_from(tx, stock, carried)
    too_many = sum(put.units for put in puts) - max(0, tx.ledger.on_hand(stock, carried)[0])
    for put in puts:
        part = min(too_many, put.units)
        if put.linked or part <= 0:
            continue
        too_many -= part
        if part < put.units:
            replenishments.set_units(tx, put.id, put.units - part)
        else:
            row = tasks.by_public(tx.connection, put.public)
            assert row is not None
            tasks.set_state(tx, row, "recalled")


def _is_still_of(tx: Tx, bin_id: int, sku_id: int) -> bool:
    """Whether a bin is the SKU's: bins change hands."""
    return places.by_id(tx.connection, bin_id).sku_id == sku_id


def _light_back(tx: Tx, stock: StockKey, source_id: int, units: int) -> None:
    """Light the reserve bin for what came from there; if it is another SKU's by now, where there is room."""
    if _is_still_of(tx, source_id, stock.sku_id):
        _light_put(tx, stock, source_id, units, PUT_FIRST_RANK)
    else:
        ask_put_away(tx, stock, replenishments.carrier(tx))


def _light_put(tx: Tx, stock: StockKey, bin_id: int, units: int, rank: int) -> str:
    station = places.by_id(tx.connection, bin_id).station
    assert station is not None, "a bin without a station is filled by nobody"
    tx.changed("board")
    return tasks.insert(
        tx,
        kind="put",
        station=station,
        bin_id=bin_id,
        sku_id=stock.sku_id,
        lot_id=stock.lot_id,
        units=min(units, UNITS_PER_TASK_MAX),
        mark=REPLENISH_MARK,
        colour="yellow",
        rank=rank,
        source_id=replenishments.carrier(tx),
    )


def bring_back(tx: Tx, row: TaskRow) -> None:
    """After a put of what is carried: what is left of it is lit back to the reserve bin that it came from.

    Where less is carried than is lit by now, less is asked for. What is left of a way back stays carried, and is asked
    for again later like what is left on a plate; :func:`lose_rest` says when it is given up.
    """
    carried = replenishments.carrier(tx)
    if row.kind != "put" or row.source_id != carried:
        return
    known = replenishments.of_task(tx, row.id)
    left = tx.ledger.on_hand(row.stock, carried)[0] - tasks.put_units_open(tx.connection, row.stock, carried)
    if left < 0:
        _ask_less_back(tx, row.stock)
    elif left and known is not None:
        _light_back(tx, row.stock, known.source_id, left)
        exceptions.close(tx, "put_short", row.bin_name, "the rest goes back to reserve")


def lose_rest(tx: Tx, fact: Fact, row: TaskRow, units: int) -> None:
    """After a way back that was told for ``units``: what it lacks nobody has, so it is astray and promised to nobody;
    the exception `put_short` says so."""
    carried = replenishments.carrier(tx)
    if row.source_id != carried or replenishments.of_task(tx, row.id) is not None:
        return
    left = tx.ledger.on_hand(row.stock, carried)[0] - tasks.put_units_open(tx.connection, row.stock, carried)
    lost = max(0, min(left, row.units - units))
    if lost:
        ref = ("task", row.public)
        take(
            tx,
            fact,
            row.stock,
            carried,
            lost,
            places.virtual(tx, "astray"),
            "lost",
            weigh_evidence(tx, by="button"),
            ref,
        )
    if left > lost:  # a light asks for few of many
        _light_back(tx, row.stock, row.bin_id, left - lost)
