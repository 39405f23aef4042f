"""A bench's screen: on a Pi the text console of its monitor, in simulation a model that eyes can read."""

import os
from pathlib import Path
from typing import Protocol

from edge.logic.screen import Screen
from firmware.errors import DeviceMissing

CONSOLE = Path("/dev/tty1")
"""The first text console of a Pi, which its monitor shows."""

_CLEAR = "\x1b[2J\x1b[H\x1b[?25l"
_TONES = {"calm": "\x1b[0;1m", "good": "\x1b[32;1m", "warn": "\x1b[33;1m", "alarm": "\x1b[31;1m"}
_PLAIN = "\x1b[0m"


class BenchScreen(Protocol):
    """Whatever shows an operator what is asked."""

    def show(self, screen: Screen) -> None:
        """Show this. Raises: FirmwareError."""
        ...

    def close(self) -> None:
        """Clear it and let go. May be called twice."""
        ...


def paint(screen: Screen) -> str:
    """The screen as text for a terminal: the prompt large and first, then the board."""
    lines = []
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
            self._fd = os.open(device, os.O_WRONLY | os.O_NOCTTY)
        except OSError as error:
            raise DeviceMissing(
                f"{device}: expected the console of the bench's monitor, got: {error.strerror}"
                " (the service's user must be in group tty)."
            ) from error

    def show(self, screen: Screen) -> None:
        """Show this. Raises: DeviceMissing."""
        try:
            os.write(self._fd, paint(screen).encode())
        except OSError as error:
            raise DeviceMissing(f"{self._device}: the screen takes nothing: {error.strerror}.") from error

    def close(self) -> None:
        """Let go; what was shown last stays. May be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class ScreenTwin:
    """A simulated screen: it keeps what it was told to show."""

    def __init__(self) -> None:
        self.shown = Screen(prompt=None, count_shown=0, board=())

    def show(self, screen: Screen) -> None:
        """Show this."""
        self.shown = screen

    def close(self) -> None:
        """Nothing to let go of."""
