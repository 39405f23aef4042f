"""Rhythms: when a light is bright and when it is dim, so that eyes that tell no colours apart know what it means.

Each meaning has a rhythm of its own (``docs/hardware/bay.md`` has the table): a picker's colour dips once, twice or
three times, or not at all; a button that was forgotten is the same turned round, dark with flashes. No two of them
look alike, whatever their colours. About one man in twelve does not tell red from green.
Source: Birch 2012, "Worldwide prevalence of red-green color deficiency", J. Opt. Soc. Am. A 29: 8 % of European men.
"""

from itertools import accumulate
from typing import Literal

from edge.contract.state import Colour, Lit
from edge.logic.showing import FAILED_TEXT

Rhythm = Literal[
    "steady",
    "blink",
    "fast",
    "one dip",
    "two dips",
    "three dips",
    "long dip",
    "two long dips",
    "long and short dip",
    "one flash",
    "two flashes",
    "three flashes",
    "four flashes",
    "long flash",
    "two long flashes",
    "slow",
    "long short",
]

PERIOD_MS = 2_400
"""All rhythms but blink and fast come again after this long: a code is read in the time of a glance and a half."""
SHORT_MS = 150
"""A dip or a flash: an eye tells one from two at half this speed, and a loop that is late by a third still keeps it."""
LONG_MS = 600


def _times(number: int) -> tuple[int, ...]:
    """So many short flashes in the dark, as phases; turned round they are dips."""
    short = (SHORT_MS,) * (2 * number - 1)
    return (*short, PERIOD_MS - sum(short))


def _turned(phases: tuple[int, ...]) -> tuple[int, ...]:
    """Bright where it was dim."""
    return (*phases[1:], phases[0])


PHASES_MS: dict[Rhythm, tuple[int, ...]] = {
    "steady": (),
    "blink": (500, 500),
    "fast": (125, 125),
    "one dip": _turned(_times(1)),
    "two dips": _turned(_times(2)),
    "three dips": _turned(_times(3)),
    "long dip": (PERIOD_MS - LONG_MS, LONG_MS),
    "two long dips": (900, LONG_MS, 300, LONG_MS),
    "long and short dip": (1_350, LONG_MS, 300, SHORT_MS),
    "one flash": _times(1),
    "two flashes": _times(2),
    "three flashes": _times(3),
    "four flashes": _times(4),
    "long flash": (LONG_MS, PERIOD_MS - LONG_MS),
    "two long flashes": (LONG_MS, 300, LONG_MS, 900),
    "slow": (PERIOD_MS // 2, PERIOD_MS // 2),
    "long short": (900, 300, 300, 900),
}
"""How long each rhythm is bright, dim, bright, ... before it begins anew."""

_EDGES_US: dict[Rhythm, tuple[int, ...]] = {
    rhythm: tuple(1_000 * end for end in accumulate(phases)) for rhythm, phases in PHASES_MS.items()
}

OWN: dict[Colour, tuple[Rhythm, Rhythm]] = {
    "blue": ("steady", "one flash"),
    "green": ("one dip", "two flashes"),
    "magenta": ("two dips", "three flashes"),
    "cyan": ("three dips", "four flashes"),
    "yellow": ("long dip", "long flash"),
}
"""The rhythm of a task's colour, and that of a task whose button was forgotten."""


def rhythm_of(light: Lit, *, coded: bool) -> Rhythm:
    """How a light shows: by its pattern alone, or by a code of its own for what it means."""
    if not coded or light.colour in ("off", "red"):  # nothing else blinks as the alarms do
        return light.pattern
    if light.colour in OWN:
        if light.place == "beacon":  # green: there is work
            return light.pattern
        if light.colour == "yellow" and light.pattern == "blink":  # filled up from reserve
            return "long and short dip"
        own, forgotten = OWN[light.colour]
        if light.task is None:  # a sign: a complete cell, or one that is being packed
            return forgotten if light.pattern == "blink" else own
        return forgotten if light.pattern == "fast" else own
    if light.colour == "amber":  # a device has failed, or the hub is lost
        is_device = light.text == FAILED_TEXT or (light.place == "beacon" and light.pattern == "blink")
        return "two long flashes" if is_device else "slow"
    return "two long dips" if light.task is not None else "long short"  # a count; somebody is led here


def is_bright(rhythm: Rhythm, now_us: int) -> bool:
    """Whether it is bright now; all lights of a rhythm go together."""
    edges = _EDGES_US[rhythm]
    if not edges:
        return True
    at_us = now_us % edges[-1]
    return sum(at_us >= edge for edge in edges) % 2 == 0


def next_edge_us(rhythm: Rhythm, now_us: int) -> int | None:
    """When it turns next; None if it never does."""
    edges = _EDGES_US[rhythm]
    if not edges:
        return None
    at_us = now_us % edges[-1]
    return now_us - at_us + next(edge for edge in edges if edge > at_us)
