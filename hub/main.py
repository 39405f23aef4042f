"""The composition root of the hub's process."""

import random
import secrets
import sys
from pathlib import Path

import structlog
import uvicorn

from edge.alone import alone
from edge.contract.site import Broker, Site
from edge.ending import on_end
from hub.api.app import routes, web_app
from hub.clock import BusinessClock
from hub.dashboard.pages import add_pages
from hub.dashboard.pulse import PageServer
from hub.hub import Hub, wall_us
from hub.ports import take_port
from hub.site.catalogue import Catalogue
from hub.storage.database import Where

SWITCH_S = 0.0005
"""How long a thread may keep the interpreter when another wants it. The writer gives it up at every statement;
with Python's own 5 ms it would wait that long dozens of times for one fact while a page is being computed."""
_log = structlog.get_logger("main")


def run_hub(
    site: Site,
    catalogue: Catalogue,
    *,
    data: Path,
    database: Where,
    broker: Broker,
    clock: BusinessClock,
    port: int,
) -> None:
    """Run the hub and its web server on loopback until it is told to end. ``data``: where it leaves what
    is its own on this machine.

    Raises:
        AlreadyRunning: another hub is running on the same data.
        BadDatabase: the database is no hub's, or of a newer version.
        PortInUse: the web port is taken.
    """
    with alone(data / "hub.lock", "a hub"):
        _run(site, catalogue, database, broker, clock, port)


def _run(site: Site, catalogue: Catalogue, database: Where, broker: Broker, clock: BusinessClock, port: int) -> None:
    listener = take_port(port)
    hub = Hub(
        site=site,
        catalogue=catalogue,
        database=database,
        broker=broker,
        clock=clock,
        wall_us=wall_us,
        rng=random.Random(secrets.randbits(64)),
    )
    app = web_app()
    app.include_router(routes(hub))
    pulse = add_pages(app, hub)
    sys.setswitchinterval(SWITCH_S)
    server = PageServer(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1), pulse)

    def stop() -> None:
        server.should_exit = True

    on_end(stop)  # the server raises again what it was told to end by: this time nobody dies of it
    try:
        hub.start()
        _log.info("running", port=listener.getsockname()[1], generation=hub.taker.generation)
        server.run(sockets=[listener])
    finally:
        hub.close()
