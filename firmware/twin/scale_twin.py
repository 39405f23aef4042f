"""Twins of scales on pseudo-terminals: a bay's multi-channel indicator and a bench scale.

A load that changes is seen in motion for a moment and then settles; what a scale shows is a whole number of its
divisions. Unplugged, a twin says nothing.
"""

import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from firmware.scales import bay_line
from firmware.scales.reading import Reading
from firmware.twin.pty_port import PtyPort

SETTLE_US = (120_000, 280_000)
"""How long a load swings before it is stable, drawn anew each time."""
MOTION_EVERY_US = 100_000
REPEAT_US = 400_000
"""How often a bench scale repeats its weight after ``SIR``."""
KEEP_ALIVE_US = 4_500_000
COMMANDS_BYTES_MAX = 256
"""Commands of a bench scale kept until their line ends; what is longer loses its beginning."""
UNDER_DIVISIONS = 20
"""A load so far below nothing is under range: the pan is off."""
IDLE_WAIT_S = 0.5


@dataclass
class _Channel:
    mass_mg: int = 0
    stable_at_us: int = 0
    sent_stable: int | None = None
    sent_us: int = -KEEP_ALIVE_US
    is_cut: bool = False
    is_broken: bool = False


class _ScaleTwin:
    """What both scales share: channels with loads, a line, a thread that speaks."""

    def __init__(
        self,
        channels: Iterable[int],
        *,
        division_mg: int,
        capacity_mg: int,
        rng: random.Random,
        now_us: Callable[[], int],
        plugged: bool = True,
    ) -> None:
        self._division_mg = division_mg
        self._capacity_mg = capacity_mg
        self._rng = rng
        self._now_us = now_us
        self._channels = {channel: _Channel() for channel in channels}
        self._line = PtyPort()
        self.port = self._line.path
        self._wake = threading.Condition()
        self._plugged = plugged
        self._closed = False
        self._touched = False
        self._thread = threading.Thread(target=self._run, name="scale-twin", daemon=True)
        self._thread.start()

    def place(self, channel: int, mass_mg: int) -> None:
        """Let a channel carry this much, absolutely."""
        with self._wake:
            state = self._channels[channel]
            if state.mass_mg != mass_mg:
                state.mass_mg = mass_mg
                state.stable_at_us = self._now_us() + self._rng.randint(*SETTLE_US)
            self._touched = True
            self._wake.notify()

    def unplug(self) -> None:
        """Pull the plug: silence."""
        with self._wake:
            self._plugged = False

    def plug(self) -> None:
        """Put it back: every channel is told anew."""
        with self._wake:
            self._plugged = True
            self._start_up()
            for state in self._channels.values():
                state.sent_stable = None
                state.sent_us = -KEEP_ALIVE_US
            self._touched = True
            self._wake.notify()

    def close(self) -> None:
        """End. May be called twice."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(2)
        self._line.close()

    def _reading(self, channel: int, state: _Channel, now_us: int) -> Reading:
        if state.is_broken:
            return Reading(channel, "zero_error", None)
        if state.mass_mg > self._capacity_mg:
            return Reading(channel, "over", None)
        if state.mass_mg < -UNDER_DIVISIONS * self._division_mg:
            return Reading(channel, "under", None)
        moving = now_us < state.stable_at_us
        swing = self._rng.uniform(-4, 4) * self._division_mg if moving else 0.0
        shown = round((state.mass_mg + swing) / self._division_mg) * self._division_mg
        return Reading(channel, "motion" if moving else "stable", shown)

    def _due(self, now_us: int) -> tuple[list[Reading], int]:
        """What to send now, and when to look again."""
        readings = []
        next_us = now_us + round(IDLE_WAIT_S * 1e6)
        for channel, state in self._channels.items():
            if state.is_cut:
                continue
            moving = now_us < state.stable_at_us
            fresh = state.sent_stable != state.mass_mg
            every = MOTION_EVERY_US if moving else KEEP_ALIVE_US
            if (
                (fresh and not moving)
                or (moving and now_us - state.sent_us >= every)
                or (now_us - state.sent_us >= KEEP_ALIVE_US)
            ):
                readings.append(self._reading(channel, state, now_us))
                state.sent_us = now_us
                state.sent_stable = None if moving else state.mass_mg
            if moving:
                next_us = min(next_us, state.stable_at_us, state.sent_us + MOTION_EVERY_US)
        return readings, next_us

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._closed:
                    return
                now_us = self._now_us()
                self._touched = False
                if self._plugged:
                    readings, next_us = self._due(now_us)
                else:
                    self._line.receive(0)  # what is said to a dead scale is lost
                    readings, next_us = [], now_us + round(IDLE_WAIT_S * 1e6)
            for reading in readings:
                self._line.send(self._encode(reading))
            with self._wake:
                if self._closed:
                    return
                if not self._touched:  # a hand that came while frames were sent is not made to wait
                    self._wake.wait(max(0.001, (next_us - self._now_us()) / 1e6))

    def _start_up(self) -> None:
        """Power has come: begin as after switching on."""

    def _encode(self, reading: Reading) -> bytes:
        raise NotImplementedError


class IndicatorTwin(_ScaleTwin):
    """A bay's indicator: many channels on one bay line."""

    def cut(self, channel: int) -> None:
        """Let one channel say nothing any more."""
        with self._wake:
            self._channels[channel].is_cut = True

    def break_cell(self, channel: int) -> None:
        """Let one channel's load cell fail, which the indicator notices."""
        with self._wake:
            self._channels[channel].is_broken = True
            self._tell_anew(channel)

    def mend(self, channel: int) -> None:
        """Let one channel weigh again."""
        with self._wake:
            self._channels[channel].is_cut = self._channels[channel].is_broken = False
            self._tell_anew(channel)

    def _tell_anew(self, channel: int) -> None:
        self._channels[channel].sent_stable = None
        self._channels[channel].sent_us = -KEEP_ALIVE_US
        self._touched = True
        self._wake.notify()

    def _encode(self, reading: Reading) -> bytes:
        return bay_line.encode(reading)


