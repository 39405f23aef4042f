"""Public ids: UUIDs of version 7, which sort by time and say nothing else."""

import random
from collections.abc import Callable


class Ids:
    """Makes public ids from a clock and a source of randomness that are passed in."""

    def __init__(self, now_us: Callable[[], int], rng: random.Random) -> None:
        self._now_us = now_us
        self._rng = rng

    def new(self) -> str:
        """A new id, 36 characters.

        Source: RFC 9562, section 5.7.
        """
        value = (self._now_us() // 1000 & (1 << 48) - 1) << 80 | self._rng.getrandbits(80)
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        digits = f"{value:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
