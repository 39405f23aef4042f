"""Printing a file of labels on a station's own printer."""

import sys
from collections.abc import Callable
from pathlib import Path

from edge.contract.site import BadSite, load_site
from firmware.errors import FirmwareError
from firmware.printer.zpl import network_printer, usb_printer

NOT_ALL = 1
BAD_CONFIGURATION = 2
END = "^XZ"


def print_file(file: Path, site: Path, station: str, say: Callable[[str], None]) -> int:
    """Print each label of a ZPL file; the exit code."""
    try:
        printer = load_site(site).station(station).printer
        if printer is None:
            raise BadSite(f"{station}: expected a station with a [printer] section in its file.")
        labels = [f"{part}{END}\n" for part in file.read_text("utf-8").split(END) if part.strip()]
        if not labels or not all("^XA" in label for label in labels):
            raise BadSite(f"{file}: expected ZPL labels, each from ^XA to ^XZ: shelflight site labels --out {file}.")
    except (BadSite, OSError, UnicodeDecodeError) as error:
        say_error(error)
        return BAD_CONFIGURATION
    host = printer.host or ""
    driver = usb_printer(printer.device) if printer.device is not None else network_printer(host, printer.port)
    for number, label in enumerate(labels, 1):
        try:
            driver.print(label)
        except FirmwareError as error:
            say_error(f"label {number} of {len(labels)} was not printed: {error}")
            return NOT_ALL
    say(f"{len(labels)} labels were printed")
    return 0


def say_error(error: object) -> None:
    """To the person, beside what the command says."""
    print(error, file=sys.stderr)
