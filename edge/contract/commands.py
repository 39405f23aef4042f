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


class RestartAgent(Command, frozen=True, kw_only=True):
    """End the agent cleanly; whoever supervises it starts it again."""


AnyCommand = Identify | RestartAgent


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A station's answer to a command."""

    command: str
    outcome: Literal["done", "refused", "failed"]
    detail: str = ""
