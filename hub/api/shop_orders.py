"""Orders of shops, ``/v1/orders``: taken in, changed, held, let go, cancelled, asked about; each request once."""

import json
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Response

from hub.api.bodies import CancelIn, ChangeIn, Code, DeliveryIn, HoldIn, OrderIn, ShopOrderIn
from hub.api.refusals import in_time
from hub.api.shops import shop_with
from hub.domain.terms import Delivery, Terms
from hub.handlers.asked import NoSuchOrder, TooLate
from hub.handlers.cancel import cancel_order
from hub.handlers.change import Change, KitChange, LineChange, change_order
from hub.handlers.holding import hold_order, let_go
from hub.handlers.once import OtherRequest, once
from hub.handlers.orders import NewOrder, OrderedLine, RefusedOrder, receive_order
from hub.hub import Hub
from hub.storage.order_figures import order_named
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
Work = Callable[[Tx], tuple[int, str]]
"""What is done in a transaction; it answers (HTTP status, JSON)."""


class DoingOnce:
    """Does what shops ask, each request once for each key, and refuses in words.

    Args:
        hub: The hub.
        patience_s: How long a request waits for its commit.
    """

    def __init__(self, hub: Hub, patience_s: float) -> None:
        self._hub = hub
        self._patience_s = patience_s

    def __call__(self, shop: Shop, what: str, ref: str, key: str | None, asked: Any, work: Work) -> Response:
        """Do it for the shop's client; a refusal is an answer, too, but is not kept. Raises: HTTPException."""

        def as_client(tx: Tx) -> tuple[int, str, bool]:
            tx.client_id = shop.client_id
            digest = sha256(json.dumps([what, ref, asked], sort_keys=True).encode()).digest()
            return once(tx, shop.client_id, key, digest, work)

        actor = Actor(f"shop {shop.name}", what, ref)
        try:
            with in_time():
                status, body, again = self._hub.writer.call(actor, as_client, self._patience_s)
        except NoSuchOrder as error:
            raise HTTPException(404, str(error)) from error
        except TooLate as error:
            raise HTTPException(409, str(error)) from error
        except (RefusedOrder, OtherRequest) as error:
            raise HTTPException(422, str(error)) from error
        headers = {"Idempotent-Replayed": "true"} if again else {}
        return Response(body, status, headers, "application/json")


def add_orders(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """The calls on orders: those with something behind the number before the one that is the number alone."""
    do_once = DoingOnce(hub, patience_s)
    may_write = Depends(shop_with(hub, "orders:write"))
    may_read = Depends(shop_with(hub, "orders:read"))

    @api.post("/orders", status_code=201, response_model=None)
    def post_order(order: ShopOrderIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Take an order in: 201, or 200 if the order (by its ``ref``) had come before under another key or none.

        Each line is promised at once as far as stock stands for it; the rest is backordered.
        """

        def take(tx: Tx) -> tuple[int, str]:
            receipt = receive_order(tx, new_order(order))
            told = {
                "order": receipt.order,
                "ref": order.ref,
                "again": receipt.again,
                "promised": receipt.promised,
                "backordered": receipt.backordered,
            }
            return 200 if receipt.again else 201, json.dumps(told)

        return do_once(shop, "order", order.ref, key, order.model_dump(), take)

    @api.post("/orders/{ref:path}/cancel", response_model=None)
    def post_cancel(ref: Code, cancel: CancelIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Cancel an order. 409 if units of it are in work, unless ``waiting_only`` asks for the others alone."""

        def do(tx: Tx) -> tuple[int, str]:
            done = cancel_order(tx, ref, waiting_only=cancel.waiting_only)
            return 200, json.dumps({"ref": ref, "cancelled": done.cancelled, "in_work": done.in_work})

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
        """How an order stands: its stage and what that allows, terms, address, lines by state, parcels."""
        with hub.engine.begin() as connection:
            found = order_named(connection, shop.client_id, ref)
        if found is None:
            raise HTTPException(404, f"Expected the number of an order, got '{ref}'.")
        return found


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
