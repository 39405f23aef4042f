"""A bench's screen: the text console of its Pi's monitor."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from edge.logic.screen import Screen
from firmware.errors import DeviceMissing

CONSOLE = Path("/dev/tty1")
"""The first text console of a Pi, which its monitor shows."""

RETRY_US = 5_000_000
"""A screen that failed is opened again this often, for as long as it takes."""

_CLEAR = "\x1b[2J\x1b[H\x1b[?25l"
_TONES = {"calm": "\x1b[0;1m", "good": "\x1b[32;1m", "warn": "\x1b[33;1m", "alarm": "\x1b[31;1m"}
_PLAIN = "\x1b[0m"


class BenchScreen(Protocol):
    """Whatever shows an operator what is asked."""

    def show(self, screen: Screen) -> None:
        """Show this. Raises: DeviceMissing."""
        ...

    def close(self) -> None:
        """Clear it and let go. May be called twice."""
        ...


def paint(screen: Screen) -> str:
    """The screen as text for a terminal: the station's own trouble first, then the prompt, large, then the board."""
    lines = []
    if screen.trouble:
        lines += [f"{_TONES[screen.tone]}{_tame(line)}{_PLAIN}" for line in screen.trouble.splitlines()]
        lines.append("")
    prompt = screen.prompt
    if prompt is not None:
        lines += [f"{_TONES[prompt.tone]}{_tame(prompt.title)}{_PLAIN}", "", *map(_tame, prompt.lines)]
        if prompt.ask == "count":
            lines += ["", f"{_TONES['calm']}   {screen.count_shown}{_PLAIN}"]
    lines.append("")
    lines += [_tame(f"{line.who:<16} {line.doing:<8} {line.text}") for line in screen.board]
    return _CLEAR + "\r\n".join(lines) + "\r\n"


def _tame(text: str) -> str:
    """Text that others wrote, unable to steer the terminal."""
    return "".join(character for character in text if character.isprintable())


class ConsoleScreen:
    """The text console of a Pi's monitor. Raises: DeviceMissing."""

    def __init__(self, device: Path = CONSOLE) -> None:
        self._device = device
        try:
            self._fd = os.open(device, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise DeviceMissing(
                f"{device}: expected the console of the bench's monitor, got: {error.strerror}"
                " (the service's user must be in group tty)."
            ) from error

    def show(self, screen: Screen) -> None:
        """Show this, without ever waiting: a console stopped by Ctrl-S must not stop the bench.

        Raises: DeviceMissing, also if it took only a part.
        """
        painted = paint(screen).encode()
        try:
            taken = os.write(self._fd, painted)
        except OSError as error:
            raise DeviceMissing(
                f"{self._device}: the screen takes nothing: {error.strerror} (stopped by Ctrl-S? Ctrl-Q lets it go on)."
            ) from error
        if taken < len(painted):
            raise DeviceMissing(f"{self._device}: expected the screen to take {len(painted)} bytes, it took {taken}.")

    def close(self) -> None:
        """Let go; what was shown last stays. May be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class KeptScreen:
    """A screen that is opened when there is something to show, and again after it failed.

    Args:
        open_screen: Opens it. Raises: DeviceMissing.
        on_health: Called with (True, "") or (False, why) when that, or the reason, changes.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        open_screen: Callable[[], BenchScreen],
        on_health: Callable[[bool, str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._open_screen = open_screen
        self._on_health = on_health
        self._now_us = now_us
        self._screen: BenchScreen | None = None
        self._wanted: Screen | None = None
        self._shown: Screen | None = None
        self._try_at_us = 0
        self._told: tuple[bool, str] | None = None

    def show(self, screen: Screen) -> None:
        """Show this, now or as soon as the screen is there."""
        self._wanted = screen
        self.poll()

    def poll(self) -> None:
        """Show what is still to be shown; called some times a second."""
        now_us = self._now_us()
        if self._wanted is None or self._wanted == self._shown or now_us < self._try_at_us:
            return
        try:
            if self._screen is None:
                self._screen = self._open_screen()
            self._screen.show(self._wanted)
        except DeviceMissing as error:
            self.close()
            self._try_at_us = now_us + RETRY_US
            self._tell(False, str(error))
        else:
            self._shown = self._wanted
            self._tell(True, "")

    def close(self) -> None:
        """Let go. May be called twice."""
        self._shown = None
        if self._screen is not None:
            self._screen.close()
            self._screen = None

    def _tell(self, healthy: bool, why: str) -> None:
        if (healthy, why) != self._told:
            self._told = (healthy, why)
            self._on_health(healthy, why)
