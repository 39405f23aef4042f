"""The page on packing materials, and the form by which a count is keyed in."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from hub.api.app import WRITER_PATIENCE_S
from hub.api.materials import MaterialCountIn, materials_now, say
from hub.dashboard.own_pages import is_ours
from hub.dashboard.wording import day_text
from hub.handlers import materials as saying
from hub.hub import Hub
from hub.storage import materials
from hub.storage.writer import Actor


def add_material_pages(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add the page.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    def shown(request: Request, status: int = 200, **content: Any) -> HTMLResponse:
        with hub.engine.begin() as connection:
            benches = [one.station for one in materials.benches(connection, hub.site_id)]
        rows = [
            row | {"coming": [one | {"due": day_text(one["due_us"], hub.policy.zone)} for one in row["on_order"]]}
            for row in materials_now(hub)
        ]
        content = {"wrong": "", "actor": "", "rows": rows, "benches": benches} | content
        answer = page(request, "materials.html", "/restock", **content)
        answer.status_code = status
        return answer

    @app.get("/materials", response_class=HTMLResponse, include_in_schema=False)
    def listed(request: Request) -> HTMLResponse:
        return shown(request)

    @app.post("/materials", response_model=None, include_in_schema=False)
    def count(
        request: Request,
        sku: Annotated[str, Form()] = "",
        bench: Annotated[str, Form()] = "",
        units: Annotated[str, Form()] = "",
        actor: Annotated[str, Form()] = "",
    ) -> Response:
        if not is_ours(request):
            raise HTTPException(403, "Expected the form of this hub's own page.")
        try:
            said = MaterialCountIn(sku=sku, bench=bench, units=int(units), actor=actor)
        except (ValidationError, ValueError):
            wrong = "Give a whole number of units, 0 or more, and your name."
            return shown(request, 422, wrong=wrong, actor=actor)
        say(
            hub,
            Actor(said.actor, "count material", f"{said.sku} at {said.bench}: {said.units}"),
            lambda tx: saying.count(tx, said.sku, said.bench, said.units, said.actor),
            WRITER_PATIENCE_S,
        )
        return RedirectResponse("/materials", 303)
