"""An eye before a station's lights: from what lamps shine, moment by moment, to colours and patterns."""

from collections.abc import Mapping
from dataclasses import dataclass

from edge.contract.hands import SeenLight
from edge.contract.state import Colour, Pattern
from edge.showing import HALF_PERIOD_US, colour_seen
from firmware.lights import Shine

FAST_BELOW_US = (HALF_PERIOD_US["fast"] + HALF_PERIOD_US["blink"]) // 2
"""Phases shorter than this are fast blinking."""
BLINK_FORGOTTEN_US = 2 * HALF_PERIOD_US["blink"]
"""A light that has been bright for this long has stopped blinking."""


@dataclass
class _Watched:
    colour: Colour
    bright: bool
    since_us: int
    pattern: Pattern
    text: str


class Eye:
    """Remembers each light for as long as it is lit, to tell a blinking one from a steady one."""

    def __init__(self) -> None:
        self._lights: dict[str, _Watched] = {}

    def look(self, shines: Mapping[str, Shine], now_us: int) -> tuple[SeenLight, ...]:
        """What is seen now, by place."""
        for place in [place for place in self._lights if place not in shines]:
            del self._lights[place]
        for place, shine in shines.items():
            colour, bright = colour_seen(shine.rgb)
            before = self._lights.get(place)
            if before is None or before.colour != colour:
                pattern: Pattern = "steady" if bright or colour == "off" else "blink"
                self._lights[place] = _Watched(colour, bright, now_us, pattern, shine.text)
                continue
            before.text = shine.text
            if before.bright != bright:
                before.pattern = "fast" if now_us - before.since_us < FAST_BELOW_US else "blink"
                before.bright, before.since_us = bright, now_us
            elif bright and now_us - before.since_us > BLINK_FORGOTTEN_US:
                before.pattern = "steady"
        return tuple(
            SeenLight(place=place, colour=light.colour, pattern=light.pattern, text=light.text)
            for place, light in sorted(self._lights.items())
        )
