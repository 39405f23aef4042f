"""Returns of shops: asked for, asked about, cancelled; and the refunds that are due to their customers."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from hub.api.bodies import Code
from hub.api.doing_once import DoingOnce, Key
from hub.api.return_bodies import ReturnIn
from hub.api.shops import shop_with
from hub.domain.ordered_line import OrderedLine
from hub.handlers.authorising import AskedLine, AskedReturn, authorise, cancel_return, return_asked_about
from hub.handlers.return_words import told_refund, told_return
from hub.handlers.returns_report import returns_report
from hub.hub import Hub
from hub.storage import refunds, returns
from hub.storage.orders import order_by_ref
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx

REFUNDS_MAX = 500
LISTED_MAX = 200
EVER_US = 2**62


def asked_return(body: ReturnIn) -> AskedReturn:
    """A return as the handlers take it."""
    return AskedReturn(
        lines=tuple(AskedLine(line=one.line, units=one.units, reason=one.reason) for one in body.lines),
        wanted=body.wanted,
        exchange=tuple(OrderedLine(sku=one.sku, units=one.units, price_minor=one.price_minor) for one in body.exchange),
        note=body.note,
    )


def add_returns(api: APIRouter, hub: Hub, patience_s: float) -> None:
    """Add the calls on returns to the shops' interface; before those on orders, whose numbers may have any text.

    Args:
        api: The shops' interface.
        hub: The hub.
        patience_s: How long a request waits for its commit.
    """
    do_once = DoingOnce(hub, patience_s)
    may_write = Depends(shop_with(hub, "orders:write"))
    may_read = Depends(shop_with(hub, "orders:read"))

    @api.post("/orders/{ref:path}/returns", status_code=201, response_model=None)
    def post_return(ref: Code, body: ReturnIn, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Let units of an order come back: all that is asked for or, if a part is refused, nothing. 409 says how many
        units may. Without an idempotency key a second request is a second return."""

        def do(tx: Tx) -> tuple[int, str]:
            made = authorise(tx, hub.policy, ref, asked_return(body), by=f"shop {shop.name}", origin="shop")
            row = return_asked_about(tx, made.number, shop.client_id)
            return 201, json.dumps(told_return(tx.connection, hub.policy.returns, row))

        return do_once(shop, "return", ref, key, body.model_dump(), do)

    @api.get("/orders/{ref:path}/returns")
    def get_returns_of(ref: Code, shop: Annotated[Shop, may_read]) -> Any:
        """The returns of an order, and the one that it is the exchange of."""
        with hub.engine.begin() as connection:
            known = order_by_ref(connection, shop.client_id, ref)
            if known is None:
                raise HTTPException(404, f"Expected the number of an order, got '{ref}'.")
            rows = returns.of_order(connection, known[0])
            return {"returns": [told_return(connection, hub.policy.returns, row) for row in rows]}

    @api.post("/returns/{number}/cancel", response_model=None)
    def post_cancel_return(number: Code, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Wait for a return no more; what of it has come stays as it is."""

        def do(tx: Tx) -> tuple[int, str]:
            row = return_asked_about(tx, number, shop.client_id)
            return 200, json.dumps({"return": row.number, "cancelled": cancel_return(tx, hub.policy, row)})

        return do_once(shop, "cancel return", number, key, {}, do)

    _add_questions(api, hub, may_read)
    _add_refunds(api, hub, do_once, may_write, may_read)


def _add_questions(api: APIRouter, hub: Hub, may_read: Any) -> None:
    @api.get("/returns/reasons")
    def get_reasons(shop: Annotated[Shop, may_read]) -> Any:
        """The reasons that a return may have."""
        return {
            "reasons": [{"code": r.code, "words": r.words, "ours": r.ours} for r in hub.policy.returns.reasons],
            "window_days": hub.policy.returns.window_days,
        }

    @api.get("/returns/report")
    def get_report(shop: Annotated[Shop, may_read], since_us: int = 0, until_us: int = EVER_US) -> Any:
        """What came back, by SKU, reason and grade."""
        with hub.engine.begin() as connection:
            return told_report(hub, connection, since_us, until_us, shop.client_id)

    @api.get("/returns/{number}")
    def get_return(number: Code, shop: Annotated[Shop, may_read]) -> Any:
        """How a return stands."""
        with hub.engine.begin() as connection:
            row = returns.by_number(connection, number.strip().upper())
            if row is None or row.client_id != shop.client_id:
                raise HTTPException(404, f"Expected the number of a return, got '{number}'.")
            return told_return(connection, hub.policy.returns, row)


def _add_refunds(api: APIRouter, hub: Hub, do_once: DoingOnce, may_write: Any, may_read: Any) -> None:
    @api.get("/refunds")
    def get_refunds(
        shop: Annotated[Shop, may_read],
        after: Annotated[Code | None, Query(description="The last refund that is known.")] = None,
        limit: Annotated[int, Query(ge=1, le=REFUNDS_MAX)] = 100,
    ) -> Any:
        """What is due, the oldest first, behind the one that is named. Each has a number of its own, ``refund``: pay
        it once, however often it is told."""
        with hub.engine.begin() as connection:
            found = refunds.after(connection, shop.client_id, after, limit)
        if found is None:
            raise HTTPException(404, f"Expected the number of a refund, got '{after}'.")
        return {"refunds": [told_refund(row, hub.policy.currency) for row in found]}

    @api.post("/refunds/{refund}/told", response_model=None)
    def post_told(refund: Code, shop: Annotated[Shop, may_write], key: Key = None) -> Response:
        """Say that the shop has a refund: it is not posted any more."""

        def do(tx: Tx) -> tuple[int, str]:
            if not refunds.told(tx, refund, shop.client_id):
                return 404, json.dumps({"detail": f"Expected the number of a refund, got '{refund}'."})
            return 200, json.dumps({"refund": refund, "told": True})

        return do_once(shop, "refund told", refund, key, {}, do)


def told_report(hub: Hub, connection: Any, since_us: int, until_us: int, client_id: int) -> dict[str, Any]:
    """The report as JSON."""
    report = returns_report(connection, hub.policy, since_us=since_us, until_us=until_us, client_id=client_id)
    return {
        "currency": hub.policy.currency,
        "shipped_units": report.shipped_units,
        "returned_units": report.returned_units,
        "credited_minor": report.credited_minor,
        "scrap_minor": report.scrap_minor,
        "reasons": [{"reason": one.name, "words": words, "units": one.units} for words, one in report.reasons],
        "grades": {one.name: one.units for one in report.grades},
        "skus": [
            {
                "sku": one.figures.sku,
                "description": one.figures.description,
                "supplier": one.figures.supplier,
                "shipped_lines": one.figures.shipped_lines,
                "shipped_units": one.figures.shipped_units,
                "returned_lines": one.figures.returned_lines,
                "returned_units": one.figures.returned_units,
                "rate_permille": one.rate_permille,
                "scrapped_units": one.figures.scrapped_units,
                "credited_minor": one.figures.credited_minor,
                "scrap_minor": one.figures.scrap_minor,
                "marked": one.marked,
            }
            for one in report.skus
        ],
    }
