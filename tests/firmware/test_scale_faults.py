"""Each scale protocol on a line that is sick: pulled out, babbling, half, slow. Nothing is weighed that is not there,
the reason is told, and it recovers by itself."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.scales.line import ScaleLine
from firmware.scales.protocols import PROTOCOLS
from firmware.scales.reading import Reading
from tests.firmware.cable import Cable
from tests.firmware.scale_golden import GOLDEN
from tests.waiting import wait_until

STALE_AFTER_US = 1_000_000
BABBLE_BYTES = 40
SLOW_S = 0.4


def now_us() -> int:
    return time.monotonic_ns() // 1_000


class Sick:
    """A line of one protocol on a cable."""

    def __init__(self, name: str, cable: Cable) -> None:
        self.cable = cable
        self.frame, self.reading = GOLDEN[name].read[0]
        self.weights: list[int | None] = []
        self.health: list[tuple[bool, str]] = []
        protocol = PROTOCOLS[name]
        self.line = ScaleLine(
            str(cable.path),
            replace(protocol.settings, data_bits=8, parity="none"),  # all that a pseudo-terminal has
            protocol.new_codec,
            stale_after_us=STALE_AFTER_US,
            on_reading=self._take,
            on_health=lambda ok, why: self.health.append((ok, why)),
            now_us=now_us,
        )
        self.line.start()

    def _take(self, reading: Reading) -> None:
        self.weights.append(reading.weight_mg)

    def failed(self) -> bool:
        """Whether the line is told as failed."""
        return bool(self.health) and not self.health[-1][0]

    def weighs(self) -> bool:
        """Whether it is well and has weighed since it was looked at last."""
        return bool(self.weights) and self.health[-1][0]


class Ward:
    """A sick line of each protocol, all at once."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[str, Sick] = {}
        for name in PROTOCOLS:
            cable = Cable(folder / name)
            cable.plug()
            self.lines[name] = Sick(name, cable)

    def until(self, what: str, is_so: Callable[[Sick], object], says: Callable[[Sick], bytes]) -> None:
        """Each scale says this again and again, until it is so on every line."""
        left: list[str] = []

        def so() -> bool:
            for sick in self.lines.values():
                if sick.cable.pty is not None:
                    sick.cable.pty.receive(0)
                    sick.cable.pty.send(says(sick))
            left[:] = [name for name, sick in self.lines.items() if not is_so(sick)]
            return not left

        try:
            wait_until(so, 8, what)
        except AssertionError as error:
            told = {name: (self.lines[name].weights[-3:], self.lines[name].health[-2:]) for name in left}
            raise AssertionError(f"{error} Not so: {told}") from error

    def weighs(self) -> None:
        """Each weighs what its golden frame says, and has weighed nothing else since it was looked at last."""
        for name, sick in self.lines.items():
            assert set(sick.weights) <= {sick.reading.weight_mg}, name
            sick.weights.clear()
        self.until("a weight", Sick.weighs, lambda sick: sick.frame)

    def close(self) -> None:
        """End all."""
        for sick in self.lines.values():
            sick.line.close()
            sick.cable.unplug()


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = Ward(tmp_path)
    yield made
    made.close()


def test_every_scale_that_babbles_says_halves_or_is_pulled_out_is_told_and_weighs_again_when_it_is_back(
    ward: Ward,
) -> None:
    rng = random.Random(20261123)
    ward.weighs()
    ward.until("the babble told", Sick.failed, lambda sick: rng.randbytes(BABBLE_BYTES))
    ward.weighs()
    ward.until("the halves told", Sick.failed, lambda sick: sick.frame[: len(sick.frame) // 2])
    for name, sick in ward.lines.items():
        assert ["no valid frame" in why for ok, why in sick.health if not ok] == [True, True], name
    ward.weighs()
    for sick in ward.lines.values():
        sick.cable.unplug()
    ward.until("the cable told", lambda sick: sick.failed() and "No such file" in sick.health[-1][1], lambda sick: b"")
    for sick in ward.lines.values():
        sick.cable.plug()
    ward.weighs()


def test_a_slow_scale_is_read_when_it_answers(ward: Ward) -> None:
    said_s = dict.fromkeys(ward.lines.values(), 0.0)

    def slowly(sick: Sick) -> bytes:
        if time.monotonic() - said_s[sick] < SLOW_S:
            return b""
        said_s[sick] = time.monotonic()
        return sick.frame

    ward.until("three weights", lambda sick: len(sick.weights) >= 3, slowly)
    for name, sick in ward.lines.items():
        assert set(sick.weights) == {sick.reading.weight_mg}, name
        assert sick.health == [(True, "")], name
