"""How a station speaks to people, as its file says it: how its lights show, and what may be heard."""

from typing import Annotated, Literal

import msgspec

Sound = Literal["confirmed", "undone", "alarm"]
"""What a station lets hear: a button was taken, one was taken back, or something is wrong. Nothing else is heard."""


class Lights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a station's lights show."""

    codes: bool = False
    """Whether each meaning has a rhythm of its own beside its colour, for people who do not tell all colours apart."""
    brightness: Annotated[int, msgspec.Meta(ge=30, le=100)] = 100
    """Percent, of all lights; a strip has a brightness of its own besides."""


class Buzzer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passive buzzer on the header, and what it says: all of it, unless ``sounds`` names fewer or none."""

    pin: Annotated[int, msgspec.Meta(ge=0, le=27)]
    sounds: tuple[Sound, ...] = ("confirmed", "undone", "alarm")
