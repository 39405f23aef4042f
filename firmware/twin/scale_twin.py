"""Twins of scales on pseudo-terminals: a bay's multi-channel indicator, and bench scales of each protocol.

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
from firmware.twin.scale_voices import VOICES

SETTLE_US = (120_000, 280_000)
"""How long a load swings before it is stable, drawn anew each time."""
MOTION_EVERY_US = 100_000
REPEAT_US = 400_000
"""How often a bench scale that streams says its weight."""
KEEP_ALIVE_US = 4_500_000
UNDER_DIVISIONS = 20
"""A load so far below nothing is under range: the pan is off."""
IDLE_WAIT_S = 0.5


@dataclass
class _Channel:
    mass_mg: int = 0
    off_mg: int = 0
    """What was zeroed and tared away."""
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
        self._start_up()
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
        shown = round((state.mass_mg - state.off_mg + swing) / self._division_mg) * self._division_mg
        return Reading(channel, "motion" if moving else "stable", shown)

    def _zero(self, channel: int) -> bool:
        """Make what lies there the zero; False while it moves or is out of range."""
        state = self._channels[channel]
        if self._reading(channel, state, self._now_us()).state != "stable":
            return False
        state.off_mg = state.mass_mg
        return True

    def _tare(self, channel: int) -> bool:
        """Take what lies there off the weight, likewise; nothing and less cannot be a tare."""
        return self._channels[channel].mass_mg > 0 and self._zero(channel)

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
    """A bay's indicator: many channels on one bay line. It obeys the bay line's commands within half a second.

    A zero or a tare that it cannot do now it answers, as any command, with the channel as it is.
    """

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

    def _due(self, now_us: int) -> tuple[list[Reading], int]:
        for frame in self._heard.feed(self._line.receive(0)):
            told = bay_line.decode_command(frame)
            if told is None or told[0] not in self._channels or self._channels[told[0]].is_cut:
                continue
            channel, command = told
            if command == "Z":
                self._zero(channel)
            elif command == "T":
                self._tare(channel)
            self._channels[channel].sent_stable = None
            self._channels[channel].sent_us = now_us - KEEP_ALIVE_US
        return super()._due(now_us)

    def _start_up(self) -> None:
        self._heard = bay_line.frames()

    def _tell_anew(self, channel: int) -> None:
        self._channels[channel].sent_stable = None
        self._channels[channel].sent_us = -KEEP_ALIVE_US
        self._touched = True
        self._wake.notify()

    def _encode(self, reading: Reading) -> bytes:
        return bay_line.encode(reading)


class BenchScaleTwin(_ScaleTwin):
    """A bench scale that speaks one of the protocols with one pan, from poll to answer or streaming."""

    def __init__(
        self,
        *,
        protocol: str = "mt_sics",
        division_mg: int,
        capacity_mg: int,
        rng: random.Random,
        now_us: Callable[[], int],
        plugged: bool = True,
    ) -> None:
        self._voice = VOICES[protocol](division_mg)
        super().__init__(
            (0,), division_mg=division_mg, capacity_mg=capacity_mg, rng=rng, now_us=now_us, plugged=plugged
        )

    def show(self) -> Reading:
        """What lies there now: the scale's side of its protocol."""
        return self._reading(0, self._channels[0], self._now_us())

    def zero(self) -> bool:
        """Make what lies there the zero: the scale's side of its protocol."""
        return self._zero(0)

    def tare(self) -> bool:
        """Take what lies there off the weight, likewise."""
        return self._tare(0)

    def break_cell(self) -> None:
        """Let its load cell fail, which the scale notices."""
        with self._wake:
            self._channels[0].is_broken = True

    def mend(self) -> None:
        """Let it weigh again."""
        with self._wake:
            self._channels[0].is_broken = False

    def _start_up(self) -> None:
        self._voice.start_up()

    def _due(self, now_us: int) -> tuple[list[Reading], int]:
        state = self._channels[0]
        moving = now_us < state.stable_at_us
        answer = self._voice.hear(self._line.receive(0), self)
        if answer:
            self._line.send(answer)
            self._told(state, moving, now_us)
        every_us = MOTION_EVERY_US if moving else REPEAT_US
        settled = not moving and state.sent_stable != state.mass_mg
        readings = []
        if self._voice.repeats and (settled or now_us - state.sent_us >= every_us):
            readings = [self._reading(0, state, now_us)]
            self._told(state, moving, now_us)
        next_us = now_us + MOTION_EVERY_US
        if moving:
            next_us = min(next_us, state.stable_at_us)
        return readings, next_us

    def _told(self, state: _Channel, moving: bool, now_us: int) -> None:
        state.sent_us = now_us
        state.sent_stable = None if moving else state.mass_mg

    def _encode(self, reading: Reading) -> bytes:
        return self._voice.say(reading)
