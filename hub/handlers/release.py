"""Releasing work: promised units become reserved bins and tasks, tote by tote, for one picker's cart."""

from dataclasses import dataclass, field

from hub.domain.loading import UNITS_PER_TASK_MAX, Load, Want, fill_totes
from hub.handlers.cart_proposals import Proposals
from hub.handlers.consolidating import wall_for
from hub.handlers.handing_on import cut_into_legs
from hub.handlers.pickable import Picked, can_be_picked
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
    zone: str = "",
) -> int | None:
    """Plan one cart: the most urgent orders first, or those that were proposed with them; the batch's id.

    Bins are reserved now; the tasks are lit when the totes stand on the cart, in walking order where the site's files
    say where people walk. None if there is nothing to pick. A cart takes as many totes as it carries; small orders
    share totes if the site has a wall to sort them at. Of a ``zone`` those orders go of which something lies there: all
    of each where carts are passed on, what lies in the zone where zones pick at the same time.
    """
    cart_plan = _Cart(policy=policy, marks=[chr(ord("A") + i) for i in range(policy.cart_totes)])
    batch_id: int | None = None
    ready = ready_orders(tx.connection, policy, tx.now_us)
    complete = {order.order_id for order in ready if order.ship_complete}
    for order_id in proposals.preferred([order.order_id for order in ready]):
        if not cart_plan.has_room:
            break
        picked = can_be_picked(tx, policy, order_id, zone, whole=order_id in complete)
        loads = fill_totes(picked.wants, tote_mm3=policy.tote_mm3, tote_mg=policy.tote_mg)
        if not loads:
            continue
        cart_plan.client_id = orders.client_of(tx.connection, order_id)
        if not cart_plan.may_take(picked, loads, whole=order_id in complete):
            continue
        wall: str | None = ""
        if policy.zones is not None and policy.zones.mode == "parallel":
            wall = wall_for(tx, policy, order_id, elsewhere=picked.elsewhere)
        if wall is None:
            continue  # its parts have no cell to come together in
        for position, load in cart_plan.take(picked, loads, wall):
            if batch_id is None:
                batch_id = tasks.insert_batch(tx, state="induct", station=station, cart=cart, operator_id=operator_id)
            load_id = tasks.insert_load(tx, batch_id, position, order_id)
            _reserve_load(tx, load, load_id, order_id, position[0], colour, picked.bins)
    if batch_id is not None and policy.zones is not None:
        cut_into_legs(tx, policy.zones, batch_id, zone)
    if batch_id is not None and policy.floor is not None:
        rank_by_route(tx, policy.floor, batch_id, ("",) if policy.zones is None else policy.zones.names)
    return batch_id


@dataclass(kw_only=True)
class _Cart:
    """What is planned on to one cart so far."""

    policy: Policy
    marks: list[str]
    """Its free places."""
    client_id: int = 0
    """Whose order is looked at."""
    shared: "dict[int, _SharedTote]" = field(default_factory=dict)
    """By client: what is scanned out of a tote at the wall is one client's."""

    @property
    def has_room(self) -> bool:
        """Whether one more order may fit."""
        most = self.policy.wall_tote_orders_max
        return bool(self.marks) or any(tote.orders < most for tote in self.shared.values())

    def may_take(self, picked: Picked, loads: list[Load], *, whole: bool) -> bool:
        """Whether an order may go on the cart: one that leaves complete waits for a cart that has room for all of it,
        or begins on an empty one."""
        if self._shares(picked, loads, ""):
            return True
        return bool(self.marks) and not (whole and len(self.marks) < min(len(loads), self.policy.cart_totes))

    def take(self, picked: Picked, loads: list[Load], wall: str) -> list[tuple[str, Load]]:
        """An order's loads and their places, as far as there is room."""
        if self._shares(picked, loads, wall):
            return [(self.shared[self.client_id].next_position(picked.wants, wall), loads[0])]
        planned = [(self.marks.pop(0), load) for load in loads[: len(self.marks)]]
        if planned and self._is_small(picked, loads):
            self.shared[self.client_id] = _SharedTote(mark=planned[0][0], wants=picked.wants, wall=wall)
        return planned

    def _is_small(self, picked: Picked, loads: list[Load]) -> bool:
        return len(loads) == 1 and sum(want.units for want in picked.wants) <= self.policy.wall_order_units_max

    def _shares(self, picked: Picked, loads: list[Load], wall: str) -> bool:
        shared = self.shared.get(self.client_id)
        return self._is_small(picked, loads) and shared is not None and shared.takes(picked.wants, wall, self.policy)


@dataclass(kw_only=True)
class _SharedTote:
    """A tote of small orders of one client, which is sorted at a wall: what is scanned there is of that client."""

    mark: str
    wants: list[Want]
    """What is planned into it, of all its orders."""
    wall: str
    """Where an order of it comes together with its other parts; empty: any wall will do."""
    orders: int = 1

    def takes(self, wants: list[Want], wall: str, policy: Policy) -> bool:
        """Whether one more order has room in it, and goes to the same wall."""
        together = fill_totes([*self.wants, *wants], tote_mm3=policy.tote_mm3, tote_mg=policy.tote_mg)
        same_way = not wall or not self.wall or wall == self.wall
        return self.orders < policy.wall_tote_orders_max and len(together) == 1 and same_way

    def next_position(self, wants: list[Want], wall: str) -> str:
        """One more order: what its place in the tote is called."""
        self.wants = [*self.wants, *wants]
        self.wall = self.wall or wall
        self.orders += 1
        return f"{self.mark}{self.orders}"


def _reserve_load(
    tx: Tx, load: Load, load_id: int, order_id: int, mark: str, colour: str, bins: frozenset[int] | None
) -> None:
    for want in load.wants:
        left = want.units
        # a lane of its own first, then first expiry; of one expiry the fullest bin, which makes the fewest stops
        for bin_id, _, station, lot_id, free in tasks.bins_with(tx, want.sku_id, order_id):
            if bins is not None and bin_id not in bins:
                continue
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
