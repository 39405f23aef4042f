"""Printing on a thread of its own, one label at a time: a printer may take seconds."""

import threading
from collections.abc import Callable
from typing import Protocol

from edge.contract.state import PrintJob
from firmware.errors import FirmwareError
from firmware.printer.zpl import NothingSent

LOOK_FIRST_US = 2_000_000
LOOK_MAX_US = 16_000_000
"""A printer that is not ready is asked again after 2 s, then twice as late each time, at most every 16 s, until a label
is printed."""


class Printer(Protocol):
    """What labels need of a station's devices."""

    def print(self, zpl: str) -> None:
        """Print one label. Raises: FirmwareError."""
        ...

    def ask_printer(self) -> None:
        """Ask the printer whether it is ready. Raises: FirmwareError, it is not, and why."""
        ...


class Labels:
    """Takes jobs to the printer, and asks a printer that is not ready whether it is ready again.

    Args:
        printer: Prints them.
        on_end: Called from the printing thread with (job, error or None, whether the printer may have got it).
        on_look: Called from the printing thread with why the printer is not ready, or None.
    """

    def __init__(
        self,
        printer: Printer,
        on_end: Callable[[str, str | None, bool], None],
        on_look: Callable[[str | None], None],
    ) -> None:
        self._printer = printer
        self._on_end = on_end
        self._on_look = on_look
        self.busy = False
        """Whether the printer is spoken to; the end of it is taken note of by :meth:`ended`."""
        self.look_at_us: int | None = 0
        """When to ask the printer next: at the start, and while it is not ready; None while it is."""
        self._wait_us = LOOK_FIRST_US

    def go_on(self, job: PrintJob | None, now_us: int) -> None:
        """Print this, or ask the printer if there is nothing to print and it is time to; one at a time."""
        if self.busy:
            return
        if job is not None:
            self.busy = True
            threading.Thread(target=self._print, args=(job,), name="printing", daemon=True).start()
        elif self.look_at_us is not None and now_us >= self.look_at_us:
            self.busy = True
            threading.Thread(target=self._look, name="printer", daemon=True).start()

    def ended(self, *, ready: bool, printed: bool, now_us: int) -> None:
        """What was begun has ended: the next may begin."""
        self.busy = False
        if printed:
            self._wait_us = LOOK_FIRST_US
        if ready:
            self.look_at_us = None
        else:
            self.look_at_us = now_us + self._wait_us
            self._wait_us = min(2 * self._wait_us, LOOK_MAX_US)

    def _print(self, job: PrintJob) -> None:
        error, sent = None, True
        try:
            self._printer.print(job.zpl)
        except NothingSent as fault:
            error, sent = str(fault), False
        except FirmwareError as fault:
            error = str(fault)
        except Exception as fault:  # noqa: BLE001 - a printer must not end printing for ever: said, and asked again
            error = f"{type(fault).__name__}: {fault}"
        self._on_end(job.job, error, sent)

    def _look(self) -> None:
        error = None
        try:
            self._printer.ask_printer()
        except FirmwareError as fault:
            error = str(fault)
        except Exception as fault:  # noqa: BLE001 - as above
            error = f"{type(fault).__name__}: {fault}"
        self._on_look(error)
