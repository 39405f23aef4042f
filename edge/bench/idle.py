"""What a station costs that nobody works at, and what each confirmed pick writes to its card.

The real agent's process with ``--simulate`` on a real broker. The twins of its devices run in the same process: what
they cost is in the figures, and real metal would cost less.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.bench.acknowledging_hub import AcknowledgingHub
from edge.bench.idle_site import BIN_LOAD_MG, UNIT_MG
from edge.bench.process_cost import cost_of, cpu_pct, written_per_hour
from edge.contract.events import StationStarted, UnitsPicked, WeightSettled
from edge.contract.hands import Look, Place, Press, Seen
from edge.contract.site import Broker, Site, Station
from edge.contract.state import BayDesired, BinContent, Task
from edge.hands_client import HandsClient, NoHands

MOSQUITTO_PLACES = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
START_TIMEOUT_S = 30.0
STEP_TIMEOUT_S = 15.0
LOOK_EVERY_S = 0.02
PICK_UNITS = 2
CPU_PCT_MAX = {"bay": 3.0, "bench": 15.0}
"""Targets, in percent of one core."""
RESIDENT_BYTES_MAX = 80 * 1024 * 1024


class NotMeasured(Exception):
    """The station could not be measured; the text says what was expected and what came."""


@dataclass(frozen=True, kw_only=True)
class Idle:
    """What was measured of one station."""

    station: str
    bins: int
    camera: bool
    hub: str
    """"acknowledges", or "none": a broker without a hub."""
    seconds: float
    cpu_pct: float
    """Of one core, the devices' twins included."""
    cpu_pct_max: float
    resident_bytes: int
    written_bytes_per_hour: int
    facts: int
    """Facts told while nobody worked."""
    picks: int
    written_bytes_per_pick: int | None
    """A confirmed pick with its weight; None if there were none."""
    facts_per_pick: float | None

    @property
    def is_met(self) -> bool:
        """Whether the targets are met; a camera's station has none for memory."""
        small = self.camera or self.resident_bytes < RESIDENT_BYTES_MAX
        return small and self.cpu_pct < self.cpu_pct_max


def measure(
    site: Site, files: Path, station: Station, work: Path, *, seconds: float, settle_s: float, picks: int, hub: bool
) -> Idle:
    """Start the station, leave it alone, and then pick from it.

    Args:
        site, files: The site, and where its files are.
        station: The one to measure.
        work: An empty directory, on the disk that is to be written to.
        seconds: How long it is left alone.
        settle_s: How long before, from when its scales are loaded.
        picks: How many picks are made afterwards.
        hub: Whether a hub acknowledges.

    Raises: NotMeasured.
    """
    with ExitStack() as stack:
        port = stack.enter_context(_broker(work))
        played = AcknowledgingHub(site.file.name, Broker(host="127.0.0.1", port=port), acknowledges=hub)
        stack.callback(played.close)
        agent = stack.enter_context(_agent(files, station.name, work, port))
        hands = stack.enter_context(_hands(work, station.name, agent))
        for scale in [b.name for b in station.bins if b.channel is not None] if station.scale else []:
            hands.do(Place(scale=scale, mass_mg=BIN_LOAD_MG))
        if not played.wait_for(StationStarted, 1, START_TIMEOUT_S):
            raise NotMeasured(f"{station.name}: expected its first fact within {START_TIMEOUT_S:.0f} s, got none.")
        if station.is_bay:
            played.want(station.name, _desired(station, 0, None))
        time.sleep(settle_s)
        facts, before = played.facts, cost_of(agent.pid)
        time.sleep(seconds)
        after, told = cost_of(agent.pid), played.facts - facts
        facts, worn = played.facts, cost_of(agent.pid)
        for n in range(1, picks + 1):
            _pick(played, hands, station, n)
        worn_out = cost_of(agent.pid)
        return Idle(
            station=station.name,
            bins=len(station.bins),
            camera=station.camera is not None,
            hub="acknowledges" if hub else "none",
            seconds=round(after.at_s - before.at_s, 1),
            cpu_pct=round(cpu_pct(before, after), 2),
            cpu_pct_max=CPU_PCT_MAX["bay" if station.is_bay else "bench"],
            resident_bytes=after.resident_bytes,
            written_bytes_per_hour=written_per_hour(before, after),
            facts=told,
            picks=picks,
            written_bytes_per_pick=round((worn_out.written_bytes - worn.written_bytes) / picks) if picks else None,
            facts_per_pick=(played.facts - facts) / picks if picks else None,
        )


