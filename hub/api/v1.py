"""The interface for shops, ``/v1``: each call needs a token, and sees its own client's orders and stock only."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response

from hub.api.bodies import CancelIn, Code, OrderIn, Refusal, ShopOrderIn
from hub.api.refusals import in_time
from hub.api.shop_holds import add_holds
from hub.api.shops import shop_route, shop_with
from hub.handlers.cancel import NoSuchOrder, TooLate, cancel_order
from hub.handlers.carts_at_checkout import NoSuchHold, order_with_hold
from hub.handlers.explain import why_waiting
from hub.handlers.once import OtherRequest, once
from hub.handlers.orders import UNITS_MAX, NewOrder, OrderedLine, RefusedOrder
from hub.hub import Hub
from hub.storage.availability import StockAnswer, availability_of
from hub.storage.order_figures import order_named
from hub.storage.orders import order_by_ref
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Of the shop's choice: the same request under it again is answered as the first time.",
    ),
]
SKUS_MAX = 100
"""So many SKUs in one question."""


def shop_routes(hub: Hub, *, patience_s: float) -> APIRouter:
    """The shops' interface of one hub.

    Args:
        hub: The hub.
        patience_s: How long a request waits for its commit.
    """
    refusal: dict[str, Any] = {"model": Refusal}
    api = APIRouter(
        prefix="/v1", route_class=shop_route(hub), responses=dict.fromkeys((401, 403, 413, 422, 503), refusal)
    )
    _add_orders(api, hub, patience_s)
    _add_availability(api, hub)
    add_holds(api, hub, patience_s)
    return api


def _add_orders(api: APIRouter, hub: Hub, patience_s: float) -> None:
    may_write = Depends(shop_with(hub, "orders:write"))
    may_read = Depends(shop_with(hub, "orders:read"))

    def do_once(shop: Shop, what: str, ref: str, key: str | None, asked: Any, work: Callable[[Tx], Any]) -> Response:
        """Do it for the shop's client, once for each key; a refusal is an answer, too, but is not kept."""

        def as_client(tx: Tx) -> tuple[int, str, bool]:
            tx.client_id = shop.client_id
            digest = sha256(json.dumps([what, ref, asked], sort_keys=True).encode()).digest()
            return once(tx, shop.client_id, key, digest, work)

        actor = Actor(f"shop {shop.name}", what, ref)
        try:
            with in_time():
                status, body, again = hub.writer.call(actor, as_client, patience_s)
        except (NoSuchOrder, NoSuchHold) as error:
            raise HTTPException(404, str(error)) from error
        except TooLate as error:
            raise HTTPException(409, str(error)) from error
        except (RefusedOrder, OtherRequest) as error:
            raise HTTPException(422, str(error)) from error
        headers = {"Idempotent-Replayed": "true"} if again else {}
        return Response(body, status, headers, "application/json")

    @api.post("/orders", status_code=201, response_model=None)
    def post_order(order: ShopOrderIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Take an order in: 201, or 200 if the order (by its ``ref``) had come before under another key or none.

        Each line is promised at once as far as stock stands for it; the rest is backordered. With ``cart_hold`` its
        units come out of that hold first; one that has expired is said to be, and the order is taken all the same.
        """

        def take(tx: Tx) -> tuple[int, str]:
            receipt, hold = order_with_hold(tx, new_order(order), order.cart_hold)
            told = {
                "order": receipt.order,
                "ref": order.ref,
                "again": receipt.again,
                "promised": receipt.promised,
                "backordered": receipt.backordered,
            }
            if order.cart_hold is not None:
                told["cart_hold"] = hold
            return 200 if receipt.again else 201, json.dumps(told)

        return do_once(shop, "order", order.ref, key, order.model_dump(), take)

    @api.post("/orders/{ref:path}/cancel", response_model=None)
    def post_cancel(ref: Code, cancel: CancelIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Cancel an order. 409 if units of it are in work, unless ``waiting_only`` asks for the others alone."""

        def do(tx: Tx) -> tuple[int, str]:
            done = cancel_order(tx, ref, waiting_only=cancel.waiting_only)
            return 200, json.dumps({"ref": ref, "cancelled": done.cancelled, "in_work": done.in_work})

        return do_once(shop, "cancel", ref, key, cancel.model_dump(), do)

    @api.get("/orders/{ref:path}")
    def get_order(ref: Code, shop: Annotated[Shop, may_read]) -> Any:
        """How an order stands: its lines by state, its parcels with tracking numbers, and why what waits does."""
        with hub.engine.begin() as connection:
            found = order_named(connection, shop.client_id, ref)
            known = order_by_ref(connection, shop.client_id, ref)
            if found is None or known is None:
                raise HTTPException(404, f"Expected the number of an order, got '{ref}'.")
            waiting = why_waiting(connection, known[0], now_us=hub.now_us(), day=lambda at_us: _at(at_us)[:10])
        return found | {"waiting": waiting}


def _add_availability(api: APIRouter, hub: Hub) -> None:
    may_read = Depends(shop_with(hub, "stock:read"))

    @api.get("/availability")
    def get_availability(
        sku: Annotated[list[Code], Query(min_length=1, max_length=SKUS_MAX)],
        shop: Annotated[Shop, may_read],
        units: Annotated[int, Query(ge=1, le=UNITS_MAX)] = 1,
    ) -> Any:
        """What is available of SKUs, from when more can be promised, and from when ``units`` can."""
        now_us = hub.now_us()
        with hub.engine.begin() as connection:
            found = [availability_of(connection, hub.site_id, shop.client_id, code) for code in sku]
        if None in found:
            raise HTTPException(404, f"Expected SKUs of the catalogue, got '{sku[found.index(None)]}'.")
        return {"now": _at(now_us), "skus": [_told(stock, units, now_us) for stock in found if stock is not None]}


def new_order(order: OrderIn) -> NewOrder:
    """An order as the handlers take it."""
    lines = tuple(OrderedLine(sku=line.sku, units=line.units, price_minor=line.price_minor) for line in order.lines)
    return NewOrder(
        ref=order.ref, customer=order.customer, country=order.country, placed_us=order.placed_us, lines=lines
    )


def _told(stock: StockAnswer, units: int, now_us: int) -> dict[str, Any]:
    known = stock.availability
    ships_from_us = known.ships_from_us(units, now_us)
    return {
        "sku": stock.code,
        "description": stock.description,
        "on_hand": stock.on_hand,
        "allocated": known.promised + stock.reserved,
        "held_for_carts": stock.held_for_carts,
        "available": known.available,
        "backordered": known.backordered,
        "on_order": [
            {"due": _at(a.due_us), "units": a.units, "overdue": a.due_us <= now_us} for a in sorted(known.arrivals)
        ],
        "available_to_promise": [{"from": _at(e.from_us), "units": e.units} for e in known.to_promise(now_us)],
        "asked": {"units": units, "ships_from": None if ships_from_us is None else _at(ships_from_us)},
    }


def _at(time_us: int) -> str:
    """A time as RFC 3339 has it, in UTC."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).isoformat()
