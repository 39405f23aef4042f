"""The interface for shops, ``/v1``: each call needs a token, and sees its own client's orders and stock only."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from hub.api.backorders import add_backorders
from hub.api.bodies import Code, Refusal
from hub.api.order_files import add_order_files
from hub.api.returns import add_returns
from hub.api.shop_holds import add_holds
from hub.api.shop_orders import add_orders
from hub.api.shops import shop_route, shop_with
from hub.domain.moment import rfc3339
from hub.handlers.orders import UNITS_MAX
from hub.handlers.supplier_dates import due_us
from hub.hub import Hub
from hub.storage import buying
from hub.storage.availability import StockAnswer, availability_of
from hub.storage.tokens import Shop

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
    add_order_files(api, hub, patience_s)
    add_backorders(api, hub, patience_s)
    add_returns(api, hub, patience_s)  # before the orders, whose numbers may have any text
    add_orders(api, hub, patience_s)
    _add_availability(api, hub)
    add_holds(api, hub, patience_s)
    return api


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
            suppliers = buying.suppliers(connection) if any(one and one.drop_ship != "never" for one in found) else {}
        if None in found:
            raise HTTPException(404, f"Expected SKUs of the catalogue, got '{sku[found.index(None)]}'.")
        told = []
        for stock in found:
            assert stock is not None, "unknown ones were refused above"
            sent_us = None
            if stock.drop_ship != "never":
                sent_us = due_us(suppliers[stock.supplier_id], hub.policy, now_us)
            told.append(_told(stock, units, now_us, sent_us))
        return {"now": rfc3339(now_us), "skus": told}


def _told(stock: StockAnswer, units: int, now_us: int, sent_us: int | None) -> dict[str, Any]:
    """``sent_us``: when its supplier would send it to the customer; None: it does not."""
    known = stock.availability
    ships_from_us = known.ships_from_us(units, now_us)
    if sent_us is not None:  # its supplier sends any number of it; what is in stock goes first, if it does at all
        by_stock = stock.drop_ship == "when_out" and known.available >= units
        ships_from_us = ships_from_us if by_stock else sent_us
    return {
        "sku": stock.code,
        "description": stock.description,
        "on_hand": stock.on_hand,
        "allocated": known.promised + stock.reserved,
        "held_for_carts": stock.held_for_carts,
        "available": known.available,
        "backordered": known.backordered,
        "on_order": [
            {"due": rfc3339(a.due_us), "units": a.units, "overdue": a.due_us <= now_us} for a in sorted(known.arrivals)
        ],
        "available_to_promise": [{"from": rfc3339(e.from_us), "units": e.units} for e in known.to_promise(now_us)],
        "asked": {"units": units, "ships_from": None if ships_from_us is None else rfc3339(ships_from_us)},
        "drop_ship": {"when": stock.drop_ship, "ships_from": None if sent_us is None else rfc3339(sent_us)},
    }
