"""The board that a station runs on: whether its supply holds, and whether its clock has been set.

A Raspberry Pi that gets too little voltage goes on, slowly, while its USB serial lines fail: the flags of its firmware
are the only ones who say why. It has no clock with a battery either.

Source: Raspberry Pi documentation, vcgencmd get_throttled (bits of the value); raspberrypi/linux,
drivers/firmware/raspberrypi.c (the same value in sysfs, in hexadecimal digits).
"""

from collections.abc import Callable
from pathlib import Path

THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
CLOCK_SET = Path("/run/systemd/timesync/synchronized")
TIMESYNC = CLOCK_SET.parent
"""There while timesyncd runs."""
SYSTEMD = Path("/run/systemd/system")

LOOK_EVERY_US = 2_000_000

_NOW = (
    (1 << 0, "under-voltage"),
    (1 << 1, "its frequency is capped"),
    (1 << 2, "it is throttled"),
    (1 << 3, "it is at its soft limit of temperature"),
)
"""Bits 16 to 19 say the same of some time since the start; what has passed is no fault of now."""


def trouble_of(flags: str) -> str:
    """What the flags say of now, or an empty text.

    Raises: ValueError, they are no hexadecimal number.

    >>> trouble_of("50005"), trouble_of("50000")
    ('under-voltage, it is throttled', '')
    """
    value = int(flags.strip(), 16)
    return ", ".join(words for bit, words in _NOW if value & bit)


def read_flags() -> str | None:
    """The flags of this board's firmware; None where it has none, for it is no Raspberry Pi. Raises: OSError."""
    return THROTTLED.read_text("ascii") if THROTTLED.exists() else None


def is_clock_set() -> bool:
    """Whether the system's clock is disciplined: by systemd's timesyncd, or by chrony or ntpd, which write no such file
    but are the only reason to have none of timesyncd's. Taken for so where systemd does not run."""
    return CLOCK_SET.exists() or not TIMESYNC.exists() or not SYSTEMD.exists()


class Board:
    """Looks at the board every two seconds.

    Args:
        flags: Reads the firmware's flags; None if there are none. Raises: OSError.
        clock_set: Whether the clock has been set.
        on_health: Called with ("power" or "clock", healthy, why) when that, or the reason, changes.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        *,
        flags: Callable[[], str | None],
        clock_set: Callable[[], bool],
        on_health: Callable[[str, bool, str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._flags = flags
        self._clock_set = clock_set
        self._on_health = on_health
        self._now_us = now_us
        self._look_at_us = 0
        self._told: dict[str, str] = {}

    def poll(self) -> None:
        """Look, if it is time to."""
        now_us = self._now_us()
        if now_us < self._look_at_us:
            return
        self._look_at_us = now_us + LOOK_EVERY_US
        self._tell(
            "clock", "" if self._clock_set() else "Expected a clock set by the network, it is not: see timedatectl."
        )
        try:
            flags = self._flags()
            trouble = "" if flags is None else trouble_of(flags)
        except (OSError, ValueError) as error:
            self._tell("power", f"Expected the flags of the board's firmware, got: {error}.")
            return
        if flags is not None:
            self._tell("power", f"The board says: {trouble}. Check its supply, its cable, its fan." if trouble else "")

    def _tell(self, part: str, why: str) -> None:
        if self._told.get(part) != why:
            self._told[part] = why
            self._on_health(part, not why, why)
