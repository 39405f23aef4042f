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
COLOUR: dict[Rgb, Colour] = {rgb: colour for colour, rgb in RGB.items()}
"""The colour that an eye names."""

HALF_PERIOD_US: dict[Pattern, int] = {"steady": 0, "blink": 500_000, "fast": 125_000}
"""How long a pattern is on, and then off."""


def shines(lit: Iterable[Lit], now_us: int) -> dict[str, Shine]:
    """What each place shows at this moment."""
    shown = {}
    for light in lit:
        half = HALF_PERIOD_US[light.pattern]
        on = half == 0 or now_us // half % 2 == 0
        shown[light.place] = Shine(RGB[light.colour] if on else (0, 0, 0), light.text)
    return shown


def next_turn_us(lit: Iterable[Lit], now_us: int) -> int | None:
    """When a blinking light turns next, or None if none blinks."""
    halves = [HALF_PERIOD_US[light.pattern] for light in lit if light.pattern != "steady"]
    return min(((now_us // half + 1) * half for half in halves), default=None)
