"""A hub on the demo's own site, served with its pages, whose stations are played by telling its Live what they show.

Run as a program it serves until stopped, to look at the pages: ``python -m tests.browser.served_floor PORT``.
"""

import random
import shutil
import socket
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import uvicorn

from edge.contract.site import Broker, load_site
from edge.contract.state import Lit, Presence, Reported
from hub.api.app import routes, web_app
from hub.clock import BusinessClock
from hub.dashboard.pages import add_pages
from hub.dashboard.pulse import PageServer
from hub.demo.site_maker import make_site, read_templates, write_site
from hub.domain.order_file import parse_orders
from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, receive_order
from hub.hub import Hub, wall_us
from hub.site.catalogue import load_catalogue
from hub.storage import exceptions
from hub.storage.writer import Actor
from tests.waiting import wait_until

CONFIG = Path(__file__).parents[2] / "config" / "demo"
NINE_US = 1_298_970_000_000_000
"""2011-03-01 09:00 UTC."""
COLOURS = ("blue", "green", "magenta", "cyan")


class ServedFloor:
    """The hub and its web server on a free port of loopback.

    Args:
        data: An empty directory.
        orders: How many orders of the demo's day the hub has taken.
        port: 0 for a free one.
        site: Another site than the demo's, which has no orders.
    """

    def __init__(self, data: Path, orders: int = 12, port: int = 0, site: Path | None = None) -> None:
        data.mkdir(exist_ok=True)
        day = parse_orders((CONFIG / "orders_2011-03-01.csv").read_text("utf-8")).orders
        files = make_site(
            day, seed=7, broker_host="127.0.0.1", broker_port=1, templates=read_templates(CONFIG), name="demo"
        )
        if site is None:
            write_site(data / "site", files)
        else:
            shutil.copytree(site, data / "site")
            orders = 0
        now = wall_us()
        self.hub = Hub(
            site=load_site(data / "site"),
            catalogue=load_catalogue(data / "site"),
            database=data / "hub.db",
            broker=Broker(),
            clock=BusinessClock(NINE_US, now, 120.0),
            wall_us=wall_us,
            rng=random.Random(7),
        )
        for order in day[:orders]:
            lines = tuple(OrderedLine(sku=li.sku, units=li.units, price_minor=li.price_minor) for li in order.lines)
            new = NewOrder(
                ref=order.ref, customer=order.customer, country=order.country, placed_us=NINE_US, lines=lines
            )
            self.hub.writer.call(Actor("shop", "order", order.ref), lambda tx, new=new: receive_order(tx, new))
        app = web_app()
        app.include_router(routes(self.hub))
        self.pulse = add_pages(app, self.hub)
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        self._server = PageServer(config, self.pulse)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_until(lambda: self._server.started, 10, "the web server")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """Stop serving. May be called twice."""
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive(), "the web server did not end"
        self.hub.close()

    def everybody_comes(self) -> None:
        """All stations are online and dark."""
        for name in self.hub.site.stations:
            self.hub.live.on_presence(name, Presence(online=True, session="a"))
            self.shows(name)

    def goes(self, station: str) -> None:
        """A station's connection is lost."""
        self.hub.live.on_presence(station, Presence(online=False, session="a"))

    def shows(self, station: str, *lit: Lit, outbox_rows: int = 0) -> None:
        """A station says what it shows."""
        self.hub.live.on_reported(
            station,
            Reported(
                version="0",
                simulated=True,
                desired_generation=0,
                desired_version=1,
                lit=lit,
                open_tasks=tuple(light.task for light in lit if light.task),
                alarms=tuple(light.place for light in lit if light.colour == "red"),
                parts=(),
                outbox_rows=outbox_rows,
            ),
        )

    def busy(self, rng: random.Random) -> None:
        """A floor at work: lights of four pickers, a put-away, a count, two alarms, one station away."""
        self.everybody_comes()
        came_us = wall_us()
        bays = [s for s in self.hub.site.stations.values() if s.is_bay]
        for bay in bays:
            bins = rng.sample(bay.bins, min(len(bay.bins), rng.randrange(1, 8)))
            self.shows(bay.name, *(pick_light(b.name, rng) for b in bins))
        self.shows(
            "bay-03",
            Lit(place="bay-03/12", colour="red", pattern="blink", text="A -1"),
            Lit(place="bay-03/20", colour="yellow", text="P 24", task="p"),
            Lit(place="bay-03/33", colour="white", text="C  6", task="c"),
            Lit(place="bay-03/01", colour="blue", text="D  2", task="d"),
        )
        self.shows("bay-10", Lit(place="bay-10/05", colour="red", pattern="blink", text="!-3"), outbox_rows=3)
        self.goes("bay-17")
        for kind, place, detail in (
            ("over_pick", "bay-03/12", "One too many taken at bay-03/12: -1"),
            ("wrong_bin", "bay-10/05", "wrong bin at bay-10/05: 3 taken out"),
        ):
            self.hub.writer.call(
                Actor("hub", "test"),
                lambda tx, kind=kind, place=place, detail=detail: exceptions.open_once(tx, kind, place, detail),
            )
        for late_us in (9_000, 31_000):
            # a fact counts that happened after its station had come
            wait_until(lambda late_us=late_us: wall_us() - late_us > came_us, 5, "the stations to have come")
            self.hub.live.committed("bay-01", 20, wall_us() - late_us)


def pick_light(place: str, rng: random.Random) -> Lit:
    """A pick as a bin shows it."""
    return Lit(
        place=place, colour=rng.choice(COLOURS), text=f"{rng.choice('ABCDEFGH')}{rng.randrange(1, 60):>3}", task=place
    )


if __name__ == "__main__":
    with TemporaryDirectory() as directory, ServedFloor(Path(directory), port=int(sys.argv[1])) as served:
        served.busy(random.Random(3))
        print(served.url, flush=True)
        threading.Event().wait()
