"""What the visitor is told of a light."""

import pytest

from edge.contract.hands import SeenLight
from edge.contract.state import Colour
from hub.demo.visitor_words import BOOKED, booked, of_red, pressed, whose

NAMES = {"blue": "Ana", "green": "Ben"}
PLACE = "bay-01/07"


def light(colour: Colour, text: str) -> SeenLight:
    return SeenLight(place=PLACE, colour=colour, pattern="steady", text=text)


def told_of_press(button: str, seen: SeenLight | None) -> str:
    return pressed(button, PLACE, seen, whose(seen, "cyan", NAMES))


def test_units_put_into_a_wrong_bin_are_to_be_taken_out_again() -> None:
    told = of_red(light("red", "!+1"))
    assert "wrong bin, +1. Take 1 unit out again" in told
    assert "back" not in told


def test_units_taken_out_of_a_wrong_bin_are_to_be_put_back() -> None:
    told = of_red(light("red", "!-3"))
    assert "wrong bin, -3. Put 3 units back" in told
    assert "out again" not in told


def test_a_wrong_amount_says_what_mends_it() -> None:
    assert of_red(light("red", "A -2")) == "The scale noticed 2 units too many: put 2 back and the alarm mends itself."
    assert of_red(light("red", "A +1")) == "The scale noticed 1 unit too few: take 1 more and the alarm mends itself."


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (light("cyan", "A  3"), "You pressed confirm at bay-01/07, which showed “A 3”."),
        (light("green", "B  2"), "in green: that was not your light. You confirmed Ben's pick."),
        (light("yellow", "P 24"), "in yellow: that was not your light. You confirmed a put-away."),
        (light("white", "C  6"), "in white: that was not your light. You confirmed a count."),
        (light("red", "A -1"), "in red: you accepted the difference as it stands."),
        (None, "which was dark: that says nothing."),
    ],
)
def test_a_confirm_says_what_was_confirmed_and_whose(seen: SeenLight | None, told: str) -> None:
    assert told_of_press("confirm", seen).endswith(told)


def test_a_dark_bin_is_said_to_be_booked_only_as_what_was_confirmed() -> None:
    assert booked(light("cyan", "A  3"), "") == BOOKED
    assert "Ben's pick is booked as done, by your press" in booked(light("green", "B  2"), "Ben's pick")
    assert "booked nothing" in booked(None, "")


def test_a_lowered_number_of_somebody_else_is_said_too() -> None:
    assert told_of_press("short", light("blue", "A  2")).endswith("You lowered the number of Ana's pick.")
