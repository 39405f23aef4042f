"""The hub's web pages: the floor as it is lit right now, orders, backorders, exceptions, devices."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import ValidationError
from starlette.exceptions import HTTPException as AnyHTTPException

from hub.api.app import WRITER_PATIENCE_S
from hub.api.bodies import CloseIn
from hub.api.closing import close_exception
from hub.api.reference import operations
from hub.dashboard.client_pages import add_clients
from hub.dashboard.drawing import draw_floor
from hub.dashboard.figure_pages import add_figures
from hub.dashboard.headers import HEADERS
from hub.dashboard.material_pages import add_material_pages
from hub.dashboard.order_entry import add_order_entry
from hub.dashboard.order_holding import add_holding
from hub.dashboard.own_pages import is_ours
from hub.dashboard.packing_view import packing_at_bench, packing_of_parcel
from hub.dashboard.picking_pages import add_picking_pages
from hub.dashboard.picture_pages import add_pictures
from hub.dashboard.pulse import Pulse, TooManyListeners
from hub.dashboard.receiving_pages import add_receiving_pages
from hub.dashboard.restock_pages import add_restock
from hub.dashboard.return_pages import add_returns_pages
from hub.dashboard.scanning import add_scanning
from hub.dashboard.shipping_pages import add_shipping
from hub.dashboard.snapshot import Snapshot
from hub.dashboard.whose import ClientsShown
from hub.dashboard.wording import advice_on, title_of
from hub.dashboard.zones_view import zones_now
from hub.hub import Hub
from hub.storage.figures import ORDER_STATES

HERE = Path(__file__).parent
PAGES = (
    ("/", "Floor"),
    ("/orders", "Orders"),
    ("/waves", "Waves"),
    ("/picking", "Picking"),
    ("/backorders", "Backorders"),
    ("/restock", "Restock"),
    ("/returns", "Returns"),
    ("/receiving", "Receiving"),
    ("/exceptions", "Exceptions"),
    ("/manifests", "Manifests"),
    ("/figures", "Figures"),
    ("/scan", "Scan"),
)
NOT_FOUND = 404


def add_pages(app: FastAPI, hub: Hub) -> Pulse:
    """Add the pages of one hub to its web server; the live stream's pulse, to be closed when the server ends."""
    snapshot = Snapshot(hub)
    pulse = Pulse(version=snapshot.version, lights=snapshot.lights, figures=snapshot.figures)
    templates = Jinja2Templates(HERE / "templates")
    templates.env.globals |= {"site": hub.site.file.name} | (whose := ClientsShown(hub)).templates(PAGES)
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
    def orders(request: Request, state: str = "", client: str = "") -> HTMLResponse:
        if state and state not in ORDER_STATES:
            raise HTTPException(422, f"state: expected one of {', '.join(ORDER_STATES)}, got {state[:40]!a}.")
        rows, counts = snapshot.orders(state, whose.wanted(client))
        shown = {"rows": rows, "counts": counts, "state": state, "total": sum(counts.values()), "client": client}
        return page(request, "orders.html", "/orders", today=snapshot.today(), **shown)

    add_holding(app, hub)
    add_order_entry(app, hub, page)  # before the page of one order, whose address has room for "new"

    @app.get("/orders/{public}", response_class=HTMLResponse, include_in_schema=False)
    def order(request: Request, public: str) -> HTMLResponse:
        found = snapshot.order(public)
        if found is None:
            raise HTTPException(404, f"Expected the id of an order, got {public[:40]!a}.")
        return page(request, "order.html", "/orders", order=found)

    @app.get("/waves", response_class=HTMLResponse, include_in_schema=False)
    def waves(request: Request) -> HTMLResponse:
        shown = {"rows": snapshot.waves(), "zones": zones_now(hub), "stated": bool(hub.policy.waves)}
        return page(request, "waves.html", "/waves", **shown)

    @app.get("/backorders", response_class=HTMLResponse, include_in_schema=False)
    def backorders(request: Request, client: str = "") -> HTMLResponse:
        rows = snapshot.backorders(whose.wanted(client))
        return page(request, "backorders.html", "/backorders", rows=rows, client=client)

    _add_packing(app, hub, page)
    _add_work(app, hub, snapshot, page)
    _add_reference(app, page)
    _add_refusals(app, page)
    return pulse


