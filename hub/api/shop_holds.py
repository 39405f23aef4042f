"""Holds for carts at checkout, ``/v1/holds``: units are kept for a while, and become an order's by ``cart_hold``."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, Field

from hub.api.bodies import Code
from hub.api.doing_once import DoingOnce, Key
from hub.api.shops import shop_with
from hub.domain.moment import rfc3339
from hub.handlers.carts_at_checkout import (
    HOLD_S_MAX,
    SKUS_MAX,
    hold_units,
    let_go,
)
from hub.handlers.orders import UNITS_MAX
from hub.hub import Hub
from hub.storage import cart_holds
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx


class HeldLineIn(BaseModel):
    """Units of one SKU in a cart."""

    sku: Code
    units: int = Field(ge=1, le=UNITS_MAX)


class CartHoldIn(BaseModel):
    """What a cart at its checkout needs, and for how long."""

    lines: list[HeldLineIn] = Field(min_length=1, max_length=SKUS_MAX)
    seconds: int = Field(default=900, ge=1, le=HOLD_S_MAX, description="Of the hub's clock.")


def add_holds(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The calls on holds."""
    may_write = Depends(shop_with(hub, "orders:write"))

    do = DoingOnce(hub, patience_s)

    @api.post("/holds", status_code=201, response_model=None)
    def post_hold(hold: CartHoldIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Hold units for a cart: all of them, or none (409). Nobody else is promised them until the hold expires."""
        units: dict[str, int] = {}
        for line in hold.lines:
            units[line.sku] = units.get(line.sku, 0) + line.units

        def make(tx: Tx) -> tuple[int, str]:
            made = hold_units(tx, units, hold.seconds)
            return 201, json.dumps({"hold": made.public, "expires": rfc3339(made.expires_us)})

        return do(shop, "hold", "", key, hold.model_dump(), make)

    @api.get("/holds/{hold}")
    def get_hold(hold: Code, shop: Annotated[Shop, may_write]) -> dict[str, Any]:
        """How a hold stands: open, used, released or expired, and what it still holds."""
        with hub.engine.begin() as connection:
            found = cart_holds.find(connection, shop.client_id, hold)
        if found is None:
            raise HTTPException(404, f"Expected the id of a hold, got '{hold}'.")
        over = found.state == "open" and found.expires_us <= hub.now_us()
        lines = [{"sku": code, "units": asked, "held": 0 if over else held} for _, code, asked, held in found.lines]
        state = "expired" if over else found.state
        return {"hold": found.public, "state": state, "expires": rfc3339(found.expires_us), "lines": lines}

    @api.delete("/holds/{hold}", status_code=204, response_model=None)
    def delete_hold(hold: Code, shop: Annotated[Shop, may_write]) -> Response:
        """Let a hold go; the same again changes nothing. 409 if an order has used it."""

        def go(tx: Tx) -> tuple[int, str]:
            let_go(tx, hold)
            return 204, ""

        return do(shop, "let go", hold, None, None, go)
