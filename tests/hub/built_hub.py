"""A whole hub over a small site of the demo's own kind, without a web server."""

import random
from collections.abc import Callable
from pathlib import Path

from edge.contract.site import Broker, load_site
from hub.clock import BusinessClock
from hub.demo.site_maker import write_site
from hub.hub import Hub, wall_us
from hub.site.catalogue import load_catalogue
from hub.storage.database import Where
from tests.databases import database_of
from tests.hub.demo_site import a_day, sale, site_of

NOBODY = Broker(host="127.0.0.1", port=1)
"""No broker listens there."""
SKUS = ("85123A", "22423", "84879", "47566")


def small_site(directory: Path) -> Path:
    """The files of a site that sells :data:`SKUS`; its directory."""
    if not directory.exists():
        write_site(directory, site_of(a_day(*(sale(f"{n}", sku, 3) for n, sku in enumerate(SKUS, 536365))).orders))
    return directory


def build_hub(
    directory: Path,
    *,
    database: Where | None = None,
    broker: Broker = NOBODY,
    clock: Callable[[], int] = wall_us,
    site: Path | None = None,
) -> Hub:
    """A hub whose database is that of ``directory`` unless told otherwise.

    It writes, but is not connected until it is started.

    ``clock``: wall time, which is its business time too.
    """
    files = small_site(directory / "site") if site is None else site
    return Hub(
        site=load_site(files),
        catalogue=load_catalogue(files),
        database=database_of(directory) if database is None else database,
        broker=broker,
        clock=BusinessClock.real(),
        wall_us=clock,
        rng=random.Random(7),
    )