class BenchScaleTwin(_ScaleTwin):
    """A bench scale that speaks MT-SICS: ``SI``, ``SIR``, ``@``; whatever else it is told is a syntax error.

    After ``SIR`` it repeats its weight until ``@``, or until it loses its power.
    """

    def __init__(self, *, division_mg: int, capacity_mg: int, rng: random.Random, now_us: Callable[[], int]) -> None:
        self._heard = bytearray()
        self._repeats = False
        # it shows as many decimals as its division has, as real ones do
        self._decimals = next(d for d in range(4) if division_mg % 10 ** (3 - d) == 0)
        super().__init__((0,), division_mg=division_mg, capacity_mg=capacity_mg, rng=rng, now_us=now_us)

    def _start_up(self) -> None:
        self._heard.clear()
        self._repeats = False

    def _due(self, now_us: int) -> tuple[list[Reading], int]:
        state = self._channels[0]
        moving = now_us < state.stable_at_us
        every_us = MOTION_EVERY_US if moving else REPEAT_US
        asked = [self._obey(command) for command in self._commands()].count(True)
        settled = not moving and state.sent_stable != state.mass_mg
        if self._repeats and (settled or now_us - state.sent_us >= every_us):
            asked += 1
        if asked:
            state.sent_us = now_us
            state.sent_stable = None if moving else state.mass_mg
        next_us = now_us + MOTION_EVERY_US
        if moving:
            next_us = min(next_us, state.stable_at_us)
        return [self._reading(0, state, now_us) for _ in range(asked)], next_us

    def _commands(self) -> list[str]:
        self._heard += self._line.receive(0)
        *lines, rest = bytes(self._heard[-COMMANDS_BYTES_MAX:]).split(b"\r\n")
        self._heard = bytearray(rest)
        return [line.decode("ascii", "replace") for line in lines]

    def _obey(self, command: str) -> bool:
        """Obey a command; whether its answer is the weight."""
        match command:
            case "SI":
                return True
            case "SIR":
                self._repeats = True
                return True
            case "@":
                self._repeats = False
                self._line.send(b'@ A "0000000001"\r\n')
            case _:
                self._line.send(b"ES\r\n")
        return False

    def _encode(self, reading: Reading) -> bytes:
        if reading.weight_mg is None:
            return b"S +\r\n" if reading.state == "over" else b"S -\r\n"
        state = "S" if reading.state == "stable" else "D"
        return f"S {state} {reading.weight_mg / 1000:10.{self._decimals}f} g\r\n".encode()
