"""What a scale says."""

from dataclasses import dataclass
from typing import Literal

State = Literal["stable", "motion", "over", "under", "zero_error"]


@dataclass(frozen=True)
class Reading:
    """One weight of one channel; ``weight_mg`` is None unless the state is stable or motion."""

    channel: int
    state: State
    weight_mg: int | None
    at_us: int = 0


def milligrams(text: str, unit: str) -> int | None:
    """A decimal number with a unit as milligrams; None if it is neither.

    >>> milligrams("-12.5", "g")
    -12500
    """
    scale = {"mg": 1, "g": 1_000, "kg": 1_000_000}.get(unit)
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("+-").partition(".")
    digits = whole + part
    if scale is None or not digits.isdecimal() or not digits.isascii() or len(digits) > 15:
        return None
    return int(sign * (int(digits) * scale // 10 ** len(part)))
