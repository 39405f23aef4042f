"""What a light is, whatever drives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Rgb = tuple[int, int, int]
"""Red, green, blue, 0 to 255 each."""


@dataclass(frozen=True)
class Shine:
    """What one place shows: a colour and, where there is a display, up to four characters."""

    rgb: Rgb
    text: str = ""


class LightPanel(Protocol):
    """All lights of a station."""

    def show(self, shines: Mapping[str, Shine]) -> None:
        """Show exactly this: a place that is not named is dark. Raises: FirmwareError."""
        ...

    def close(self) -> None:
        """Turn everything off and let go of the metal. May be called twice."""
        ...
