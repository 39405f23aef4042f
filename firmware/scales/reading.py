"""What a scale says."""

import re
from dataclasses import dataclass
from typing import Literal

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,6})?")
State = Literal["stable", "motion", "over", "under", "zero_error"]


@dataclass(frozen=True)
class Reading:
    """One weight of one channel; ``weight_mg`` is None unless the state is stable, or motion with a weight told.

    ``zero_error``: the cell, its zero or its channel has failed; what lies there is not known.
    """

    channel: int
    state: State
    weight_mg: int | None
    at_us: int = 0


_MILLIGRAMS = {
    "mg": (1, 1),
    "g": (1_000, 1),
    "kg": (1_000_000, 1),
    "lb": (45_359_237, 100),
    "oz": (45_359_237, 1_600),
}
"""Milligrams a unit as (numerator, denominator). Source: the international pound is 0.45359237 kg by its definition of
1959; an ounce is a sixteenth of it."""


def milligrams(text: str, unit: str) -> int | None:
    """A decimal number with a unit as milligrams, parts of one left out; None if it is neither.

    >>> milligrams("-12.5", "g"), milligrams("1.00", "lb")
    (-12500, 453592)
    """
    scale = _MILLIGRAMS.get(unit)
    if scale is None or _NUMBER.fullmatch(text) is None:
        return None
    whole, _, part = text.lstrip("+-").partition(".")
    size: int = int(whole + part) * scale[0] // (scale[1] * 10 ** len(part))
    return -size if text.startswith("-") else size
