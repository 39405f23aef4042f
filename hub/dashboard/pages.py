"""The hub's web pages: the floor as it is lit right now, orders, backorders, exceptions, devices."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from hub.dashboard.drawing import draw_floor
from hub.dashboard.pulse import Pulse, TooManyListeners
from hub.dashboard.snapshot import Snapshot
from hub.dashboard.wording import advice_on, title_of
from hub.hub import Hub

HERE = Path(__file__).parent
PAGES = (("/", "Floor"), ("/orders", "Orders"), ("/backorders", "Backorders"), ("/exceptions", "Exceptions"))
ORDER_STATES = ("waiting", "picking", "packing", "shipped", "backordered")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""The pages load nothing from elsewhere."""


def add_pages(app: FastAPI, hub: Hub) -> Pulse:
    """Add the pages of one hub to its web server; the live stream's pulse, to be closed when the server ends."""
    snapshot = Snapshot(hub)
    pulse = Pulse(version=snapshot.version, lights=snapshot.lights, figures=snapshot.figures)
    templates = Jinja2Templates(HERE / "templates")
    templates.env.globals |= {"site": hub.site.file.name, "pages": PAGES}
    templates.env.filters |= {"title_of": title_of, "advice_on": advice_on}
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    drawing = draw_floor(hub.site)

    @app.get("/live", include_in_schema=False)
    async def live() -> StreamingResponse:
        try:
            line = pulse.join()
        except TooManyListeners as error:
            raise HTTPException(503, str(error), headers={"Retry-After": "5"}) from error
        return StreamingResponse(
            pulse.stream(line), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    @app.get("/floor/{bay}", include_in_schema=False)
    def contents(bay: str) -> dict[str, Any]:
        if bay not in hub.policy.bays:
            raise HTTPException(404, f"Expected one of the site's bays, got '{bay}'.")
        return snapshot.contents(bay)

    def page(request: Request, template: str, here: str, **content: Any) -> HTMLResponse:
        return templates.TemplateResponse(request, template, {"here": here, **content}, headers=HEADERS)

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def floor(request: Request) -> HTMLResponse:
        return page(request, "floor.html", "/", drawing=drawing)

    @app.get("/orders", response_class=HTMLResponse, include_in_schema=False)
    def orders(request: Request, state: str = "") -> HTMLResponse:
        rows = snapshot.orders()
        counts = {name: sum(row["state"] == name for row in rows) for name in ORDER_STATES}
        shown = [row for row in rows if state in ("", row["state"])]
        return page(request, "orders.html", "/orders", rows=shown, counts=counts, state=state, total=len(rows))

    @app.get("/backorders", response_class=HTMLResponse, include_in_schema=False)
    def backorders(request: Request) -> HTMLResponse:
        return page(request, "backorders.html", "/backorders", rows=snapshot.backorders())

    @app.get("/exceptions", response_class=HTMLResponse, include_in_schema=False)
    def exceptions(request: Request) -> HTMLResponse:
        rows, kinds = snapshot.exceptions()
        return page(request, "exceptions.html", "/exceptions", rows=rows, kinds=kinds)

    return pulse
