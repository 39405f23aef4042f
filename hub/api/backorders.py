"""What shops ask and decide about lines that wait for stock."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from hub.api.bodies import CancelWaitingIn, Code, PartialIn, SubstituteIn
from hub.api.doing_once import DoingOnce, Key
from hub.api.shops import shop_with
from hub.domain.moment import rfc3339
from hub.handlers import backorders as deciding
from hub.handlers.backorder_dates import tell
from hub.handlers.policy import Policy
from hub.hub import Hub
from hub.storage import backorders
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx

LISTED_MAX = 1_000


def told_dates(tx: Tx, policy: Policy, ref: str) -> list[dict[str, Any]]:
    """The lines of an order that wait, with the dates at which they are expected."""
    return [
        {
            "line": told["line"],
            "sku": told["sku"],
            "backordered": told["backordered"],
            "expected": None if told["expected_us"] is None else rfc3339(told["expected_us"]),
            "source": told["source"],
        }
        for told in tell(tx, policy, ref)
    ]


def add_backorders(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """Add the questions and decisions to the shops' interface.

    Args:
        api: The shops' interface.
        hub: The hub.
        patience_s: How long a request waits for its commit.
    """
    do_once = DoingOnce(hub, patience_s)
    may_write = Depends(shop_with(hub, "orders:write"))
    may_read = Depends(shop_with(hub, "orders:read"))

    @api.get("/backorders")
    def get_backorders(
        shop: Annotated[Shop, may_read], limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = LISTED_MAX
    ) -> Any:
        """Lines that wait for stock, whose turn is first, first: since when, what they are worth, when expected."""
        now_us = hub.now_us()
        with hub.engine.begin() as connection:
            found = backorders.listed(connection, client_id=shop.client_id, limit=limit)
        return {"now": rfc3339(now_us), "lines": [_waiting(row, now_us) for row in found]}

    @api.post("/orders/{ref:path}/partial", response_model=None)
    def post_partial(ref: Code, choice: PartialIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Choose whether what is there of an order may leave before the rest."""

        def do(tx: Tx) -> tuple[int, str]:
            deciding.choose_partial(tx, ref, partial=choice.partial)
            return 200, json.dumps({"ref": ref, "partial": choice.partial})

        return do_once(shop, "partial", ref, key, choice.model_dump(), do)

    @api.post("/orders/{ref:path}/cancel-backordered", response_model=None)
    def post_cancel_waiting(
        ref: Code, cancel: CancelWaitingIn, shop: Annotated[Shop, may_write], key: Key = None
    ) -> Response:
        """Cancel what waits for stock, of an order or of one of its lines; the rest of it goes on."""

        def do(tx: Tx) -> tuple[int, str]:
            units = deciding.cancel_waiting(tx, hub.policy, ref, cancel.line)
            return 200, json.dumps({"ref": ref, "cancelled": units})

        return do_once(shop, "cancel backordered", ref, key, cancel.model_dump(), do)

    @api.post("/orders/{ref:path}/substitute", response_model=None)
    def post_substitute(ref: Code, asked: SubstituteIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Let another SKU stand in for units that wait, at the same price; 409 if fewer wait."""

        def do(tx: Tx) -> tuple[int, str]:
            done = deciding.substitute(tx, hub.policy, ref, asked.line, asked.sku, asked.units)
            told = {"ref": ref, "line": done.line, "sku": asked.sku, "units": done.units}
            return 200, json.dumps(
                told
                | {"promised": done.promised, "backordered": done.backordered, "waits": told_dates(tx, hub.policy, ref)}
            )

        return do_once(shop, "substitute", ref, key, asked.model_dump(), do)


def _waiting(row: dict[str, Any], now_us: int) -> dict[str, Any]:
    return {
        "ref": row["ref"],
        "line": row["line"],
        "sku": row["sku"],
        "description": row["description"],
        "backordered": row["units"],
        "value_minor": row["value_minor"],
        "placed": rfc3339(row["placed_us"]),
        "waits_s": max(0, now_us - row["placed_us"]) // 1_000_000,
        "expected": None if row["expected_us"] is None else rfc3339(row["expected_us"]),
        "source": row["source"],
    }
