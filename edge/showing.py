"""From what should be lit to what the lights are told: colours as RGB, patterns as on and off."""

from collections.abc import Iterable

from edge.contract.state import Colour, Lit, Pattern
from firmware.lights import Rgb, Shine

RGB: dict[Colour, Rgb] = {
    "off": (0, 0, 0),
    "blue": (0, 0, 255),
    "green": (0, 255, 0),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
    "yellow": (255, 200, 0),
    "white": (255, 255, 255),
    "amber": (255, 100, 0),
    "red": (255, 0, 0),
}
"""The colours as the LEDs make them."""

HALF_PERIOD_US: dict[Pattern, int] = {"steady": 0, "blink": 500_000, "fast": 125_000}
"""How long a pattern is bright, and then dim."""

DIM_DIVISOR = 12
"""A blinking light goes dim, not dark: between two blinks an eye still tells that the place is lit, and its colour."""

DIM_MAX = 64
"""A lamp whose strongest channel is below this is in its dim phase."""


def shines(lit: Iterable[Lit], now_us: int) -> dict[str, Shine]:
    """What each place shows at this moment."""
    return {light.place: Shine(_phase(RGB[light.colour], light.pattern, now_us), light.text) for light in lit}


def colour_seen(rgb: Rgb) -> tuple[Colour, bool]:
    """The colour that an eye names, and whether the lamp is bright (else dark or in its dim phase).

    >>> colour_seen((21, 8, 0))
    ('amber', False)
    """
    strongest = max(rgb)
    if strongest == 0:
        return "off", False
    full = tuple(channel * 255 / strongest for channel in rgb)

    def distance(colour: Colour) -> float:
        return sum((a - b) ** 2 for a, b in zip(RGB[colour], full, strict=True))

    return min((colour for colour in RGB if colour != "off"), key=distance), strongest >= DIM_MAX


def next_turn_us(lit: Iterable[Lit], now_us: int) -> int | None:
    """When a blinking light turns next, or None if none blinks."""
    halves = [HALF_PERIOD_US[light.pattern] for light in lit if light.pattern != "steady"]
    return min(((now_us // half + 1) * half for half in halves), default=None)


def _phase(rgb: Rgb, pattern: Pattern, now_us: int) -> Rgb:
    half_us = HALF_PERIOD_US[pattern]
    if half_us == 0 or now_us // half_us % 2 == 0:
        return rgb
    red, green, blue = rgb
    return red // DIM_DIVISOR, green // DIM_DIVISOR, blue // DIM_DIVISOR
