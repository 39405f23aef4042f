"""Printing on a thread of its own, one label at a time: a printer may take seconds."""

import threading
from collections.abc import Callable
from typing import Protocol

from edge.contract.state import PrintJob
from firmware.errors import FirmwareError
from firmware.printer.zpl import NothingSent


class Printer(Protocol):
    """What labels need of a station's devices."""

    def print(self, zpl: str) -> None:
        """Print one label. Raises: FirmwareError."""
        ...


class Labels:
    """Takes jobs to the printer.

    Args:
        printer: Prints them.
        on_end: Called from the printing thread with (job, error or None, whether the printer may have got it).
    """

    def __init__(self, printer: Printer, on_end: Callable[[str, str | None, bool], None]) -> None:
        self._printer = printer
        self._on_end = on_end
        self.busy = False
        """Whether a job is at the printer; its end is taken note of by :meth:`ended`."""

    def begin(self, job: PrintJob) -> None:
        """Print this; there must be no other at the printer."""
        assert not self.busy, "one label at a time"
        self.busy = True
        threading.Thread(target=self._print, args=(job,), name="printing", daemon=True).start()

    def ended(self) -> None:
        """The end of the job was heard: the next may begin."""
        self.busy = False

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
