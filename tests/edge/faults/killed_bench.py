"""A bench in a process of its own that may be killed: DIRECTORY PRINTER_PORT LABELS. It prints at a printer outside.

The hub that it hears wants all labels again and again and acknowledges nothing; what it tells is in its outbox.
"""

import sys
import threading
from pathlib import Path

from edge.contract.state import BenchDesired, PrintJob
from edge.simulated import SimulatedDevices
from firmware.printer.zpl import network_printer
from tests.edge.test_agent import Station


def labels(count: int) -> tuple[PrintJob, ...]:
    """So many labels, each with its own text."""
    return tuple(PrintJob(job=f"L{n}", zpl=f"^XA^FDL{n}^FS^XZ") for n in range(count))


def main() -> None:
    """Run until killed."""
    directory, port, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

    def print_outside(devices: SimulatedDevices) -> None:
        printer = network_printer("127.0.0.1", port)
        devices.print = printer.print  # type: ignore[method-assign]
        devices.ask_printer = printer.ready  # type: ignore[method-assign]

    bench = Station(directory, "pack-1", before_start=print_outside)
    bench.want(BenchDesired(generation=1, version=1, as_of=None, jobs=labels(count)))
    threading.Event().wait()


if __name__ == "__main__":
    main()
