"""The channels of an indicator: each is heard for itself, for one load cell can die while the others weigh on."""

from collections.abc import Callable, Collection

from firmware.scales.reading import Reading


class Channels:
    """Which channels are alive.

    Args:
        expected: The channels that weigh something: one of them that was never heard is silent too.
        stale_after_us: A channel that says nothing for so long, while others speak, is silent.
        on_health: Called with (channel, True, "") or (channel, False, why) when that changes, for those expected.
    """

    def __init__(
        self, expected: Collection[int], stale_after_us: int, on_health: Callable[[int, bool, str], None]
    ) -> None:
        self._expected = frozenset(expected)
        self._stale_after_us = stale_after_us
        self._on_health = on_health
        self._heard_us: dict[int, int] = {}
        self._told: dict[int, str] = {}

    def opened(self, now_us: int) -> None:
        """The line has just been opened: who said nothing until now had no chance to."""
        self._heard_us = dict.fromkeys(self._expected, now_us)

    def take(self, reading: Reading) -> None:
        """A channel has spoken."""
        self._heard_us[reading.channel] = reading.at_us
        failed = reading.state == "zero_error"
        self._tell(reading.channel, "the scale reports a fault of its load cell" if failed else "")

    def fallen_silent(self, line_heard_us: int) -> list[int]:
        """The channels that others have outlasted by now, each once; ``line_heard_us`` is when any spoke last: a line
        on which nobody speaks is no fault of its channels."""
        silent = [channel for channel, at_us in self._heard_us.items() if line_heard_us - at_us > self._stale_after_us]
        for channel in silent:
            del self._heard_us[channel]
            self._tell(channel, f"silent for {self._stale_after_us / 1e6:.0f} s while others speak")
        return silent

    def _tell(self, channel: int, why: str) -> None:
        if channel in self._expected and self._told.get(channel) != why:
            self._told[channel] = why
            text = f"Channel {channel:02d}: expected a weight, got: {why}. Check its load cell and its cable."
            self._on_health(channel, not why, text if why else "")
