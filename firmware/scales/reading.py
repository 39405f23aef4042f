"""What a scale says."""

import re
from dataclasses import dataclass
from typing import Literal

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,6})?")
State = Literal["stable", "motion", "over", "under", "zero_error"]


@dataclass(frozen=True)
class Reading:
    """One weight of one channel; ``weight_mg`` is None unless the state is stable or motion.

    ``zero_error``: the cell, its zero or its channel has failed; what lies there is not known.
    """

    channel: int
    state: State
    weight_mg: int | None
    at_us: int = 0


def milligrams(text: str, unit: str) -> int | None:
    """A decimal number with a unit as milligrams, parts of one left out; None if it is neither.

    >>> milligrams("-12.5", "g")
    -12500
    """
    scale = {"mg": 1, "g": 1_000, "kg": 1_000_000}.get(unit)
    if scale is None or _NUMBER.fullmatch(text) is None:
        return None
    whole, _, part = text.lstrip("+-").partition(".")
    size = int(int(whole + part) * scale // 10 ** len(part))
    return -size if text.startswith("-") else size
