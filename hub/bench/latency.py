"""From a confirmed pick to the next light at another bay: what the whole chain takes, against its floor.

The chain, on real processes: debounced edge, commit to the station's outbox, MQTT, commit to the ledger, desired
state, MQTT, the light at the other station. Its floor (:mod:`hub.bench.yardstick`): one plain MQTT echo, there and
back, and two durable SQLite commits, measured in the same run, between the lights, on the same disk and broker.
"""

import math
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge.contract.hands import SeenLight
from edge.contract.site import SiteFile, load_toml
from hub.bench.yardstick import Yardstick
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
NO_LIGHT_S = 120.0
"""So long without a light at another bay: there will be none."""
"""The stations note the times themselves; looking seldom leaves them the processor."""
SKUS = 60
WITHOUT_PAUSES = 200
"""Samples of the yardstick in one go."""
PLACED_US = 1_300_000_000_000_000


class MeasuringPicker(Picker):
    """Follows one light at a time and notes how long the next one takes, if it is at another bay."""

    def __init__(self, floor: Floor, name: str, rng: random.Random, *, badge: str, colour: str, wanted: int) -> None:
        super().__init__(floor, name, rng, badge=badge, colour=colour, cart="CART-1", skill=Skill())
        self._wanted = wanted
        self.yardstick: Yardstick | None = None
        """Laid on once while the scale comes to rest, when there is one."""
        self.samples_us: list[int] = []
        self.echoes_us: list[int] = []
        self.commits_us: list[int] = []
        self.done = threading.Event()

    def _pick(self, station: str, light: SeenLight) -> None:
        hands = self.floor.hands[station]
        taken = self.floor.world.take_from_bin(light.place, number_shown(light.text))
        self.floor.world.tote(self._totes[light.text[:1]]).units.extend(taken)
        self.floor.stop.wait(STILL_S / 2)
        if self.yardstick is not None:
            self.echoes_us.append(self.yardstick.echo_us())
            self.commits_us.append(self.yardstick.commit_us())
        self.floor.stop.wait(STILL_S / 2)
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
        """The site's files, one light of a cart at a time. No aisles: a route stays at a bay as long as it can,
        and what is measured is the way to another one."""
        files = super().site_files(broker_port)
        site = files["site.toml"].replace("lights_ahead = 0", "lights_ahead = 1")
        assert "lights_ahead = 1" in site, "the site file names its lights ahead"
        files["site.toml"], routes = re.subn(r"^\[aisles\]\n(?:(?!\[).*\n?)*", "", site, flags=re.MULTILINE)
        assert routes == 1, "the site file says where people walk"
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
        ``samples``; ``chain_ms``, ``echo_ms``, ``commit_ms``: {p50, p99, samples} each; ``ratio``: the chain's p50 over
        (echo + two commits), sampled between the lights; ``without_pauses``: echo, commit and ratio as they are when
        the yardstick is taken in one go.

    Raises:
        TimeoutError: the broker does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="shelflight-bench-") as name:
        day = LatencyDay(samples, Path(name), say)
        try:
            day.start()
            assert day.picker is not None
            port = load_toml(Path(name) / "site" / "site.toml", SiteFile).broker.port
            yardstick = Yardstick(port, Path(name))
            try:
                day.picker.yardstick = yardstick
                _wait_for(day.picker, samples, say)
                day.picker.yardstick = None
                say("measuring the yardstick without pauses")
                echoes = sorted(yardstick.echo_us() for _ in range(WITHOUT_PAUSES))
                commits = sorted(yardstick.commit_us() for _ in range(WITHOUT_PAUSES))
            finally:
                day.stop.set()
                yardstick.close()
        finally:
            day.close()
    chain = sorted(day.picker.samples_us)
    between = _against(chain, sorted(day.picker.echoes_us), sorted(day.picker.commits_us))
    return {
        "samples": len(chain),
        "chain_ms": percentiles_ms(chain),
        **between,
        "without_pauses": _against(chain, echoes, commits),
    }


def _wait_for(picker: MeasuringPicker, samples: int, say: Callable[[str], None]) -> None:
    """Wait until so many lights were measured, or none has been for :data:`NO_LIGHT_S`."""
    measured, since_s = 0, time.monotonic()
    while not picker.done.wait(1.0) and time.monotonic() < since_s + NO_LIGHT_S:
        say(f"{len(picker.samples_us)} of {samples} lights measured")
        if len(picker.samples_us) > measured:
            measured, since_s = len(picker.samples_us), time.monotonic()


def _against(chain: list[int], echoes: list[int], commits: list[int]) -> dict[str, Any]:
    """The chain against one echo and two commits. All sorted, in microseconds."""
    echo_ms, commit_ms = percentiles_ms(echoes), percentiles_ms(commits)
    floor_ms = echo_ms["p50"] + 2 * commit_ms["p50"]
    ratio = round(percentiles_ms(chain)["p50"] / floor_ms, 2) if floor_ms else 0.0
    return {"echo_ms": echo_ms, "commit_ms": commit_ms, "ratio": ratio}
