"""Releasing work: promised units become reserved bins and tasks, tote by tote, for one picker's cart."""

from dataclasses import dataclass

from hub.domain.loading import UNITS_PER_TASK_MAX, Load, Want, fill_totes
from hub.handlers.cart_proposals import Proposals
from hub.handlers.policy import Policy
from hub.handlers.urgency import ready_orders
from hub.handlers.walking import rank_by_route
from hub.storage import orders, places, tasks
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx

NONE_PROPOSED = Proposals()
"""Nobody plans ahead: the most urgent orders go first, the oldest of equals."""


def plan_batch(
    tx: Tx,
    policy: Policy,
    *,
    station: str,
    cart: str,
    operator_id: int,
    colour: str,
    proposals: Proposals = NONE_PROPOSED,
) -> int | None:
    """Plan one cart: the most urgent orders first, or those that were proposed with them; the batch's id.

    Bins are reserved now; the tasks are lit when the totes stand on the cart, in walking order where the site's files
    say where people walk. None if there is nothing to pick. A cart takes as many totes as it carries; small orders
    share totes if the site has a wall to sort them at.
    """
    batch_id: int | None = None
    marks = [chr(ord("A") + i) for i in range(policy.cart_totes)]
    shared: dict[int, _SharedTote] = {}
    ready = ready_orders(tx.connection, policy, tx.now_us)
    complete = {order.order_id for order in ready if order.ship_complete}
    for order_id in proposals.preferred([order.order_id for order in ready]):
        if not marks and all(tote.orders >= policy.wall_tote_orders_max for tote in shared.values()):
            break
        wants = _wants(tx, order_id, whole=order_id in complete)
        if not wants:
            continue
        loads = fill_totes(wants, tote_mm3=policy.tote_mm3, tote_mg=policy.tote_mg)
        small = len(loads) == 1 and sum(want.units for want in wants) <= policy.wall_order_units_max
        client_id = orders.client_of(tx.connection, order_id)
        tote = shared.get(client_id) if small else None
        if tote is not None and tote.takes(wants, policy):
            planned = [(tote.next_position(wants), loads[0])]
        elif order_id in complete and len(marks) < min(len(loads), policy.cart_totes):
            continue  # it waits for a cart that has room for all of it, or begins on an empty one
        else:
            planned = [(marks.pop(0), load) for load in loads[: len(marks)]]
            if small and planned:
                shared[client_id] = _SharedTote(mark=planned[0][0], wants=wants)
        for position, load in planned:
            if batch_id is None:
                batch_id = tasks.insert_batch(tx, state="induct", station=station, cart=cart, operator_id=operator_id)
            load_id = tasks.insert_load(tx, batch_id, position, order_id)
            _reserve_load(tx, load, load_id, position[0], colour)
    if batch_id is not None and policy.floor is not None:
        rank_by_route(tx, policy.floor, batch_id)
    return batch_id


@dataclass(kw_only=True)
class _SharedTote:
    """A tote of small orders of one client, which is sorted at a wall: what is scanned there is of that client."""

    mark: str
    wants: list[Want]
    """What is planned into it, of all its orders."""
    orders: int = 1

    def takes(self, wants: list[Want], policy: Policy) -> bool:
        """Whether one more order has room in it."""
        together = fill_totes([*self.wants, *wants], tote_mm3=policy.tote_mm3, tote_mg=policy.tote_mg)
        return self.orders < policy.wall_tote_orders_max and len(together) == 1

    def next_position(self, wants: list[Want]) -> str:
        """One more order: what its place in the tote is called."""
        self.wants = [*self.wants, *wants]
        self.orders += 1
        return f"{self.mark}{self.orders}"


def _wants(tx: Tx, order_id: int, *, whole: bool) -> list[Want]:
    """What can be picked of an order now; nothing if ``whole`` and not all of it can be, as while a bin is counted."""
    wants = []
    free: dict[int, int] = {}
    for line in orders.promised_lines(tx.connection, order_id):
        sku = orders.sku(tx.connection, line.sku_id)
        if sku.id not in free:
            free[sku.id] = sum(there for *_, there in tasks.bins_with(tx, sku.id))
        units = min(line.promised, free[sku.id])
        free[sku.id] -= units
        if whole and units < line.promised:
            return []
        if units:
            volume = sku.length_mm * sku.width_mm * sku.height_mm
            wants.append(Want(line_id=line.id, sku_id=sku.id, units=units, unit_mg=sku.unit_mg, unit_mm3=volume))
    return wants


def _reserve_load(tx: Tx, load: Load, load_id: int, mark: str, colour: str) -> None:
    for want in load.wants:
        left = want.units
        # first expiry first; of one expiry the fullest bin first, which makes the fewest stops
        for bin_id, _, station, lot_id, free in tasks.bins_with(tx, want.sku_id):
            here = min(free, left)
            left -= here
            for start in range(0, here, UNITS_PER_TASK_MAX):
                units = min(here - start, UNITS_PER_TASK_MAX)
                reserve_task(
                    tx,
                    line_id=want.line_id,
                    stock=places.stock_of(tx.connection, want.sku_id, lot_id),
                    bin_id=bin_id,
                    station=station,
                    units=units,
                    load_id=load_id,
                    mark=mark,
                    colour=colour,
                )


def reserve_task(
    tx: Tx,
    *,
    line_id: int,
    stock: StockKey,
    bin_id: int,
    station: str,
    units: int,
    load_id: int,
    mark: str,
    colour: str,
) -> None:
    """Reserve units in a bin for a tote and write the task that asks for them."""
    stage = places.find(tx.connection, tx.site_id, "stage").id
    reserve_id = tx.ledger.reserve(
        stock, units, bin_id, stage, Cause(reason="release", ref_kind="order_line", ref_id=str(line_id))
    )
    orders.shift(tx, line_id, units, "promised", "reserved")
    tasks.insert(
        tx,
        kind="pick",
        station=station,
        bin_id=bin_id,
        sku_id=stock.sku_id,
        lot_id=stock.lot_id,
        units=units,
        mark=mark,
        colour=colour,
        rank=reserve_id,
        load_id=load_id,
        line_id=line_id,
        reserve_id=reserve_id,
    )
