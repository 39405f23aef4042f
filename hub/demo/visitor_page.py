"""The visitor's page: served by the demo's own process on a loopback port of its own, beside the hub's dashboard."""

import itertools
import random
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
import structlog
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, select_autoescape
from pydantic import BaseModel, Field

from edge.contract.hands import Seen
from hub import dashboard
from hub.dashboard.drawing import draw_floor
from hub.dashboard.headers import HEADERS
from hub.dashboard.pulse import PageServer, Pulse, TooManyListeners
from hub.demo.floor import Floor
from hub.demo.visitor import NotPossible, Visitor

HERE = Path(__file__).parent
DASHBOARD = Path(dashboard.__file__).parent
ORDER_SKUS = 5
ORDER_UNITS_MAX = 4
ORDER_TRIES = 40
ANSWER_TIMEOUT_S = 20.0
END_TIMEOUT_S = 5.0
_log = structlog.get_logger("visitor")


class Wish(BaseModel):
    """What the visitor wants to do at which bin."""

    bin: str = Field(default="", max_length=80)
    units: Annotated[int, Field(ge=1, le=200)] = 1
    button: str = "confirm"


class VisitorPage:
    """The page, its server and the visitor.

    Args:
        floor: What the demo's people share.
        hub_url: Where the shop orders, and where the dashboard is.
        rng: What the visitor's own orders ask for.
    """

    def __init__(self, floor: Floor, hub_url: str, rng: random.Random) -> None:
        self._floor = floor
        self._hub_url = hub_url
        self._rng = rng
        self._numbers = itertools.count(1)
        who = next(o for o in floor.catalogue.operators if o.name == "Visitor")
        self.visitor = Visitor(
            floor,
            name=who.name,
            badge=who.badge,
            colour=who.colour or "cyan",
            cart=floor.catalogue.totes.carts[-1],
            rng=rng,
            order=self._order,
        )
        # The people's eyes have no counter of changes: the floor is looked at each beat, while somebody listens.
        looks = itertools.count()
        self._pulse = Pulse(version=lambda: next(looks), lights=self._lights, figures=self._figures)
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(self._app(), log_level="warning", timeout_graceful_shutdown=1)
        self._server = PageServer(config, self._pulse)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), name="visitor-page", daemon=True
        )

    def start(self) -> None:
        """Serve, and let the visitor be stood in for when away."""
        self.visitor.start()
        self._thread.start()

    def close(self) -> None:
        """Stop serving. May be called twice."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(END_TIMEOUT_S)
        self._listener.close()

    # -- inside ---------------------------------------------------------------------------------------------

    def _lights(self) -> dict[str, dict[str, Any]]:
        """Every station as it is seen, and under ``me`` the visitor."""
        shown: dict[str, dict[str, Any]] = {
            name: {
                "on": True,
                "lit": [
                    [self._index.get(light.place, -1), light.colour, light.pattern, light.text] for light in seen.lights
                ],
                "alarms": sum(light.colour == "red" for light in seen.lights if light.place != "beacon"),
                "outbox": 0,
                "tasks": 0,
                "bad": [],
            }
            for name, seen in self._seen().items()
        }
        return shown | {"me": self.visitor.state()}

    def _seen(self) -> dict[str, Seen]:
        return {name: hands.seen for name, hands in self._floor.hands.items()}

    def _figures(self) -> dict[str, Any]:
        prompts = {name: seen.prompt for name, seen in self._seen().items()}
        return {
            "benches": {
                name: {"title": prompt.title, "lines": prompt.lines, "tone": prompt.tone, "ask": prompt.ask}
                for name, prompt in prompts.items()
                if prompt is not None
            }
        }

    def _contents(self, bay: str) -> dict[str, Any]:
        """What really lies in the bins of a bay."""
        world, items = self._floor.world, self._floor.catalogue.items
        homes = {stock.bin: items[stock.sku] for stock in self._floor.catalogue.bins}
        return {
            b.name: {
                "code": homes[b.name].sku,
                "description": homes[b.name].description,
                "units": len(world.bins[b.name].units),
                "held": 0,
            }
            for b in self._floor.site.stations[bay].bins
            if b.name in homes
        }

    def _order(self) -> bool:
        """Have the shop order a handful of what is on the shelves; whether it was taken."""
        stocks = list(self._floor.catalogue.bins)
        lines: list[dict[str, Any]] = []
        try:
            with httpx.Client(base_url=self._hub_url, timeout=ANSWER_TIMEOUT_S) as client:
                for stock in self._rng.sample(stocks, min(ORDER_TRIES, len(stocks))):
                    units = self._rng.randint(1, ORDER_UNITS_MAX)
                    known = client.get(f"/api/stock/{stock.sku}")
                    if known.status_code != 200 or known.json()["available"] < units + 1:
                        continue
                    lines.append({"sku": stock.sku, "units": units})
                    if len(lines) == ORDER_SKUS:
                        break
                if not lines:
                    return False
                body = {"ref": f"VISITOR-{next(self._numbers)}", "customer": "the visitor", "lines": lines}
                return client.post("/api/orders", json=body).status_code == 201
        except (httpx.TransportError, ValueError) as error:
            _log.warning("the hub did not take the visitor's order", error=repr(error))
            return False

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        loader = ChoiceLoader([FileSystemLoader(HERE / "templates"), FileSystemLoader(DASHBOARD / "templates")])
        templates = Jinja2Templates(env=Environment(loader=loader, autoescape=select_autoescape()))
        app.mount("/static", StaticFiles(directory=DASHBOARD / "static"))
        app.mount("/own", StaticFiles(directory=HERE / "static"))
        stations = self._floor.site.stations
        self._index = {b.name: i for s in stations.values() for i, b in enumerate(s.bins)} | {"beacon": -1}
        drawing = draw_floor(self._floor.site)

        @app.get("/", response_class=HTMLResponse)
        def page(request: Request) -> HTMLResponse:
            return templates.TemplateResponse(
                request,
                "visitor.html",
                {"drawing": drawing, "hub": self._hub_url, "colour": self.visitor.colour},
                headers=HEADERS,
            )

        @app.get("/live")
        async def live() -> StreamingResponse:
            try:
                line = self._pulse.join()
            except TooManyListeners as error:
                raise HTTPException(503, str(error)) from error
            return StreamingResponse(
                self._pulse.stream(line), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
            )

        @app.get("/floor/{bay}")
        def contents(bay: str) -> dict[str, Any]:
            if bay not in stations:
                raise HTTPException(404, f"Expected one of the site's bays, got '{bay}'.")
            return self._contents(bay)

        visitor = self.visitor
        acts: dict[str, Callable[[Wish], None]] = {
            "sign-on": lambda wish: visitor.sign_on(),
            "take": lambda wish: visitor.take(wish.bin, wish.units),
            "put-back": lambda wish: visitor.put_back(wish.bin, wish.units),
            "press": lambda wish: visitor.press(wish.bin, wish.button),
            "deliver": lambda wish: visitor.deliver(),
        }

        @app.post("/act/{act}")
        def do(act: str, wish: Wish) -> dict[str, Any]:
            if act not in acts:
                raise HTTPException(404, f"Expected one of {', '.join(acts)}, got '{act}'.")
            try:
                acts[act](wish)
            except NotPossible as error:
                raise HTTPException(409, str(error)) from error
            return visitor.state()

        return app
