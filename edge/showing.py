"""From what should be lit to what the lights are told: colours as RGB, patterns as on and off."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.contract.signals import Sound
from edge.contract.state import Colour, Lit, Pattern
from edge.rhythm import PHASES_MS, Rhythm, is_bright, next_edge_us, rhythm_of
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

HALF_PERIOD_US: dict[Pattern, int] = {
    "steady": 0,
    "blink": 1_000 * PHASES_MS["blink"][0],
    "fast": 1_000 * PHASES_MS["fast"][0],
}
"""How long a pattern is bright, and then dim."""

DIM_DIVISOR = 12
"""A blinking light goes dim, not dark: between two blinks an eye still tells that the place is lit, and its colour."""

DIM_MAX = 64
"""A lamp whose strongest channel is below this is in its dim phase."""


TURN_US = 2_400_000
"""A lamp that stands for several colours shows each of them for so long: for its whole rhythm."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a station shows its lights, and what it lets hear, by its file."""

    coded: bool = False
    """Whether each meaning has a rhythm of its own, beside its colour."""
    brightness: int = 100
    """Percent, of what the LEDs can do."""
    sounds: tuple[Sound, ...] = ()


PLAIN = Manner()
"""As a station shows that says nothing of it."""


def shines(lit: Iterable[Lit], now_us: int, manner: Manner = PLAIN) -> dict[str, Shine]:
    """What each place shows at this moment; of several lights of one place, each in its turn."""
    found: dict[str, list[Lit]] = {}
    for light in lit:
        found.setdefault(light.place, []).append(light)
    shown = {}
    for place, lights in found.items():
        light = lights[now_us // TURN_US % len(lights)]
        red, green, blue = (channel * manner.brightness // 100 for channel in RGB[light.colour])
        rhythm = rhythm_of(light, coded=manner.coded)
        shown[place] = Shine(_phase((red, green, blue), rhythm, now_us), light.text)
    return shown


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


def next_turn_us(lit: Iterable[Lit], now_us: int, manner: Manner = PLAIN) -> int | None:
    """When a light turns next, or None if none ever does: lights that do not change wake nobody."""
    places: set[str] = set()
    rhythms: set[Rhythm] = set()
    turns: list[int | None] = []
    for light in lit:
        if light.place in places:
            turns.append((now_us // TURN_US + 1) * TURN_US)
        places.add(light.place)
        rhythms.add(rhythm_of(light, coded=manner.coded))
    turns += [next_edge_us(rhythm, now_us) for rhythm in rhythms]
    return min((turn for turn in turns if turn is not None), default=None)


def _phase(rgb: Rgb, rhythm: Rhythm, now_us: int) -> Rgb:
    if is_bright(rhythm, now_us):
        return rgb
    red, green, blue = rgb
    return red // DIM_DIVISOR, green // DIM_DIVISOR, blue // DIM_DIVISOR
