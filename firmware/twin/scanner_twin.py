"""The twin of a handheld scanner on a pseudo-terminal: it types as a keyboard or sends lines, as it is set."""

from firmware.scanners.keys import events_of
from firmware.twin.pty_port import PtyPort


class ScannerTwin:
    """A scanner with a trigger.

    Args:
        keyboard: Whether it types (USB HID), else it sends lines.
        sends_aim: Whether it is set to send AIM identifiers.
    """

    def __init__(self, *, keyboard: bool, sends_aim: bool = True) -> None:
        self._keyboard = keyboard
        self._sends_aim = sends_aim
        self._line = PtyPort()
        self.port = self._line.path
        self._plugged = True

    def scan(self, text: str, aim: str = "") -> None:
        """Pull the trigger before a symbol. Raises: ValueError, a character that no key types."""
        told = (aim if self._sends_aim else "") + text
        if self._plugged:
            self._line.send(events_of(told) if self._keyboard else told.encode() + b"\r\n")

    def send(self, data: bytes) -> None:
        """Send these bytes as they are: half a scan, or nonsense."""
        self._line.send(data)

    def unplug(self) -> None:
        """Pull the plug: triggers say nothing."""
        self._plugged = False

    def plug(self) -> None:
        """Put it back."""
        self._plugged = True

    def close(self) -> None:
        """End. May be called twice."""
        self._line.close()
