"""A serial line with a scale at its end, read on a thread of its own, reopened when it was unplugged."""

import termios
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from queue import Empty, Full, Queue

import serial

from firmware.scales.channels import Channels
from firmware.scales.codec import Codec, LineSettings
from firmware.scales.reading import Reading

REOPEN_FIRST_S = 0.2
REOPEN_MAX_S = 5.0
"""Reopening is tried after 0.2 s, then twice as late each time, at most every 5 s, for as long as it takes."""
READ_TIMEOUT_S = 0.5
WRITE_TIMEOUT_S = 1.0
"""A line that takes no greeting for so long is a fault."""


COMMANDS_MAX = 4
"""Commands for the scale that wait for the line; one more is refused."""
_PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


class ScaleLine:
    """Reads a scale until it is closed.

    Args:
        port: The serial device; on a Pi by id.
        settings: Bits a second, and how a byte is sent.
        new_codec: Makes a fresh codec each time the line opens.
        stale_after_us: Silence that counts as a fault: the line is opened anew. A single channel that is silent for
            so long while others speak is told as ``zero_error``.
        channels: The channels that weigh something, where there are several on the line.
        on_reading: Called on the line's thread with each reading.
        on_health: Called on the line's thread with (True, "") or (False, why) when that, or the reason, changes.
        on_channel: Called on the line's thread with (channel, healthy, why) when that changes.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        port: str,
        settings: LineSettings,
        new_codec: Callable[[], Codec],
        *,
        stale_after_us: int,
        on_reading: Callable[[Reading], None],
        on_health: Callable[[bool, str], None],
        now_us: Callable[[], int],
        channels: Collection[int] = (),
        on_channel: Callable[[int, bool, str], None] = lambda _channel, _healthy, _why: None,
    ) -> None:
        self._port = port
        self._settings = settings
        self._new_codec = new_codec
        self._stale_after_us = stale_after_us
        self._on_reading = on_reading
        self._on_health = on_health
        self._now_us = now_us
        self._channels = Channels(channels, stale_after_us, on_channel)
        self._commands: Queue[bytes] = Queue(COMMANDS_MAX)
        self._stop = threading.Event()
        self._told: tuple[bool, str] | None = None
        self._reopen_wait_s = REOPEN_FIRST_S
        self._thread = threading.Thread(target=self._run, name="scale", daemon=True)

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(3)

    def zero(self, channel: int = 0) -> bool:
        """Let the scale make what lies on a channel its zero, as soon as the line is free; what came of it is seen by
        the readings. False if its protocol has no such command or too many wait; a line that is down forgets them."""
        return self._tell_scale(self._new_codec().zero(channel))

    def tare(self, channel: int = 0) -> bool:
        """Let the scale take what lies on a channel off its weight, likewise."""
        return self._tell_scale(self._new_codec().tare(channel))

    def _tell_scale(self, command: bytes | None) -> bool:
        if command is None:
            return False
        try:
            self._commands.put_nowait(command)
        except Full:
            return False
        return True

    def _run(self) -> None:
        while not self._stop.is_set():
            codec = self._new_codec()
            try:
                with serial.Serial(
                    self._port,
                    self._settings.baud,
                    bytesize=self._settings.data_bits,
                    parity=_PARITIES[self._settings.parity],
                    stopbits=self._settings.stop_bits,
                    timeout=min(READ_TIMEOUT_S, codec.poll_every_us / 1e6) if codec.poll else READ_TIMEOUT_S,
                    write_timeout=WRITE_TIMEOUT_S,
                    exclusive=True,
                ) as line:
                    if self._settings.parity != "none":
                        _check_parity(line)
                    self._read(line, codec)
            except (serial.SerialException, OSError, termios.error, ValueError, OverflowError) as error:
                # pyserial says ValueError to a setting that it cannot take, such as a negative baud
                self._tell(False, f"{self._port}: expected a scale, got: {error}")
            self._stop.wait(self._reopen_wait_s)
            self._reopen_wait_s = min(2 * self._reopen_wait_s, REOPEN_MAX_S)

    def _read(self, line: serial.Serial, codec: Codec) -> None:
        """Read until the line is closed or has been silent for too long: a scale that lost its power meanwhile has
        forgotten what it was asked for, and is asked again by the next opening."""
        if codec.hello:
            line.write(codec.hello)
        heard_at_us, bytes_since = self._now_us(), 0
        poll_at_us = heard_at_us
        while not self._commands.empty():
            self._commands.get_nowait()  # meant for a scale as it was before the line went down
        self._channels.opened(heard_at_us)
        while not self._stop.is_set():
            now_us = self._now_us()
            if not codec.poll or now_us >= poll_at_us:
                line.write(self._next_command() or codec.poll)
                poll_at_us = now_us + codec.poll_every_us
            data = line.read(1)
            if data:
                data += line.read(line.in_waiting)
            now_us = self._now_us()
            bytes_since += len(data)
            for reading in codec.feed(data):
                self._heard(replace(reading, at_us=now_us))
                heard_at_us, bytes_since = now_us, 0
            line.write(codec.reply())
            if now_us - heard_at_us > self._stale_after_us:
                self._tell(False, f"{self._port}: {self._silence(bytes_since)}")
                return
            for channel in self._channels.fallen_silent(heard_at_us):
                self._on_reading(Reading(channel, "zero_error", None, now_us))

    def _next_command(self) -> bytes:
        """What waits to be sent, in the place of a poll: scales want a pause between any two commands."""
        try:
            return self._commands.get_nowait()
        except Empty:
            return b""

    def _silence(self, bytes_since: int) -> str:
        """What to look for: a line on which nothing comes has another fault than one on which nonsense comes."""
        stale_s = self._stale_after_us / 1e6
        if not bytes_since:
            return f"silent for {stale_s:.0f} s"
        return f"bytes, but for {stale_s:.0f} s no valid frame: check protocol and line settings ({self._settings})"

    def _heard(self, reading: Reading) -> None:
        self._reopen_wait_s = REOPEN_FIRST_S
        self._tell(True, "")
        self._channels.take(reading)
        self._on_reading(reading)

    def _tell(self, healthy: bool, why: str) -> None:
        if (healthy, why) != self._told:
            self._told = (healthy, why)
            self._on_health(healthy, why)


def _check_parity(line: serial.Serial) -> None:
    """Let the line turn a byte of wrong parity into a NUL, which is in no frame: pyserial only ever sends parity, and
    takes whatever comes. It forgets this when any of its settings is changed on the open line.

    Source: termios(3), INPCK without IGNPAR and PARMRK.
    """
    modes = termios.tcgetattr(line.fileno())
    modes[0] |= termios.INPCK
    termios.tcsetattr(line.fileno(), termios.TCSANOW, modes)