def _pick(hub: AcknowledgingHub, hands: HandsClient, station: Station, n: int) -> None:
    """One pick: lit, taken, confirmed, weighed."""
    place = station.bins[n % len(station.bins)]
    hub.want(station.name, _desired(station, n, place.name))
    _until(lambda: _is_lit(hands, place.name), f"a light at {place.name}")
    rounds = 1 + n // len(station.bins)
    hands.do(Place(scale=place.name, mass_mg=BIN_LOAD_MG - rounds * PICK_UNITS * UNIT_MG))
    hands.do(Press(control=f"confirm {place.name}"))
    for kind in (UnitsPicked, WeightSettled):
        if not hub.wait_for(kind, n, STEP_TIMEOUT_S):
            raise NotMeasured(f"{place.name}: expected {kind.__name__} within {STEP_TIMEOUT_S:.0f} s, got none.")


def _desired(station: Station, n: int, place: str | None) -> BayDesired:
    """What the hub wants: every bin's content, and a pick at one place."""
    bins = tuple(BinContent(bin=b.name, sku=f"SKU-{b.name}", unit_mg=UNIT_MG, spread_mg=500) for b in station.bins)
    tasks: tuple[Task, ...] = ()
    if place is not None:
        task = Task(task=f"T{n}", kind="pick", bin=place, units=PICK_UNITS, mark="A", colour="green", order=n)
        tasks = (task,)
    return BayDesired(generation=1, version=n + 1, as_of=None, tasks=tasks, bins=bins)


def _is_lit(hands: HandsClient, place: str) -> bool:
    seen = hands.do(Look())
    return isinstance(seen, Seen) and any(light.place == place and light.colour == "green" for light in seen.lights)


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + STEP_TIMEOUT_S
    while not condition():
        if time.monotonic() > deadline_s:
            raise NotMeasured(f"Expected {what} within {STEP_TIMEOUT_S:.0f} s, got none.")
        time.sleep(LOOK_EVERY_S)


@contextmanager
def _broker(work: Path) -> Iterator[int]:
    """A mosquitto of our own on loopback: its port."""
    program = shutil.which("mosquitto") or next((p for p in MOSQUITTO_PLACES if Path(p).exists()), None)
    if program is None:
        raise NotMeasured("Expected the MQTT broker mosquitto, found none: apt-get install mosquitto.")
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = int(line.getsockname()[1])
    config = work / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n")
    process = subprocess.Popen([program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        _end(process)


@contextmanager
def _agent(files: Path, name: str, work: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The station's own process."""
    command = [sys.executable, "-m", "edge.run", "run", "--simulate", "--station", name, "--site", str(files)]
    command += ["--data", str(work / "data"), "--hands", str(work / "run"), "--broker", f"127.0.0.1:{port}"]
    with (work / "agent.log").open("ab") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        yield process
    finally:
        _end(process)


@contextmanager
def _hands(work: Path, name: str, agent: subprocess.Popen[bytes]) -> Iterator[HandsClient]:
    """The hands of the station, as soon as it has some."""
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            client = HandsClient(work / "run" / f"{name}.sock")
            break
        except NoHands as error:
            if agent.poll() is not None or time.monotonic() > deadline_s:
                said = (work / "agent.log").read_text("utf-8", "replace")[-500:]
                raise NotMeasured(f"{name}: expected a running station, got: {error} It said: {said}") from error
            time.sleep(LOOK_EVERY_S)
    with client:
        yield client


def _end(process: subprocess.Popen[bytes]) -> None:
    """Tell it to end, and end it if it does not."""
    process.terminate()
    try:
        process.wait(STEP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
