"""An eye before a station's lights: from what lamps shine, moment by moment, to colours and patterns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from edge.contract.hands import SeenLight
from edge.contract.state import Colour, Pattern
from edge.rhythm import PHASES_MS, Rhythm
from edge.showing import HALF_PERIOD_US, colour_seen
from firmware.lights import Shine

FAST_BELOW_US = (HALF_PERIOD_US["fast"] + HALF_PERIOD_US["blink"]) // 2
"""Phases shorter than this are fast blinking."""
BLINK_FORGOTTEN_US = 2 * HALF_PERIOD_US["blink"]
"""A light that has been bright for this long has stopped blinking."""
PHASES_KEPT = 8
"""So many phases of a light are remembered: the longest rhythm has as many."""
OFF_MS = 100
"""A phase that is longer or shorter by no more is the one that was meant: no two rhythms are as near."""


@dataclass
class _Watched:
    colour: Colour
    bright: bool
    since_us: int
    pattern: Pattern
    text: str
    phases: list[tuple[bool, int]] = field(default_factory=list)
    """(bright, milliseconds) of the phases that were seen from their beginning, the last one last."""
    whole: bool = False
    """Whether the beginning of the phase that lasts was seen."""

    @property
    def rhythm(self) -> str:
        """The code that is seen; empty if the pattern says it all."""
        return next((r for r in _CODES if _beats(self.phases, PHASES_MS[r])), "")


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
                if before.whole:
                    before.phases = [*before.phases, (before.bright, (now_us - before.since_us) // 1_000)]
                    before.phases = before.phases[-PHASES_KEPT:]
                before.whole = True
                before.pattern = "fast" if now_us - before.since_us < FAST_BELOW_US else "blink"
                before.bright, before.since_us = bright, now_us
            elif bright and now_us - before.since_us > BLINK_FORGOTTEN_US and not before.rhythm:
                before.pattern = "steady"
        return tuple(
            SeenLight(
                place=place,
                colour=light.colour,
                pattern="steady" if light.rhythm else light.pattern,
                text=light.text,
                rhythm=light.rhythm,
            )
            for place, light in sorted(self._lights.items())
        )


_CODES: list[Rhythm] = [rhythm for rhythm in PHASES_MS if rhythm not in ("steady", "blink", "fast")]


def _beats(seen: list[tuple[bool, int]], phases_ms: tuple[int, ...]) -> bool:
    """Whether the last phases that were seen are one round of a rhythm, wherever it began."""
    length = len(phases_ms)
    if len(seen) < length:
        return False
    last = seen[-length:]
    for start in range(length):
        round_ = islice((phases_ms + phases_ms), start, start + length)
        if last[0][0] == (start % 2 == 0) and all(
            abs(ms - meant_ms) <= OFF_MS for (_, ms), meant_ms in zip(last, round_, strict=True)
        ):
            return True
    return False
