"""The page on the clients of a site, where there are several: their day, their stock, their month's statement."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from hub.api.client_statements import statement_of
from hub.clock import day_start_us
from hub.dashboard.wording import money_text
from hub.hub import Hub
from hub.storage import figures
from hub.storage.availability import stock_of_all


def add_clients(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add the page.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    @app.get("/clients", response_class=HTMLResponse, include_in_schema=False)
    def clients(request: Request, month: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
        if len(hub.clients) == 1:
            raise HTTPException(404, "This site has one client.")
        now = datetime.fromtimestamp(hub.now_us() / 1e6, hub.policy.zone)
        asked = month or f"{now:%Y-%m}"
        rows = [_shown(hub, client.id, client.key, client.name, asked) for client in hub.clients]
        return page(request, "clients_page.html", "/clients", rows=rows, month=asked)


def _shown(hub: Hub, client_id: int, key: str, name: str, month: str) -> dict[str, Any]:
    since_us = day_start_us(hub.now_us(), hub.policy.zone)
    with hub.engine.begin() as connection:
        states = figures.orders_by_state(connection, since_us=since_us, client_id=client_id)
        stock = stock_of_all(connection, hub.site_id, client_id)
    told = statement_of(hub, key, month)
    currency = hub.policy.currency
    return {
        "key": key,
        "name": name,
        "states": states,
        "skus": len(stock),
        "units": sum(one.on_hand for one in stock),
        "lines": [
            {
                "what": line.what,
                "number": money_text(line.number, currency) if line.what == "freight" else f"{line.number:,}",
                "rate": line.rate,
                "amount": money_text(line.amount_minor, currency),
            }
            for line in told.lines
        ],
        "total": money_text(told.total_minor, currency),
    }
