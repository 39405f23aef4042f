"""The station's lights and buttons as one part that can fail with their header: shown to, looked at, and opened again.

Strip, displays and expanders fail each for itself and are the panel's to try again.
"""

from collections.abc import Callable

from edge.devices import Devices
from firmware.errors import FirmwareError
from firmware.lights import Shine
from firmware.panel import POLL_US

PANEL = "panel"
"""The name of the header with its lights and buttons among the parts."""
REOPEN_FIRST_US = 1_000_000
REOPEN_MAX_US = 30_000_000
"""A header that fails is opened again after 1 s, then twice as late each time, at most every 30 s."""


class Lamps:
    """Keeps the lights showing what they should.

    Args:
        devices: The station's devices.
        on_health: Called with (part, ok, detail, now_us) when the panel works or fails.
    """

    def __init__(self, devices: Devices, on_health: Callable[[str, bool, str, int], None]) -> None:
        self._devices = devices
        self._on_health = on_health
        self._shown: dict[str, Shine] | None = None
        self._reopen_wait_us = REOPEN_FIRST_US
        self.reopen_at_us: int | None = None
        """When a panel that failed is opened again; None while it works."""
        self.poll_at_us = 0
        """When to look at slow things again."""

    def show(self, shown: dict[str, Shine], now_us: int) -> None:
        """Bring the lights to show this, now or as soon as they work again."""
        if self.reopen_at_us is None:
            self._light(shown, now_us)
        elif now_us >= self.reopen_at_us:
            self._reopen(shown, now_us)

    def poll(self, now_us: int) -> None:
        """Look at slow things, once :attr:`poll_at_us` has come."""
        if now_us < self.poll_at_us:
            return
        self.poll_at_us = now_us + POLL_US
        if self.reopen_at_us is None:
            try:
                self.poll_at_us = now_us + self._devices.poll()
            except (FirmwareError, OSError) as error:
                self._failed(error, now_us)

    def _light(self, shown: dict[str, Shine], now_us: int) -> None:
        if shown == self._shown:
            return
        try:
            self._devices.show(shown)
        except (FirmwareError, OSError) as error:
            self._failed(error, now_us)
        else:
            self._shown = shown
            self._reopen_wait_us = REOPEN_FIRST_US
            self._on_health(PANEL, True, "", now_us)

    def _failed(self, error: Exception, now_us: int) -> None:
        self._shown = None
        self.reopen_at_us = now_us + self._reopen_wait_us
        self._reopen_wait_us = min(2 * self._reopen_wait_us, REOPEN_MAX_US)
        self._on_health(PANEL, False, str(error), now_us)

    def _reopen(self, shown: dict[str, Shine], now_us: int) -> None:
        """Lights and buttons from the start."""
        try:
            self._devices.reopen()
        except (FirmwareError, OSError) as error:
            self._failed(error, now_us)
        else:
            self.reopen_at_us = None
            self._light(shown, now_us)
