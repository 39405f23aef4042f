"""The pages on restocking, and the forms by which a buyer decides."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import ByPerson
from hub.api.purchasing import decide_on
from hub.dashboard.drop_ship_pages import add_drop_ship_forms
from hub.dashboard.own_pages import is_ours
from hub.dashboard.restock_view import purchase_orders, sku_page
from hub.dashboard.whose import ClientsShown
from hub.handlers import proposals
from hub.handlers.drop_ship_answers import cancel_purchase
from hub.hub import Hub
from hub.storage.transaction import Tx


def add_restock(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add the pages.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    whose = ClientsShown(hub)

    def listed(request: Request, status: int = 200, client: str = "", **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            rows = purchase_orders(connection, hub.policy, whose.wanted(client))
        shown = {"rows": rows, "wrong": "", "actor": "", "client": client} | content
        answer = page(request, "restock.html", "/restock", **shown)
        answer.status_code = status
        return answer

    add_drop_ship_forms(app, hub, listed)

    @app.get("/restock", response_class=HTMLResponse, include_in_schema=False)
    def restock(request: Request, client: str = "") -> HTMLResponse:
        return listed(request, client=client)

    @app.post("/restock/{number}", response_model=None, include_in_schema=False)
    def decide(
        request: Request, number: str, what: Annotated[str, Form()] = "", actor: Annotated[str, Form()] = ""
    ) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        try:
            who = ByPerson(actor=actor).actor
        except ValidationError:
            return listed(request, 422, wrong="Give your name, in one line.", actor=actor)
        decide_on(hub, number, who, what, _deed(hub, what, number, who), WRITER_PATIENCE_S)
        return RedirectResponse("/restock", 303)

    @app.get("/restock/{code:path}", response_class=HTMLResponse, include_in_schema=False)
    def sku(request: Request, code: str) -> HTMLResponse:
        client_id, own_code = whose.sku_meant(code)
        with hub.engine.begin() as connection:
            found = sku_page(connection, hub.policy, hub.site_id, client_id, own_code, hub.now_us())
        if found is None:
            raise HTTPException(404, f"Expected an SKU of the catalogue, got {code[:40]!a}.")
        return page(request, "restock_sku.html", "/restock", sku=found)


def _deed(hub: Hub, what: str, number: str, who: str) -> Callable[[Tx], None]:
    deeds: dict[str, Callable[[Tx], None]] = {
        "approve": lambda tx: proposals.approve(tx, hub.policy, number, who),
        "cancel": lambda tx: cancel_purchase(tx, hub.policy, number, who),
        "sent": lambda tx: proposals.sent_by_hand(tx, number, who),
        "acknowledge": lambda tx: proposals.acknowledge(tx, number, who),
    }
    if what not in deeds:
        raise HTTPException(422, f"what: expected one of {', '.join(deeds)}, got {what[:40]!a}.")
    return deeds[what]