def _add_packing(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """The pages on how a carton is packed: at a bench, which shows what is packed there now, and of a parcel."""

    @app.get("/benches/{station}/packing", response_class=HTMLResponse, include_in_schema=False)
    def at_bench(request: Request, station: str) -> HTMLResponse:
        with hub.engine.begin() as connection:
            view = packing_at_bench(connection, hub.policy, station)
        if view is None:
            raise HTTPException(404, f"Expected the name of a pack bench, got {station[:40]!a}.")
        return page(request, "packing.html", "", view=view, station=station)

    @app.get("/parcels/{tracking}/packing", response_class=HTMLResponse, include_in_schema=False)
    def of_parcel(request: Request, tracking: str) -> HTMLResponse:
        with hub.engine.begin() as connection:
            view = packing_of_parcel(connection, hub.policy, tracking)
        if view is None:
            raise HTTPException(404, f"Expected the tracking number of a parcel, got {tracking[:40]!a}.")
        return page(request, "packing.html", "/orders", view=view, station="")


def _add_work(app: FastAPI, hub: Hub, snapshot: Snapshot, page: Callable[..., HTMLResponse]) -> None:
    """The pages on which a person does something, or looks closer."""
    _add_closing(app, hub, snapshot, page)
    add_clients(app, hub, page)
    add_pictures(app, hub, page)
    add_picking_pages(app, hub, page)
    add_restock(app, hub, page)
    add_returns_pages(app, hub, page)
    add_material_pages(app, hub, page)
    add_receiving_pages(app, hub, page)
    add_shipping(app, hub, page)
    add_figures(app, hub, page)
    add_scanning(app, hub, snapshot, page)


def _add_reference(app: FastAPI, page: Callable[..., HTMLResponse]) -> None:
    """The page on the REST interface; it needs nothing from elsewhere."""

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    def reference(request: Request) -> HTMLResponse:
        base = str(request.base_url).rstrip("/")
        shown = operations(app.openapi())
        return page(request, "reference.html", "/docs", operations=shown, version=app.version, base=base)


def _add_refusals(app: FastAPI, page: Callable[..., HTMLResponse]) -> None:
    """A browser that asks for what there is not gets a page with the words; a program gets JSON."""

    @app.exception_handler(AnyHTTPException)
    async def refuse(request: Request, error: AnyHTTPException) -> Response:
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
            return await http_exception_handler(request, error)
        words = error.detail
        if error.detail == HTTPStatus(error.status_code).phrase:
            words = f"There is no page at {request.url.path[:200]}." if error.status_code == NOT_FOUND else error.detail
        heading = "Nothing here" if error.status_code == NOT_FOUND else "That cannot be done"
        answer = page(request, "lost.html", "", status=error.status_code, heading=heading, words=words)
        answer.status_code = error.status_code
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        return answer


def _add_closing(app: FastAPI, hub: Hub, snapshot: Snapshot, page: Callable[..., HTMLResponse]) -> None:
    """The page on which a person closes an exception."""

    def closing(request: Request, exception_id: int, status: int = 200, **content: Any) -> HTMLResponse:
        row = next((row for row in snapshot.exceptions()[0] if row["id"] == exception_id), None)
        if row is None:
            raise HTTPException(404, f"Expected the number of an open exception, got {exception_id}.")
        shown = {"actor": "", "reason": "", "wrong": ""} | content
        answer = page(request, "close.html", "/exceptions", row=row, **shown)
        answer.status_code = status
        return answer

    @app.get("/exceptions", response_class=HTMLResponse, include_in_schema=False)
    def exceptions(request: Request) -> HTMLResponse:
        rows, kinds = snapshot.exceptions()
        return page(request, "exceptions.html", "/exceptions", rows=rows, kinds=kinds, today=snapshot.today())

    @app.get("/exceptions/{exception_id}/close", response_class=HTMLResponse, include_in_schema=False)
    def ask_to_close(request: Request, exception_id: int) -> HTMLResponse:
        return closing(request, exception_id)

    @app.post("/exceptions/{exception_id}/close", response_model=None, include_in_schema=False)
    def close(
        request: Request, exception_id: int, actor: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = ""
    ) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        try:
            asked = CloseIn(actor=actor, reason=reason)
        except ValidationError:
            wrong = "Give your name and what was done, in one line each."
            return closing(request, exception_id, 422, actor=actor, reason=reason, wrong=wrong)
        close_exception(hub, exception_id, asked, WRITER_PATIENCE_S)
        return RedirectResponse("/exceptions", 303)
