"""What the visitor is told of a light: whose it is, what a press on it says, and what mends it when it is red."""

from collections.abc import Mapping

from edge.contract.hands import SeenLight
from hub.demo.floor import number_shown

BOOKED = "The bin is dark: what you did is written down at the station and booked by the hub."
NOT_PICKS = {"yellow": "a put-away", "white": "a count"}
"""Lights that are nobody's own, by colour."""


def whose(light: SeenLight | None, own: str, names: Mapping[str, str]) -> str:
    """What a light asks for that is not the visitor's own; empty for the visitor's own, for red, and for a dark bin.

    Args:
        light: What the bin shows.
        own: The visitor's colour.
        names: The other pickers by their colours.

    >>> whose(SeenLight(place="bay-01/01", colour="green", pattern="steady", text="B  2"), "cyan", {"green": "Ben"})
    "Ben's pick"
    """
    if light is None or light.colour in (own, "red"):
        return ""
    if light.colour in names:
        return f"{names[light.colour]}'s pick"
    return NOT_PICKS.get(light.colour, "somebody else's task")


def pressed(button: str, place: str, light: SeenLight | None, theirs: str) -> str:
    """What a press was, and what it confirmed.

    Args:
        button: ``confirm`` or ``short``.
        place: The bin.
        light: What it showed before.
        theirs: See :func:`whose`.
    """
    if light is None:
        return f"You pressed {button} at {place}, which was dark: that says nothing."
    shown = f"You pressed {button} at {place}, which showed “{words(light)}”"
    if light.colour == "red" and button == "confirm":
        return f"{shown} in red: you accepted the difference as it stands."
    if not theirs:
        return f"{shown}."
    if button == "confirm":
        return f"{shown} in {light.colour}: that was not your light. You confirmed {theirs}."
    return f"{shown} in {light.colour}: that is not your light. You lowered the number of {theirs}."


def booked(light: SeenLight | None, theirs: str) -> str:
    """What it means that a bin is dark after a confirm; the arguments are those of :func:`pressed`."""
    if light is None:
        return "The bin is dark: it asked for nothing, so your press booked nothing."
    if theirs:
        return (
            f"The bin is dark: {theirs} is booked as done, by your press. If the scale is sure of the item, it will say"
            " what was not moved for it."
        )
    return BOOKED


SWAPPED_TEXT = "SWAP"
"""What a bin shows that stands where another one belongs."""


def of_red(light: SeenLight) -> str:
    """What a red bin says, and what mends it: the sign is that of the units that are too many in the bin's eyes.

    A number below zero on a wrong bin: units left it, they go back. Above: units came into it, they come out again.
    """
    number = number_shown(light.text)
    if light.text == SWAPPED_TEXT:
        return (
            "The scale noticed that this bin and another have changed places: put each back where it belongs, or press"
            " confirm to leave them: then they are counted."
        )
    if light.text.startswith("!"):
        if number > 0:
            return (
                f"The scale noticed at once: wrong bin, +{number}. Take {count(number)} out again and the alarm mends"
                " itself, or press confirm to leave them there: then the bin is counted."
            )
        return (
            f"The scale noticed at once: wrong bin, {number}. Put {count(-number)} back and the alarm mends itself,"
            " or press confirm to say that they are gone: then the bin is counted."
        )
    if number < 0:
        return f"The scale noticed {count(-number)} too many: put {-number} back and the alarm mends itself."
    return f"The scale noticed {count(number)} too few: take {number} more and the alarm mends itself."


def count(units: int, what: str = "unit") -> str:
    """A number of things.

    >>> count(1), count(3), count(2, "tote")
    ('1 unit', '3 units', '2 totes')
    """
    return f"{units} {what}{'' if units == 1 else 's'}"


def words(light: SeenLight) -> str:
    """What a display says, without the blanks that keep its digits in place."""
    return " ".join(light.text.split())
