"""The page on which a person keys an order in: what is available is shown while it is written."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import OrderIn
from hub.api.refusals import in_time
from hub.api.shop_orders import new_order
from hub.api.whose import ClientKey, client_meant, of_client
from hub.dashboard.own_pages import is_ours
from hub.dashboard.wording import day_text
from hub.domain.terms import HOLD_REASONS, PRIORITY_MAX
from hub.handlers.orders import RefusedOrder, receive_order
from hub.hub import Hub
from hub.storage.availability import availability_of
from hub.storage.order_terms import standing
from hub.storage.sku_search import skus_like
from hub.storage.writer import Actor

ROWS = 4
"""So many empty lines the form begins with; a button adds more."""
LINES_MAX = 100
"""Of an order that is keyed in."""
DELIVERY = ("name", "street", "more", "postcode", "city", "region", "phone", "email")
LABELS = {"more": "Company, floor", "email": "E-mail"}


class _Wrong(ValueError):
    """What a person has to mend in the form."""


def add_order_entry(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add the page, and the search that it asks.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    def form(request: Request, status: int = 200, wrong: str = "", **said: Any) -> HTMLResponse:
        lines = said.pop("lines", [])
        rows = [*lines, *[("", "")] * max(0, ROWS - len(lines))]
        shown = {"said": said, "rows": rows, "wrong": wrong, "delivery": DELIVERY, "labels": LABELS}
        shown |= {"reasons": HOLD_REASONS, "priorities": range(PRIORITY_MAX + 1)}
        answer = page(request, "order_entry.html", "/orders", **shown)
        answer.status_code = status
        return answer

    @app.get("/orders/new", response_class=HTMLResponse, include_in_schema=False)
    def empty(request: Request) -> HTMLResponse:
        return form(request)

    @app.get("/orders/new/skus", include_in_schema=False)
    def skus(q: Annotated[str, Query(max_length=80)] = "", client: ClientKey = "") -> list[dict[str, Any]]:
        now_us, client_id = hub.now_us(), client_meant(hub, client)
        with hub.engine.begin() as connection:
            codes = skus_like(connection, client_id, q)
            found = [availability_of(connection, hub.site_id, client_id, code) for code in codes]
        told = []
        for stock in found:
            assert stock is not None, "an SKU that was found has its stock"
            more_us = stock.availability.ships_from_us(stock.availability.available + 1, now_us)
            told.append(
                {
                    "sku": stock.code,
                    "description": stock.description,
                    "available": stock.availability.available,
                    "more": "" if more_us is None else day_text(more_us, hub.policy.zone),
                }
            )
        return told

    @app.post("/orders/new", response_model=None, include_in_schema=False)
    async def enter(request: Request) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        sent = await request.form(max_fields=3 * LINES_MAX)
        said = {name: str(value).strip() for name, value in sent.items()}
        skus, units = ([str(v).strip() for v in sent.getlist(name)] for name in ("sku", "units"))
        lines = [(sku, number) for sku, number in zip(skus, units, strict=False) if sku or number]
        try:
            public = await run_in_threadpool(_enter, hub, said, lines)
        except _Wrong as error:
            return form(request, 422, str(error), lines=lines, **_kept(said))
        return RedirectResponse(f"/orders/{public}", 303)


def _kept(said: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if name not in ("sku", "units", "lines", "wrong", "status")}


def _enter(hub: Hub, said: dict[str, str], lines: list[tuple[str, str]]) -> str:
    """Take the order in; its public id. Raises: _Wrong."""
    actor = said.get("actor", "")
    if not actor or len(actor) > 80 or not actor.isprintable():
        raise _Wrong("Give your name, in one line.")
    order, client_id = new_order(_order(hub, said, lines)), client_meant(hub, said.get("client", ""))
    with hub.engine.begin() as connection:
        if standing(connection, client_id, order.ref) is not None:
            raise _Wrong(f"There is an order {order.ref} already: give this one another number.")
    try:
        with in_time():
            job = of_client(client_id, lambda tx: receive_order(tx, order))
            receipt = hub.writer.call(Actor(actor, "key in order", order.ref), job, WRITER_PATIENCE_S)
    except RefusedOrder as error:
        raise _Wrong(str(error)) from error
    return receipt.order


def _priority(said: str) -> int:
    if not said.isascii() or not said.isdecimal():
        raise _Wrong(f"priority: expected a number from 0 to {PRIORITY_MAX}, got '{said}'.")
    return int(said)


def _order(hub: Hub, said: dict[str, str], lines: list[tuple[str, str]]) -> OrderIn:
    """What the form says, as the interface takes it. Raises: _Wrong."""
    if not lines:
        raise _Wrong("Give at least one item and how many of it.")
    for number, (sku, units) in enumerate(lines, 1):
        if not sku:
            raise _Wrong(f"Line {number}: expected an item, got none.")
        if not units.isascii() or not units.isdecimal() or int(units) < 1:
            raise _Wrong(f"Line {number}, {sku}: expected how many as a number from 1, got '{units}'.")
    address = {name: said.get(name, "") for name in DELIVERY}
    body = {
        "ref": said.get("ref", ""),
        "customer": said.get("customer", ""),
        "country": said.get("country", ""),
        "priority": _priority(said.get("priority", "") or "0"),
        "ship_complete": said.get("ship_complete", "") == "on",
        "hold": said.get("hold") or None,
        "gift_note": said.get("gift_note", "").replace("\r\n", "\n"),
        "delivery": address if any(address.values()) else None,
        "lines": [{"sku": sku, "units": int(units)} for sku, units in lines],
    }
    try:
        return OrderIn.model_validate(body)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"])
        raise _Wrong(f"{field}: {fault['msg']}.") from error
