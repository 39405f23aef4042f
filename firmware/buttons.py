"""Buttons as gpiozero inputs with a debounce of our own, which needs no thread."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gpiozero import DigitalInputDevice

from firmware.header import on_header

DEBOUNCE_US = 5_000
"""After a change, a button is not believed again for this long."""


@dataclass(frozen=True)
class ButtonEdge:
    """A button went down or up."""

    control: str
    down: bool
    at_us: int


class Debounce:
    """One button's debounce: a change counts at once, and then nothing for :data:`DEBOUNCE_US`."""

    def __init__(self, down: bool = False) -> None:
        self._down = down
        self._blind_until_us = 0

    @property
    def is_down(self) -> bool:
        """What is believed of it now."""
        return self._down

    def take(self, down: bool, now_us: int) -> bool:
        """Whether this level is a change to believe."""
        if down == self._down or now_us < self._blind_until_us:
            return False
        self._down = down
        self._blind_until_us = now_us + DEBOUNCE_US
        return True


class ButtonPanel:
    """All buttons of a station.

    A button that is down when it is first looked at was not pressed, or a stuck button would confirm a task at every
    restart: it is told as found down, and as up when it comes up. Each press that was told is followed by one release,
    at the latest when the panel closes.

    Raises: DeviceMissing, if a pin cannot be had.

    Args:
        inputs: For each control, the pin's number and the gpiozero factory that has it.
        on_edge: Called on whatever thread saw the edge, one call at a time; it should only queue.
        on_found: Called by :meth:`find`; it too should only queue.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        inputs: Mapping[str, tuple[int, Any]],
        on_edge: Callable[[ButtonEdge], None],
        on_found: Callable[[Mapping[str, bool]], None],
        now_us: Callable[[], int],
    ) -> None:
        self._on_edge = on_edge
        self._on_found = on_found
        self._now_us = now_us
        self._devices: dict[str, DigitalInputDevice] = {}
        self._debounces: dict[str, Debounce] = {}
        self._told_down: set[str] = set()
        self._found_down: set[str] = set()
        self._deaf: set[str] = set()
        self._judging = threading.RLock()
        """Interrupt and poll judge on different threads: a level read before an edge must not be judged after it."""
        opened = False
        try:
            for control, (pin, factory) in inputs.items():
                with on_header(f"the button '{control}'", pin):
                    self._add(control, DigitalInputDevice(pin, pull_up=True, pin_factory=factory))
            opened = True
        finally:
            if not opened:
                self.close()

    def _add(self, control: str, device: DigitalInputDevice) -> None:
        self._devices[control] = device
        self._debounces[control] = Debounce(bool(device.is_active))
        device.when_activated = self._teller(control, True)
        device.when_deactivated = self._teller(control, False)

    def poll(self) -> None:
        """Look at every level: what a debounce swallowed last is told now. Call it some ten times a second."""
        with self._judging:
            for control, device in self._devices.items():
                self._level(control, bool(device.is_active))

    def find(self, controls: Collection[str]) -> None:
        """Tell of each of these buttons whether it is down without having been pressed."""
        with self._judging:
            levels = {
                c: self._debounces[c].is_down and c not in self._told_down for c in controls if c in self._devices
            }
            for control in [c for c in levels if c in self._found_down and not self._debounces[c].is_down]:
                self._tell(control, False, self._now_us())  # it came up while nobody could see it
            self._found_down.update(control for control, down in levels.items() if down)
            if levels:
                self._on_found(levels)

    def begin_anew(self, controls: Collection[str], change: Callable[[], None]) -> None:
        """Let ``change`` bring the pins of these buttons to levels that no finger made, as when the panel opens: what
        was pressed is told as up, and what is down now was not pressed. How it is, :meth:`find` tells."""
        with self._judging:
            self._deaf.update(controls)
            change()
            self._deaf.difference_update(controls)
            for control in self._devices.keys() & controls:
                if control in self._told_down:
                    self._tell(control, False, self._now_us())
                self._debounces[control] = Debounce(bool(self._devices[control].is_active))

    def close(self) -> None:
        """Let go of the pins, and tell what is down as up. May be called twice."""
        for device in self._devices.values():
            device.close()
        with self._judging:
            self._devices.clear()
            for control in sorted(self._told_down | self._found_down):
                self._tell(control, False, self._now_us())

    def _teller(self, control: str, down: bool) -> Callable[[], None]:
        def tell() -> None:
            self._level(control, down)

        return tell

    def _level(self, control: str, down: bool) -> None:
        with self._judging:
            now_us = self._now_us()
            if control in self._deaf:
                return
            known_down = control in self._told_down or control in self._found_down
            if self._debounces[control].take(down, now_us) and (down or known_down):
                self._tell(control, down, now_us)

    def _tell(self, control: str, down: bool, now_us: int) -> None:
        if down:
            self._told_down.add(control)
        else:
            self._told_down.discard(control)
            self._found_down.discard(control)
        self._on_edge(ButtonEdge(control, down, now_us))
