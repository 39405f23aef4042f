"""What a station's agent says it is."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the agent says it is."""

    version: str
    simulated: bool
    places: tuple[str, ...]
    """Every light there is: bins, and the beacon."""
