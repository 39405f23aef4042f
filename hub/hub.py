"""The hub put together: database, writer, fact taker, flows, link and publisher. Used by main and by benchmarks."""

import random
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future

import numpy as np
import structlog
from sqlalchemy import Connection, Engine

from edge.contract import codec
from edge.contract.commands import Result
from edge.contract.events import (
    Envelope,
)
from edge.contract.site import Broker, Site
from edge.contract.state import Ack, BayDesired, BenchDesired, Presence, Reported
from edge.contract.topics import Channel
from hub.asking import Asking
from hub.backorder_news import BackorderNews
from hub.boards import Boards
from hub.clock import BusinessClock
from hub.drop_shipping import DropShipping
from hub.flows import FLOWS, handlers_of, idle_sessions
from hub.generation import Generations
from hub.handlers import (
    counts,
)
from hub.handlers.benches import BenchDesk
from hub.handlers.cart_proposals import Proposals
from hub.handlers.desired import BOARD_KINDS, desired_state
from hub.handlers.facts import FactTaker
from hub.handlers.late import after_a_count
from hub.handlers.policy import Policy
from hub.ids import Ids
from hub.keeping import Keeping
from hub.link.broker import HubLink
from hub.link.publisher import Publisher
from hub.live import Live
from hub.locating import Located, locate
from hub.manifests import Manifests
from hub.pictures import Pictures
from hub.planning import Planner
from hub.reallocation import Reallocation
from hub.replenishing import Replenishing
from hub.restocking import Restocking
from hub.shipping import Shipping
from hub.site.catalogue import Catalogue
from hub.site.golive import go_live, policy_of
from hub.storage import floor
from hub.storage.database import Where, open_database, open_readers
from hub.storage.writer import Actor, Writer

REVIEW_EVERY_US = 1_800_000_000
"""Stock is reviewed for restocking every half hour of business time."""
WAVES_EVERY_US = 60_000_000
"""So often (business time) the boards are looked at again where orders wait for waves: one may have opened."""
PRINT_PAUSE_S = 5.0
"""Labels that were not printed are sent again at most this often."""
PICTURES_PAUSE_S = 2.0
"""Pictures of exceptions are asked for at most this often."""
TIMER_S = 0.25
"""The boards are published at most this often: people read them, lights do not wait for them."""
CLOSE_WAIT_S = 5.0
"""How long closing waits for the timer's work."""
TIMER_RETRY_S = 5.0
"""What the timer could not do is tried again after this long."""
FACTS_WAIT_S = 5.0
"""Facts wait this long for room in the writer's queue, no longer: meanwhile the network thread cannot answer the
broker's keep-alive. What is refused the station sends again."""
_log = structlog.get_logger("hub")


