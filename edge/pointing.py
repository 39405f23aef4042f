"""Leading a person to a light: a station that blinks to be found, a bin that says "here"; nothing of stock changes."""

from collections.abc import Iterable

from edge.contract.state import Lit
from firmware.panel import AISLE, BEACON

POINT_MAX_S = 60
"""No command makes a station or a bin blink for longer."""
HERE_TEXT = "HERE"
"""What the display of a bin says that somebody looks for."""
TROUBLE = ("red", "amber")
"""Colours of a beacon that nothing may hide."""


class Pointing:
    """What blinks because a person asked where it is, and until when.

    Args:
        places: Every light there is.
    """

    def __init__(self, places: Iterable[str]) -> None:
        self._places = tuple(places)
        self._identify_until_us = 0
        self._located: dict[str, int] = {}

    def identify(self, seconds: int, now_us: int) -> None:
        """Blink every light, alarms too, for so many seconds; none ends it."""
        self._identify_until_us = _until_us(seconds, now_us)

    def locate(self, bin_name: str, seconds: int, now_us: int) -> str:
        """Blink a bin for so many seconds; why not, if it is none of this station's."""
        if bin_name not in self._places or bin_name in (BEACON, AISLE):
            return f"Expected a bin of this station, got '{bin_name}'."
        self._located[bin_name] = _until_us(seconds, now_us)
        return ""

    def over(self, lit: tuple[Lit, ...], now_us: int) -> tuple[Lit, ...]:
        """What is lit, with what a person is led to laid over it. A bin that is looked for is lit only if it is dark:
        an alarm or a task leads there as well, and is not hidden."""
        if now_us < self._identify_until_us:
            return tuple(_pointer(place) for place in self._places)
        self._located = {name: until_us for name, until_us in self._located.items() if now_us < until_us}
        if not self._located:
            return lit
        found = {light.place for light in lit}
        lit += tuple(_pointer(name, HERE_TEXT) for name in self._located if name not in found)
        top = next((light for light in lit if light.place == BEACON), None)
        if BEACON in self._places and (top is None or top.colour not in TROUBLE):
            lit = (*(light for light in lit if light is not top), _pointer(BEACON))
        return lit


def _pointer(place: str, text: str = "") -> Lit:
    return Lit(place=place, colour="white", pattern="fast", text=text)


def _until_us(seconds: int, now_us: int) -> int:
    return now_us + max(0, min(POINT_MAX_S, seconds)) * 1_000_000
