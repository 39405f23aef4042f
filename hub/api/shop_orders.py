"""Orders of shops, ``/v1/orders``: taken in, changed, held, let go, cancelled, asked about; each request once."""

import json
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response

from hub.api.backorders import told_dates
from hub.api.bodies import CancelIn, ChangeIn, Code, DeliveryIn, HoldIn, OrderIn, ShopOrderIn
from hub.api.doing_once import DoingOnce, Key
from hub.api.drop_ship import told_sent
from hub.api.shops import shop_with
from hub.domain.moment import rfc3339
from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Delivery, Terms
from hub.handlers.cancel import cancel_order
from hub.handlers.carts_at_checkout import order_with_hold
from hub.handlers.change import Change, KitChange, LineChange, change_order
from hub.handlers.explain import why_waiting
from hub.handlers.holding import hold_order, let_go
from hub.handlers.orders import NewOrder
from hub.hub import Hub
from hub.storage.order_figures import order_named
from hub.storage.orders import order_by_ref
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx


def add_orders(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The calls on orders: those with something behind the number before the one that is the number alone."""
    do_once = DoingOnce(hub, patience_s)
    may_write = Depends(shop_with(hub, "orders:write"))
    may_read = Depends(shop_with(hub, "orders:read"))

    @api.post("/orders", status_code=201, response_model=None)
    def post_order(order: ShopOrderIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Take an order in: 201, or 200 if the order (by its ``ref``) had come before under another key or none.

        Each line is promised at once as far as stock stands for it; the rest is asked of the supplier that sends it to
        the customer, or backordered, and told with the date at which it is expected. With ``cart_hold`` its units come
        out of that hold first; one that has expired is said to be, and the order is taken all the same.
        """

        def take(tx: Tx) -> tuple[int, str]:
            receipt, hold = order_with_hold(tx, new_order(order), order.cart_hold)
            told: dict[str, Any] = {
                "order": receipt.order,
                "ref": order.ref,
                "again": receipt.again,
                "promised": receipt.promised,
                "backordered": receipt.backordered,
                "at_supplier": receipt.at_supplier,
            }
            if order.cart_hold is not None:
                told["cart_hold"] = hold
            told["waits"] = told_dates(tx, hub.policy, order.ref) if receipt.backordered else []
            told["waits"] += told_sent(tx, hub.policy, order.ref) if receipt.at_supplier else []
            return 200 if receipt.again else 201, json.dumps(told)

        return do_once(shop, "order", order.ref, key, order.model_dump(), take)

    @api.post("/orders/{ref:path}/cancel", response_model=None)
    def post_cancel(ref: Code, cancel: CancelIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Cancel an order. 409 if units of it are in work, unless ``waiting_only`` asks for the others alone.

        ``asked``: units that a supplier was asked not to send; they wait for its answer.
        """

        def do(tx: Tx) -> tuple[int, str]:
            done = cancel_order(tx, ref, waiting_only=cancel.waiting_only)
            return 200, json.dumps({"ref": ref, **asdict(done)})

        return do_once(shop, "cancel", ref, key, cancel.model_dump(), do)

    @api.post("/orders/{ref:path}/hold", response_model=None)
    def post_hold(ref: Code, hold: HoldIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Let nothing more of an order be put on a cart; ``in_work`` says how many units go on all the same."""

        def do(tx: Tx) -> tuple[int, str]:
            return 200, json.dumps({"ref": ref, **asdict(hold_order(tx, ref, hold.reason))})

        return do_once(shop, "hold", ref, key, hold.model_dump(), do)

    @api.post("/orders/{ref:path}/release", response_model=None)
    def post_release(ref: Code, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Let an order that was held be worked on again."""
        return do_once(
            shop, "let go", ref, key, {}, lambda tx: (200, json.dumps({"ref": ref, **asdict(let_go(tx, ref))}))
        )

    _add_single(api, hub, do_once, may_write, may_read)


def _add_single(api: APIRouter, hub: Hub, do_once: DoingOnce, may_write: Any, may_read: Any) -> None:
    @api.patch("/orders/{ref:path}", response_model=None)
    def patch_order(ref: Code, change: ChangeIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Change an order: all that is asked for or, if a part is refused, nothing. 409 says what is allowed."""

        def do(tx: Tx) -> tuple[int, str]:
            return 200, json.dumps({"ref": ref, **asdict(change_order(tx, ref, change_of(change)))})

        return do_once(shop, "change", ref, key, change.model_dump(exclude_unset=True), do)

    @api.get("/orders/{ref:path}")
    def get_order(ref: Code, shop: Annotated[Shop, may_read]) -> Any:
        """How an order stands: its stage and what that allows, terms, address, lines by state and why what waits does,
        parcels."""
        with hub.engine.begin() as connection:
            found = order_named(connection, shop.client_id, ref)
            known = order_by_ref(connection, shop.client_id, ref)
            if found is None or known is None:
                raise HTTPException(404, f"Expected the number of an order, got '{ref}'.")
            waiting = why_waiting(connection, known[0], now_us=hub.now_us(), day=lambda at_us: rfc3339(at_us)[:10])
        return found | {"waiting": waiting}


def new_order(order: OrderIn) -> NewOrder:
    """An order as the handlers take it."""
    lines = tuple(OrderedLine(**line.model_dump()) for line in order.lines)
    terms = Terms(
        priority=order.priority,
        ship_by_us=order.ship_by_us,
        ship_complete=order.ship_complete,
        hold=order.hold or "",
        gift_note=order.gift_note,
    )
    return NewOrder(
        ref=order.ref,
        customer=order.customer,
        country=order.country,
        placed_us=order.placed_us,
        lines=lines,
        terms=terms,
        delivery=_delivery(order.delivery),
    )


def change_of(change: ChangeIn) -> Change:
    """A change as the handlers take it."""
    return Change(
        customer=change.customer,
        country=change.country,
        delivery=_delivery(change.delivery),
        terms={} if change.terms is None else change.terms.model_dump(exclude_unset=True),
        lines=tuple(LineChange(line=line.line, units=line.units) for line in change.lines),
        kits=tuple(KitChange(kit=kit.kit, units=kit.units) for kit in change.kits),
        added=tuple(OrderedLine(sku=li.sku, units=li.units, price_minor=li.price_minor) for li in change.added),
    )


def _delivery(said: DeliveryIn | None) -> Delivery | None:
    return None if said is None else Delivery(**said.model_dump())
