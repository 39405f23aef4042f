"""The REST interface of a real hub over a small site; no station is connected."""

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from fastapi.testclient import TestClient

from edge.contract.site import Broker, load_site
from hub.api.app import routes, web_app
from hub.clock import BusinessClock
from hub.dashboard.pages import add_pages
from hub.demo.site_maker import write_site
from hub.hub import Hub, wall_us
from hub.site.catalogue import load_catalogue
from tests.databases import database_of
from tests.hub.demo_site import a_day, sale, site_of
from tests.waiting import wait_until

NOON_US = 1_298_980_800_000_000
"""2011-03-01 12:00 UTC."""
UNITS_A_BIN = 20


class ApiFloor:
    """A hub that sells the SKUs 10 and 11, its interface and its pages.

    Args:
        data: An empty directory.
        patience_s: How long the interface waits for the writer.
        changed: Makes another site of the site's files.
    """

    def __init__(
        self, data: Path, patience_s: float = 30.0, changed: Callable[[dict[str, str]], dict[str, str]] = dict
    ) -> None:
        files = site_of(a_day(sale("A", "10", 3), sale("A", "11", 4)).orders)
        head, *bins = files["bins.csv"].strip().split("\n")
        files["bins.csv"] = "\n".join((head, *(f"{row.rsplit(',', 1)[0]},{UNITS_A_BIN}" for row in bins))) + "\n"
        write_site(data / "site", changed(files))
        self.hub = Hub(
            site=load_site(data / "site"),
            catalogue=load_catalogue(data / "site"),
            database=database_of(data),
            broker=Broker(),
            clock=BusinessClock(NOON_US, wall_us(), 1000.0),
            wall_us=wall_us,
            rng=random.Random(7),
        )
        self.app = app = web_app()
        app.include_router(routes(self.hub, patience_s=patience_s))
        self._pulse = add_pages(app, self.hub)
        self.client = TestClient(app, "http://127.0.0.1", follow_redirects=False)

    @contextmanager
    def served(self) -> Iterator[str]:
        """The interface on a free port of loopback; its address."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        wait_until(lambda: server.started, 10, "the web server")
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()
        self.hub.close()