class Hub:
    """One hub over one database.

    Args:
        site, catalogue: The site's files.
        database: Where the database is.
        broker: Where the broker is.
        clock: Business time.
        wall_us: UTC microseconds.
        rng: For public ids.
    """

    def __init__(
        self,
        *,
        site: Site,
        catalogue: Catalogue,
        database: Where,
        broker: Broker,
        clock: BusinessClock,
        wall_us: Callable[[], int],
        rng: random.Random,
    ) -> None:
        self.site = site
        self.policy: Policy = policy_of(site, catalogue)
        self.clock = clock
        self.now_us = clock.now(wall_us)
        self._wall_us = wall_us
        self._writing: Engine = open_database(database)
        self._publishing: Engine = open_readers(database, 1)
        self.engine: Engine = open_readers(database)
        """What pages and questions read with: neither the writer nor the lights wait for them."""
        self.live = Live(wall_us)
        self.desk = BenchDesk(FLOWS, self.policy, proposals := Proposals())
        self._ids = ids = Ids(wall_us, rng)
        founded = go_live(self._writing, site, catalogue, idle=idle_sessions(), now_us=self.now_us(), ids=ids)
        with self.engine.begin() as connection:
            version = floor.version(connection)
        self.generations = Generations(founded.generation, version, site.stations)
        self.site_id, self.client_id, self.clients = founded.site_id, founded.client_id, founded.clients
        self.writer = Writer(
            self._writing, now_us=self.now_us, ids=ids, site_id=founded.site_id, client_id=founded.client_id
        )
        self.taker = self._fact_taker(founded.generation)
        self.link = HubLink(
            site.file.name,
            broker,
            take=self.take,
            on_reported=self._reported,
            on_presence=self._presence,
            on_connected=self._connected,
            on_result=self._answered,
        )
        self.asking = Asking(self.link.command, self._is_there)
        self.pictures = Pictures(self.engine, self.writer, self.asking, ids.new)
        self.restocking = Restocking(self.engine, self.writer, self.policy, self.site_id)
        self.drop_shipping = DropShipping(self.engine, self.writer, self.policy)
        self.keeping = Keeping(self.engine, self.writer, site_id=self.site_id, policy=self.policy, now_us=self.now_us)
        self.replenishing = Replenishing(self.engine, self.writer, site_id=self.site_id, now_us=self.now_us)
        of_each = [client.id for client in self.clients]
        self.reallocation = Reallocation(self.engine, self.writer, self.site_id, of_each, now_us=self.now_us)
        self.publisher = Publisher(
            changed_since=self._changed_since,
            desired=self.desired,
            publish=lambda station, payload: self.link.publish(station, Channel.DESIRED, payload),
        )
        self.planner = self._planner(proposals, rng.getrandbits(64))
        self.writer.before_commit = self._next_light
        self.writer.on_commit = self._committed
        self.shipping = Shipping(catalogue, self.engine, self.writer, self.policy, self.now_us)
        self._stop = threading.Event()
        self._timer = threading.Thread(target=self._run_timer, name="timer", daemon=True)
        self._backorder_news = BackorderNews(self.engine, self.writer, self.policy)
        self._manifests = Manifests(self.engine, self.writer, self.policy, self.now_us)
        self.timer_failures = 0
        """How often the timer's work could not be done and was put off."""
        self._reviewed_us = self._waves_us = self.now_us()
        self._board_due = False
        self._board_s = 0.0
        self._print_s = self._pictures_s = 0.0
        self.boards = Boards(self.writer, self.live, self.link.publish)
        self.writer.start()

    def _fact_taker(self, generation: int) -> FactTaker:
        return FactTaker(
            handlers_of(self.desk),
            generation=generation,
            business_us=self.clock.at,
            on_new_journal=counts.suspect_station,
            on_doubt=counts.suspect_bin,
            on_overdue=counts.book_unexplained,
            on_late=after_a_count,
        )

    def _planner(self, proposals: Proposals, seed: int) -> Planner:
        rng = np.random.default_rng(seed)
        return Planner(self.engine, self.policy, proposals, site_id=self.site_id, now_us=self.now_us, rng=rng)

    def start(self) -> None:
        """Connect and publish."""
        self.publisher.start()
        self.planner.start()
        self.shipping.start()
        self.link.start()
        self._timer.start()

    def close(self) -> None:
        """Stop everything. May be called twice."""
        self._stop.set()
        self.link.close()
        self.planner.close()
        self.publisher.close()
        self.shipping.close()
        if self._timer.is_alive():
            self._timer.join(CLOSE_WAIT_S)
        self.writer.close()
        for engine in (self.engine, self._publishing, self._writing):
            engine.dispose()

    def desired(self, station: str) -> tuple[int, bytes]:
        """A station's desired state from one snapshot: its version, and it encoded. Called by the publisher."""
        return self.desired_of([station])[0]

    def desired_of(self, stations: Iterable[str]) -> list[tuple[int, bytes]]:
        """The desired states of several stations from one snapshot: the version of each, and it encoded."""
        with self._publishing.begin() as connection:
            states = [self._desired(connection, station) for station in stations]
        for version in {state.version for state in states}:
            self.generations.read(version)
        return [(state.version, codec.encode(state)) for state in states]

    def _desired(self, connection: Connection, station: str) -> BayDesired | BenchDesired:
        return desired_state(
            connection,
            station,
            generation=self.taker.generation,
            desk=self.desk,
            policy=self.policy,
            now_us=self.now_us(),
        )

    def _next_light(self, connection: Connection, stations: list[str]) -> Callable[[], None]:
        """Before a commit: the state of the station whose turn it is, to go out the moment that it is committed."""
        if not stations or stations[-1] not in self.site.stations:
            return lambda: None
        state = self._desired(connection, stations[-1])
        payload = codec.encode(state)

        def committed() -> None:
            self.generations.read(state.version)
            self.publisher.first(stations[-1], state.version, payload)

        return committed

    def _changed_since(self, cursor: int | None) -> tuple[int, list[str]]:
        """Which stations' desired state changed, the most urgent first; all of them for None."""
        known = {*self.policy.bays, *(name for name, _ in self.policy.benches)}
        with self._publishing.begin() as connection:
            if cursor is None:
                return floor.version(connection), sorted(known)
            newest, stations, board = floor.changed_stations(connection, cursor)
        self._board_due = self._board_due or board
        if self._board_due and time.monotonic() - self._board_s >= TIMER_S:
            self._board_due = False
            self._board_s = time.monotonic()
            boards = (name for name, kind in self.policy.benches if kind in BOARD_KINDS)
            stations = list(dict.fromkeys([*stations, *boards]))
        # a picker that leaves a bay, or comes to it, may leave its aisle or come to it
        touched = [beacon for beacon, bays in self.policy.aisles if not set(bays).isdisjoint(stations)]
        stations = list(dict.fromkeys([*stations, *touched]))
        return newest, [station for station in stations if station in known]

    def locate(self, bins: Iterable[str], seconds: int) -> list[Located]:
        """Let bins blink for somebody who looks for them. Raises: NoSuchBin, NoWay, OutgoingFull."""
        live = self.live.stations
        return locate(
            bins,
            site=self.site,
            link=self.link,
            is_online=lambda station: station in live and live[station].online,
            new_id=self._ids.new,
            seconds=seconds,
        )

    def _answered(self, station: str, result: Result) -> None:
        self.asking.answered(station, result)

    def _is_there(self, station: str) -> bool:
        live = self.live.stations.get(station)
        return self.link.connected and live is not None and live.online

    def _connected(self) -> None:
        self.live.connected()
        self.publisher.again()

    def _committed(self) -> None:
        self.publisher.wake()
        self.planner.wake()
        self.shipping.wake()
        self.live.touch()

    def take(self, envelope: Envelope) -> "Future[Ack]":
        """Take in what a station says; the acknowledgement is there once it is committed."""
        first = envelope.events[0] if envelope.events else None
        ref = f"{envelope.journal[:8]}#{0 if first is None else first.seq}"
        done = self.writer.submit(
            Actor(envelope.device, "facts", ref), lambda tx: self.taker.take(tx, envelope), wait_s=FACTS_WAIT_S
        )
        wall_us = 0 if first is None else first.wall_us

        def committed(done: "Future[Ack]") -> None:
            if done.exception() is None:
                self.generations.held(envelope.device, done.result())
                self.live.committed(envelope.device, len(envelope.events), wall_us)

        done.add_done_callback(committed)
        return done

    def _presence(self, device: str, presence: Presence) -> None:
        self.boards.heard(device, presence)

    def _reported(self, device: str, reported: Reported) -> None:
        if not self.boards.speaks_for(device, reported.board):
            return
        self.live.on_reported(device, reported)
        if self.generations.doubts(device, reported):
            done = self.writer.submit(
                Actor("hub", "generation", device),
                lambda tx: self.generations.check(tx, device, reported),
                wait_s=FACTS_WAIT_S,
            )
            done.add_done_callback(self._checked)

    def _checked(self, done: "Future[tuple[int, list[tuple[str, Ack]]]]") -> None:
        """On the writer's thread, once it is committed."""
        if (failure := done.exception()) is not None:
            _log.error("not known whether this database was restored; asked at the next report", error=str(failure))
            return
        generation, told = done.result()
        if generation == self.taker.generation:
            return
        _log.warning("stations know more than this database: it was restored", generation=generation)
        self.generations.begin(generation)
        self.taker.generation = generation
        for station, ack in told:
            self.link.acknowledge(station, ack)
        self.publisher.again()

    def _run_timer(self) -> None:
        rest_until_s = 0.0
        while not self._stop.wait(TIMER_S):
            if self._board_due:
                self.publisher.wake()
            if time.monotonic() < rest_until_s:
                continue
            for job in self._jobs():
                try:
                    job()
                except Exception:  # noqa: BLE001 - what fails is tried again, and holds nothing else up
                    if self._stop.is_set():
                        return
                    self.timer_failures += 1
                    _log.exception("the timer's work was not done", job=job.__name__, again_after_s=TIMER_RETRY_S)
                    rest_until_s = time.monotonic() + TIMER_RETRY_S

    def _jobs(self) -> tuple[Callable[[], object], ...]:
        """What the timer looks after, each for itself."""
        return (
            *(self._review_waiting_facts, self._print_again, self._fetch_pictures, self._review_stock),
            *(self._open_waves, self._manifests.look, self.keeping.look, self.reallocation.look),
            self.drop_shipping.look,
            self.replenishing.look,
            self._backorder_news.look,
        )

    def _review_waiting_facts(self) -> None:
        if self.taker.may_wait:
            self.writer.call(Actor("hub", "waiting facts"), self.taker.review)

    def _print_again(self) -> None:
        if self.desk.may_print and time.monotonic() >= self._print_s:
            self._print_s = time.monotonic() + PRINT_PAUSE_S
            self.writer.call(Actor("hub", "print again"), self.desk.print_again)

    def _fetch_pictures(self) -> None:
        if time.monotonic() >= self._pictures_s:
            self._pictures_s = time.monotonic() + PICTURES_PAUSE_S
            self.pictures.fetch_wanted()

    def _review_stock(self) -> None:
        if self.now_us() - self._reviewed_us >= REVIEW_EVERY_US:
            self.review_stock()

    def _open_waves(self) -> None:
        if self.policy.waves and self.now_us() - self._waves_us >= WAVES_EVERY_US:
            self._waves_us = self.now_us()
            self._board_due = True

    def review_stock(self) -> list[str]:
        """Restock what has fallen to its reorder point; the purchase orders written."""
        numbers = self.restocking.review(self.now_us())
        self._reviewed_us = self.now_us()
        if numbers:
            _log.info("ordered", purchase_orders=numbers)
        return numbers


def wall_us() -> int:
    """UTC microseconds."""
    return time.time_ns() // 1000
