"""What lamps shine, and what an eye before them sees."""

import pytest

from edge.contract.state import Colour, Lit, Pattern
from edge.eyes import Eye
from edge.showing import HALF_PERIOD_US, RGB, colour_seen, next_turn_us, shines


@pytest.mark.parametrize("colour", [colour for colour in RGB if colour != "off"])
@pytest.mark.parametrize("now_us", [0, HALF_PERIOD_US["blink"]])
def test_every_colour_is_told_from_every_other_bright_and_dim(colour: Colour, now_us: int) -> None:
    shine = shines([Lit(place="bin", colour=colour, pattern="blink")], now_us)["bin"]
    assert colour_seen(shine.rgb) == (colour, now_us == 0)


@pytest.mark.parametrize("pattern", ["steady", "blink", "fast"])
def test_an_eye_tells_the_pattern_of_a_light(pattern: Pattern) -> None:
    eye = Eye()
    lit = [Lit(place="bin", colour="red", pattern=pattern, text="A +1")]
    now_us = 3_000
    for _ in range(8):
        seen = eye.look(shines(lit, now_us), now_us)
        now_us = next_turn_us(lit, now_us) or now_us + 100_000
    assert [(s.place, s.colour, s.pattern, s.text) for s in seen] == [("bin", "red", pattern, "A +1")]


def test_a_light_that_goes_out_is_not_seen_any_more() -> None:
    eye = Eye()
    lit = [Lit(place="bin", colour="blue")]
    assert eye.look(shines(lit, 0), 0)
    assert eye.look({}, 1) == ()


def test_a_light_that_stops_blinking_is_seen_steady_again() -> None:
    eye = Eye()
    for now_us in (0, 500_000, 1_000_000):
        eye.look(shines([Lit(place="bin", colour="red", pattern="blink")], now_us), now_us)
    steady = shines([Lit(place="bin", colour="red")], 0)
    eye.look(steady, 1_100_000)
    assert eye.look(steady, 2_300_000)[0].pattern == "steady"


def test_steady_lights_need_no_turn() -> None:
    assert next_turn_us([Lit(place="bin", colour="blue")], 5) is None
    assert next_turn_us([Lit(place="bin", colour="blue", pattern="fast")], 5) == HALF_PERIOD_US["fast"]
