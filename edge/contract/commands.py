"""Commands: one-off requests that are not state. Never retained; expired by MQTT's own message expiry."""

from typing import Literal

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What all commands share."""

    command: str
    """The command's id; its result names it."""


class Identify(Command, frozen=True, kw_only=True):
    """Blink every light of the station for some seconds, so that a person finds it."""

    seconds: int = 10


class LocateBin(Command, frozen=True, kw_only=True):
    """Blink one bin, and its bay's beacon, for some seconds, so that a person who looks for it finds it.

    It never changes stock, and never hides a task or an alarm: where one is shown, that leads there as well. A station
    of before does not know it, and says nothing.
    """

    bin: str
    seconds: int = 20


class RestartAgent(Command, frozen=True, kw_only=True):
    """End the agent cleanly; whoever supervises it starts it again."""


class ScanSymbol(Command, frozen=True, kw_only=True):
    """Take a symbol that a person's page has read, as if the bench's own scanner had.

    The same command again is answered as done, and tells nothing: a page that got no answer may ask again.
    """

    step: str
    """The prompt that the page showed: the scan is refused if the bench asks something else by now."""
    text: str
    symbology: str = ""
    aim: str = ""


class SendPicture(Command, frozen=True, kw_only=True):
    """Send a picture that the station keeps: a JPEG in the result's ``body``, or ``refused`` with why there is none."""

    picture: str
    """Its id, as a fact named it."""


AnyCommand = Identify | LocateBin | RestartAgent | ScanSymbol | SendPicture

PICTURE_BYTES_MAX = 192 * 1024
"""No station keeps or sends a larger picture; in JSON it is a third more."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A station's answer to a command."""

    command: str
    outcome: Literal["done", "refused", "failed"]
    detail: str = ""
    body: bytes = b""
    """What was asked for, if that is no text: a picture's JPEG; base64 in JSON."""


def result_of(command: Command, refused: str = "", body: bytes = b"") -> Result:
    """The answer to a command: done, or refused with why."""
    return Result(command=command.command, outcome="refused" if refused else "done", detail=refused, body=body)
