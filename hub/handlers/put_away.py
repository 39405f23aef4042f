"""Putting away: units in a plate or the put-back tote become yellow lights at their bins."""

from dataclasses import replace

from edge.contract.events import UnitsPutAway
from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.domain.putaway import Goods, Put, choose, class_of, past_max
from hub.handlers.facts import Fact
from hub.handlers.lanes import by_lane, left_over, promise_what_came
from hub.handlers.materials import bring
from hub.handlers.moving import take, task_of
from hub.storage import exceptions, places, putaway, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey
from hub.storage.materials import is_material
from hub.storage.transaction import Tx

PUT_AGAIN_US = 3_600_000_000
"""What was not put away is asked for again after this long (business time): by then the bin may have room."""
PICKED_WITHIN_US = 60 * 86_400_000_000
"""Picks of so long say how often an SKU is picked."""
PUT_FIRST_RANK = 2**39 - 1
"""Before other puts: what orders wait for."""
PUT_RANK = 2**39
"""Puts are shown after the picks of the same bin, and before its counts."""


def units_put_away(tx: Tx, fact: Fact, event: UnitsPutAway) -> None:
    """Book a put-away: from the plate (or the put-back tote) into the bin."""
    row = task_of(tx, event.task)
    source = row.source_id or places.virtual(tx, "astray")
    if event.units:
        evidence = weigh_evidence(tx, by=event.by)
        take(tx, fact, row.stock, source, event.units, row.bin_id, "put_away", evidence)
    tasks.finish(tx, row, event.units, event.by)
    if event.units < row.units:
        exceptions.open_once(
            tx, "put_short", row.bin_name, f"{row.units - event.units} of {row.units} units were not put away."
        )
    elif not tx.ledger.on_hand(row.stock, source)[0]:
        exceptions.close(tx, "put_short", row.bin_name, "put away")
    promise_what_came(tx, row)
    tx.changed("board")


def ask_put_away(tx: Tx, stock: StockKey, source_id: int) -> str:
    """Light the bins for what lies of an SKU at ``source_id`` and has no light yet, by the rules of
    :mod:`hub.domain.putaway`; a free bin is the SKU's own from then on. What orders wait for is lit first, and goes by
    a lane if one is free. A material has no bin.

    Returns:
        The bench to which a material is to be brought, with what; empty: it is none.
    """
    if is_material(tx.connection, stock.sku_id) and (bench := bring(tx, stock, source_id)):
        return bench
    units = tx.ledger.on_hand(stock, source_id)[0] - tasks.put_units_open(tx.connection, stock, source_id)
    if units <= 0:
        return ""
    goods, waited = _goods(tx, stock.sku_id, units)
    if waited:
        for put in by_lane(tx, goods, stock, source_id):
            _light(tx, stock, source_id, put, PUT_FIRST_RANK)
            units -= put.units
    if units:
        _to_shelf(tx, stock, source_id, replace(goods, units=units), PUT_FIRST_RANK if waited else PUT_RANK)
    return ""


def _goods(tx: Tx, sku_id: int, units: int) -> tuple[Goods, bool]:
    """Units of an SKU that are to be put away, and whether orders wait for it."""
    unit_mg, unit_mm3, dangerous, waited = putaway.goods_of(tx.connection, sku_id)
    return Goods(units=units, unit_mg=unit_mg, unit_mm3=unit_mm3, dangerous=dangerous, by_picks="C"), waited


def _to_shelf(tx: Tx, stock: StockKey, source_id: int, goods: Goods, rank: int) -> None:
    """Light the SKU's own bins, then free ones."""
    own = putaway.own_bins(tx, stock)
    puts, left = choose(goods, own, ())
    if left:
        picks = putaway.picks_by_sku(tx.connection, tx.now_us - PICKED_WITHIN_US)
        goods = replace(goods, by_picks=class_of(picks, stock.sku_id))
        puts, left = choose(goods, own, putaway.free_bins(tx, stock.sku_id))
    if left:
        more, left = past_max(replace(goods, units=left), own, puts)
        puts = (*puts, *more)
    _say_room(tx, stock.sku_id, left, has_bin=bool(own))
    for put in puts:
        if not put.bin.is_own:
            putaway.give_slot(tx, put.bin.id, stock.sku_id, put.because)
        _light(tx, stock, source_id, put, rank)


def clear_lanes(tx: Tx) -> int:
    """Light the shelf for what is left in lanes and nobody waits for there any more; how many stocks that were."""
    left = left_over(tx)
    for stock, lane_id, units in left:
        goods, _ = _goods(tx, stock.sku_id, units)
        _to_shelf(tx, stock, lane_id, goods, PUT_FIRST_RANK)  # a lane is wanted for others
    return len(left)


def _say_room(tx: Tx, sku_id: int, left: int, *, has_bin: bool) -> None:
    """Say what no bin takes; what was said before and is so no more ends."""
    kind, words = ("no_room", "has no bin with room") if has_bin else ("no_bin", "has no bin")
    if left:
        exceptions.open_once(tx, kind, str(sku_id), f"SKU {sku_id} {words}: {left} units wait.")
    for said in ("no_bin", "no_room"):
        if not left or said != kind:
            exceptions.close(tx, said, str(sku_id), "bin")


def _light(tx: Tx, stock: StockKey, source_id: int, put: Put, rank: int) -> None:
    station = places.by_id(tx.connection, put.bin.id).station
    assert station is not None, "bins without a station are not asked for"
    for start in range(0, put.units, UNITS_PER_TASK_MAX):
        task = tasks.insert(
            tx,
            kind="put",
            station=station,
            bin_id=put.bin.id,
            sku_id=stock.sku_id,
            lot_id=stock.lot_id,
            units=min(put.units - start, UNITS_PER_TASK_MAX),
            mark="P",
            colour="yellow",
            rank=rank,
            source_id=source_id,
        )
        putaway.say_why(tx, task, put.because)
    tx.changed("board")


def ask_again(tx: Tx) -> int:
    """Light the bins for what was left on plates and in the put-back tote a while ago; how many stocks that were."""
    left = tasks.left_unput(tx, before_us=tx.now_us - PUT_AGAIN_US)
    for stock, source_id in left:
        ask_put_away(tx, stock, source_id)
    return len(left)
