"""Cross-docking: what orders wait for goes from the dock to a lane near packing instead of to the shelf.

A lane is a bin that the site's files give to no SKU. What lies there is stock as in any bin: promised by SKU, reserved
when a cart is loaded. A lane knows only for which lines its units came: these orders are released before routine work,
and picked there first. So a lane that is wrong about who wants its units costs a walk, and no stock.
"""

from hub.domain.allocation import allocate
from hub.domain.putaway import Goods, Put, choose_lanes
from hub.handlers.allocate import ORDERS_AT_ONCE_MAX, promise_again
from hub.storage import allocation, lanes, places, putaway
from hub.storage.ledger import StockKey
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx

AGAIN_US = 3_600_000_000
"""What a shelf did not take from a lane is lit again after so long (business time)."""


def by_lane(tx: Tx, goods: Goods, stock: StockKey, source_id: int) -> tuple[Put, ...]:
    """Free lanes for those units of a plate's goods that orders wait for, and no more; each is the SKU's until it is
    empty. None if the site has no free lane, nobody waits, or the goods come from elsewhere."""
    if places.by_id(tx.connection, source_id).kind != "plate":
        return ()
    free = putaway.free_lanes(tx)
    units = min(goods.units, lanes.sendable_at(tx, source_id, stock.lot_id).get(stock.sku_id, 0)) if free else 0
    waits = waiting_for(tx, stock.sku_id, source_id, units_max=units) if units else {}
    if not waits:
        return ()
    puts = choose_lanes(goods, free, units=sum(waits.values()), orders=len({order for _, order in waits}))
    for put in puts:
        putaway.give_slot(tx, put.bin.id, stock.sku_id, put.because)
        lanes.serve_no_more(tx, put.bin.id)
        lanes.serve(tx, put.bin.id, [line for line, _ in waits])
    return puts


def waiting_for(tx: Tx, sku_id: int, source_id: int, *, units_max: int | None = None) -> dict[tuple[int, int], int]:
    """What waiting orders would be given of an SKU if all that lies at a place, or is being put away, lay in bins:
    units by (line, order), in their turn.

    An order that ships complete is given something only if all of it is there or comes along. Behind the first that is
    on hold nobody is counted: the units that come next would be promised to that one, and it must not be picked.

    Args:
        units_max: So many of the units there, after what is free or being put away already has gone to those before;
            None: all of them, whatever they are given.
    """
    lines = allocation.lines_of_waiting(tx.connection, [sku_id], ORDERS_AT_ONCE_MAX)
    wanted = sorted({line.sku_id for line in lines if line.backordered})
    free = allocation.free_units(tx.connection, tx.site_id, wanted, tx.now_us)
    lit = lanes.on_the_way(tx, wanted, source_id)
    # what lies in a bin is free there already
    is_bin = places.by_id(tx.connection, source_id).kind == "bin"
    there = {} if is_bin else lanes.sendable_at(tx, source_id)
    pool = {sku: free[sku] + lit.get(sku, (0, 0))[0] + there.get(sku, 0) for sku in wanted}
    parts = allocate([line.asks(line.backordered) for line in lines], pool)
    held = lanes.on_hold(tx.connection, {line.order_id for line in lines})
    before = 0 if units_max is None else free.get(sku_id, 0) + sum(lit.get(sku_id, (0, 0)))
    left = sum(parts.values()) if units_max is None else units_max
    found: dict[tuple[int, int], int] = {}
    for line in lines:
        part = parts.get(line.id, 0) if line.sku_id == sku_id else 0
        first = min(part, before)
        before -= first
        units = min(part - first, left)
        if units and line.order_id in held:
            break
        if units:
            found[line.id, line.order_id] = units
            left -= units
    return found


def promise_what_came(tx: Tx, row: TaskRow) -> None:
    """Units were put into a bin: those who wait get them; if it is a lane, they came for those who got them."""
    if not lanes.is_lane(tx.connection, row.bin_id):
        promise_again(tx, [row.sku_id])
        return
    before = lanes.waiting_lines(tx.connection, row.sku_id)
    promise_again(tx, [row.sku_id])
    now = lanes.promised(tx.connection, before)
    lanes.serve(tx, row.bin_id, [line_id for line_id, units in now.items() if units > before[line_id]])


def left_over(tx: Tx) -> list[tuple[StockKey, int, int]]:
    """(stock, lane, units) of what lies in lanes and nobody it came for wants any more, as where an order was
    cancelled: it is to be carried to the shelf. What an order waits for whose rest is still being put away stays."""
    found = []
    wanted: dict[int, int] = {}
    for lying in lanes.lying(tx.connection, tx.site_id, tried_us=tx.now_us - AGAIN_US):
        if lying.lane_id not in wanted:
            wanted[lying.lane_id] = lying.wanted
        keep = min(lying.units, wanted[lying.lane_id])
        wanted[lying.lane_id] -= keep
        units = lying.units - keep
        if units:
            units -= sum(waiting_for(tx, lying.stock.sku_id, lying.lane_id).values())
        if units > 0:
            found.append((lying.stock, lying.lane_id, units))
    return found
