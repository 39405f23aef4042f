"""A page as a bench's scanner: what the bench asks, live, and what a person scans or types, sent to its station."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints

from edge.contract.commands import ScanSymbol
from hub.api.refusals import PlainRoute
from hub.asking import NotAsked
from hub.dashboard.own_pages import is_ours
from hub.dashboard.snapshot import Snapshot
from hub.hub import Hub

ANSWER_WAIT_S = 4.0
"""How long a station may take to answer; the page then sends the same scan again."""
AWAY, NO_ANSWER = 503, 504

Short = Annotated[str, StringConstraints(max_length=80)]


class ScanIn(BaseModel):
    """A scan as the page sends it."""

    scan: Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
    """Its id, the same each time that it is sent."""
    step: Short
    text: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    symbology: Short = ""
    aim: Annotated[str, StringConstraints(max_length=3)] = ""


def add_scanning(app: FastAPI, hub: Hub, snapshot: Snapshot, page: Callable[..., HTMLResponse]) -> None:
    """Add the scanner pages of all benches.

    Args:
        app: The web server.
        hub: Its hub.
        snapshot: What is asked.
        page: Renders a template.
    """
    benches = hub.policy.benches
    routes = APIRouter(route_class=PlainRoute, include_in_schema=False)

    def known(station: str) -> None:
        if station not in {name for name, _ in benches}:
            raise HTTPException(404, f"Expected one of the site's benches, got {station[:48]!a}.")

    @routes.get("/scan", response_class=HTMLResponse)
    def all_benches(request: Request) -> HTMLResponse:
        return page(request, "scan_benches.html", "/scan", benches=benches)

    @routes.get("/scan/{station}", response_class=HTMLResponse)
    def scanner(request: Request, station: str) -> HTMLResponse:
        known(station)
        return page(request, "scan.html", "/scan", station=station)

    @routes.get("/scan/{station}/prompt")
    def prompt(station: str) -> dict[str, Any]:
        known(station)
        return snapshot.prompt(station)

    @routes.post("/scan/{station}")
    def scan(request: Request, station: str, sent: ScanIn) -> dict[str, str]:
        known(station)
        if not is_ours(request):
            raise HTTPException(403, "Expected a scan of this hub's own page.")
        command = ScanSymbol(command=sent.scan, step=sent.step, text=sent.text, symbology=sent.symbology, aim=sent.aim)
        try:
            result = hub.asking.wait(station, command, ANSWER_WAIT_S)
        except NotAsked as error:
            raise HTTPException(AWAY, str(error)) from error
        except TimeoutError as error:
            raise HTTPException(NO_ANSWER, str(error)) from error
        return {"outcome": result.outcome, "detail": result.detail}

    app.include_router(routes)
