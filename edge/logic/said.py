"""What a symbol says beyond its text."""

from dataclasses import dataclass

from edge.contract.events import Gs1Said


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is known of a symbol beside text, symbology and AIM identifier."""

    raw: bytes = b""
    """The reader's own bytes where they are not simply the text's."""
    gs1: Gs1Said | None = None
    gs1_error: str = ""
    """Why what looks like GS1 is not to be believed."""


NOTHING = Said()
