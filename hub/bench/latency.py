"""From a confirmed pick to the next light at another bay: what the whole chain takes, against its floor.

The chain, on real processes: debounced edge, commit to the station's outbox, MQTT, commit to the ledger, desired
state, MQTT, the light at the other station. The floor, measured in the same run on the same disk and broker: one
plain MQTT echo (there and back) and two durable SQLite commits.
"""

import math
import random
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.contract.hands import SeenLight
from edge.contract.site import SiteFile, load_toml
from hub.demo.day import Day, Options
from hub.demo.floor import Floor, number_shown
from hub.demo.hands import Hands
from hub.demo.picker import Picker, Skill
from hub.domain.order_file import FileLine, FileOrder, OrderFile
from hub.live import percentiles_ms

STILL_S = 0.8
"""The scale has come to rest this long after units were taken."""
LIGHT_TIMEOUT_S = 5.0
LOOK_EVERY_S = 0.02
"""The stations note the times themselves; looking seldom leaves them the processor."""
SKUS = 60
FLOOR_SAMPLES = 200
PLACED_US = 1_300_000_000_000_000


class MeasuringPicker(Picker):
    """Follows one light at a time and notes how long the next one takes, if it is at another bay."""

    def __init__(self, floor: Floor, name: str, rng: random.Random, *, badge: str, colour: str, wanted: int) -> None:
        super().__init__(floor, name, rng, badge=badge, colour=colour, cart="CART-1", skill=Skill())
        self._wanted = wanted
        self.samples_us: list[int] = []
        self.done = threading.Event()

    def _pick(self, station: str, light: SeenLight) -> None:
        hands = self.floor.hands[station]
        taken = self.floor.world.take_from_bin(light.place, number_shown(light.text))
        self.floor.world.tote(self._totes[light.text[:1]]).units.extend(taken)
        self.floor.stop.wait(STILL_S)
        others = [eyes for name, eyes in self.floor.hands.items() if name != station and name.startswith("bay")]
        if any(self._lit_since_us(eyes) for eyes in others):
            self._confirm(hands, light, len(taken), len(taken))
            return
        pressed_us = hands.press(f"confirm {light.place}")
        deadline = time.monotonic() + LIGHT_TIMEOUT_S
        while time.monotonic() < deadline and not self.floor.stop.wait(LOOK_EVERY_S):
            lit_us = [since_us for eyes in others if (since_us := self._lit_since_us(eyes))]
            if lit_us:
                self.samples_us.append(min(lit_us) - pressed_us)
                break
            if any(light.colour == self._colour for light in hands.seen.lights if light.place != "beacon"):
                break  # the next light is at this same bay
        if len(self.samples_us) >= self._wanted:
            self.done.set()

    def _lit_since_us(self, eyes: Hands) -> int:
        """Since when a bay has a light for this picker; 0 if it has none."""
        seen = eyes.seen
        return seen.lights_since_us if any(light.colour == self._colour for light in seen.lights) else 0


class LatencyDay(Day):
    """A floor with one picker who measures."""

    def __init__(self, samples: int, directory: Path, say: Callable[[str], None]) -> None:
        super().__init__(Options(orders=_orders(), speed=math.inf, data=directory, deliveries=False), say)
        self._samples = samples
        self.picker: MeasuringPicker | None = None

    def site_files(self, broker_port: int) -> dict[str, str]:
        """The site's files, one light of a cart at a time."""
        files = super().site_files(broker_port)
        files["site.toml"] = files["site.toml"].replace("lights_ahead = 0", "lights_ahead = 1")
        assert "lights_ahead = 1" in files["site.toml"], "the site file names its lights ahead"
        return files

    def _hire(self, rng: random.Random) -> None:
        assert self.floor is not None
        who = next(o for o in self.floor.catalogue.operators if o.role == "picker")
        self.picker = MeasuringPicker(
            self.floor, who.name, rng, badge=who.badge, colour=who.colour or "blue", wanted=self._samples
        )
        self.people.append(self.picker)


def _orders() -> OrderFile:
    """Orders whose lines go to and fro between the bays."""
    orders = []
    for number in range(40):
        lines = tuple(
            FileLine(number=n + 1, sku=f"SKU{sku:03d}", description=f"Thing {sku}", units=1 + sku % 3, price_minor=100)
            for n, sku in enumerate(random.Random(number).sample(range(SKUS), 20))
        )
        orders.append(
            FileOrder(ref=f"L{number}", placed_us=1_300_000_000_000_000, customer="", country="", lines=lines)
        )
    return OrderFile(orders=tuple(orders), skipped={}, bad=(), bad_lines=0)


def measure(samples: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Run the benchmark.

    Returns:
        ``chain_ms``, ``echo_ms``, ``commit_ms``: {p50, p99} each; ``samples``; ``ratio``: the chain's p50 over
        (echo + two commits).
    """
    with tempfile.TemporaryDirectory(prefix="shelflight-bench-") as name:
        day = LatencyDay(samples, Path(name), say)
        try:
            day.start()
            assert day.picker is not None
            deadline = time.monotonic() + 60 + 4 * samples
            while not day.picker.done.wait(1.0) and time.monotonic() < deadline:
                say(f"{len(day.picker.samples_us)} of {samples} lights measured")
            port = load_toml(Path(name) / "site" / "site.toml", SiteFile).broker.port
            say("measuring the floor")
            echo, commits = _echo_us(port), _commits_us(Path(name) / "floor.db")
            chain = sorted(day.picker.samples_us)
        finally:
            day.close()
    floor_ms = percentiles_ms(echo)["p50"] + 2 * percentiles_ms(commits)["p50"]
    return {
        "samples": len(chain),
        "chain_ms": percentiles_ms(chain),
        "echo_ms": percentiles_ms(echo),
        "commit_ms": percentiles_ms(commits),
        "ratio": round(percentiles_ms(chain)["p50"] / floor_ms, 2) if floor_ms else 0.0,
    }


def _echo_us(port: int) -> list[int]:
    """Sorted round trips of a small message through the broker and back, from another client."""
    back = threading.Event()

    def client(name: str) -> mqtt.Client:
        made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        made.on_socket_open = _no_delay
        return made

    here, there = client("bench-here"), client("bench-there")

    def answer(client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        client.publish("bench/back", message.payload, qos=1)

    there.on_message = answer
    here.on_message = lambda _c, _d, _m: back.set()
    for one, topic in ((here, "bench/back"), (there, "bench/forth")):
        one.connect("127.0.0.1", port)
        one.subscribe(topic, 1)
        one.loop_start()
    time.sleep(0.3)
    samples = []
    for _ in range(FLOOR_SAMPLES):
        back.clear()
        begun = time.monotonic_ns()
        here.publish("bench/forth", b"x" * 300, qos=1)
        if back.wait(2):
            samples.append((time.monotonic_ns() - begun) // 1000)
    for one in (here, there):
        one.disconnect()
        one.loop_stop()
    return sorted(samples)


def _commits_us(path: Path) -> list[int]:
    """Sorted times of one-row commits, durable as ours are."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)")
    samples = []
    for _ in range(FLOOR_SAMPLES):
        begun = time.monotonic_ns()
        db.execute("INSERT INTO t (body) VALUES (?)", (b"x" * 300,))
        samples.append((time.monotonic_ns() - begun) // 1000)
    db.close()
    return sorted(samples)


def _no_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    inner = getattr(sock, "_socket", sock)
    if isinstance(inner, socket.socket):
        inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
