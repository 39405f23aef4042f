"""The composition root of a station's agent."""

import os
import random
import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from edge.agent import Agent
from edge.alone import alone
from edge.contract.site import Broker, Site, Station
from edge.contract.state import Holder
from edge.contract.version import program_version
from edge.devices import Devices
from edge.ending import on_end
from edge.evidence.keeper import Keeper, NoPictures
from edge.evidence.opening import open_keeper
from edge.hands import HandsServer
from edge.identity import Claim, Identity, board_id, claim_of
from edge.left_over import Delivery
from edge.link import Link
from edge.logic.bay import BayLogic
from edge.logic.bench import BenchLogic
from edge.metal import MetalDevices
from edge.outbox import Outbox
from edge.sender import Sender
from edge.showing import Manner
from edge.shut_out import stay_shut_out
from edge.simulated import SimulatedDevices
from edge.watchdog import Watchdog
from firmware.board import is_clock_set
from firmware.panel import AISLE, BEACON

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SWITCH_S = 0.0005
"""How long a thread may keep the interpreter when another wants it: a fact that is ready to go must not wait for the
lights to be drawn."""
_log = structlog.get_logger("main")


def monotonic_us() -> int:
    """Microseconds that never go back."""
    return time.monotonic_ns() // 1000


def wall_us() -> int:
    """UTC microseconds."""
    return time.time_ns() // 1000


def _new_id() -> str:
    return secrets.token_hex(16)


def run_station(
    site: Site, station: Station, *, broker: Broker, data: Path, hands: Path | None, simulate: bool
) -> bool:
    """Run one station's agent until it is told to end; whether it asks to be started again.

    Raises:
        AlreadyRunning: another agent of the station is running on the same data.
        OutboxDamaged: the outbox cannot be used.
        ValueError: the outbox holds memory that cannot be read.
        DeviceMissing: the GPIO header is not there or cannot have a pin.
    """
    sys.setswitchinterval(SWITCH_S)
    with alone(
        data / f"{station.name}.lock", f"an agent of {station.name}", "End that one first."
    ):  # one name, one journal
        return _run(site, station, broker=broker, data=data, hands=hands, simulate=simulate)


def places_of(station: Station) -> tuple[str, ...]:
    """Every light that a station has."""
    beacons = ((BEACON, station.beacon), (AISLE, station.aisle_beacon))
    return (*(b.name for b in station.bins), *(place for place, rgb in beacons if rgb is not None))


def manner_of(station: Station) -> Manner:
    """How a station shows its lights, and what it lets hear, as its file says."""
    return Manner(
        coded=station.lights.codes,
        brightness=station.lights.brightness,
        sounds=() if station.buzzer is None else station.buzzer.sounds,
    )


def _run(site: Site, station: Station, *, broker: Broker, data: Path, hands: Path | None, simulate: bool) -> bool:
    rng = random.Random(secrets.randbits(64))
    who = claim_of(data, station.name, board_id(data, _new_id))
    outbox = _open_outbox(data, station)

    def new_logic() -> BayLogic | BenchLogic:
        shape = BayLogic if station.is_bay else BenchLogic
        return shape(station, outbox.memory(), _new_id, outbox.journal)

    keeper = _open_keeper(data, station, lambda *told: agent.inputs().part(*told))
    simulated = SimulatedDevices(station, monotonic_us, rng, keep=keeper.keep) if simulate else None
    devices: Devices = MetalDevices(station, monotonic_us, keeper.keep) if simulated is None else simulated
    link: Link | None = None
    watchdog = Watchdog(os.environ, monotonic_us)
    agent = Agent(
        identity=Identity(version=program_version(), simulated=simulate, board=who.board, places=places_of(station)),
        new_logic=new_logic,
        outbox=outbox,
        sender=Sender(station.name, outbox, who),
        devices=devices,
        publish=lambda channel, payload: link is not None and link.publish(channel, payload),
        now_us=monotonic_us,
        year=lambda: time.gmtime().tm_year,
        manner=manner_of(station),
        alive=watchdog.pet,
        pictures=keeper,
    )
    server: HandsServer | None = None
    holders: list[Holder] = []

    def shut_out(holder: Holder) -> None:
        holders.append(holder)
        agent.stop()

    try:
        devices.start(agent.inputs())
        if simulated is not None and hands is not None:
            server = HandsServer(hands / f"{station.name}.sock", simulated)
        link = Link(
            site.file.name,
            station.name,
            broker,
            new_session=_new_id,
            rng=rng,
            on_message=agent.on_message,
            on_link=agent.on_link,
            who=who,
            on_shut_out=shut_out,
        )
        on_end(agent.stop)
        link.start()
        _log.info("running", station=station.name, journal=outbox.journal[:8], pid=os.getpid())
        agent.run()
        if holders:
            link.close()
            _stay_shut_out(site, station, broker, outbox, devices, who, holders[0], watchdog.pet)
        _log.info("ended", station=station.name, again=agent.restart_asked)
        return agent.restart_asked
    finally:
        if link is not None:
            link.close()
        if server is not None:
            server.close()
        devices.close()
        keeper.close()
        outbox.close()


def _open_keeper(data: Path, station: Station, on_health: Callable[[str, bool, str], None]) -> Keeper | NoPictures:
    return open_keeper(data, station, wall_us=wall_us, now_us=monotonic_us, on_health=on_health)


def _open_outbox(data: Path, station: Station) -> Outbox:
    return Outbox(
        data / f"{station.name}.db",
        new_id=_new_id,
        wall_us=wall_us,
        monotonic_us=monotonic_us,
        boot_id=BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else "unknown",
        synced=is_clock_set,
    )


def _stay_shut_out(
    site: Site,
    station: Station,
    broker: Broker,
    outbox: Outbox,
    devices: Devices,
    who: Claim,
    holder: Holder,
    alive: Callable[[], None],
) -> None:
    """Until told to end: another board has this station's name."""
    ended = threading.Event()
    on_end(ended.set)
    stay_shut_out(
        devices,
        lambda: Delivery(site.file.name, station.name, broker, outbox, monotonic_us),
        ended,
        place=BEACON if station.beacon is not None or not station.bins else station.bins[0].name,
        text=f"Board {holder.board} is {station.name} now; this one, {who.board}, is shut out and shows red. Take it"
        " off the network. To make it the station again, stop this agent and run: shelflight-edge device adopt"
        f" {station.name}",
        alive=alive,
    )
