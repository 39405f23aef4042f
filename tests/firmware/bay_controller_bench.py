"""A board of the bay controller without its metal: runs under MicroPython, and under CPython as well.

Standard input: JSON lines of {"ms", "counts": [number or null, ...], "hear": text}. Standard output, a line for each:
{"frames", "saved"}. The converters are simulated pin by pin.
"""

import json
import sys

from firmware.bay_controller.controller import Controller
from firmware.bay_controller.converters import Converters
from firmware.bay_controller.weighing import Cell

FIRST_CHANNEL = 10
PINS = (3, 4, 26)
DIVISION_MG = 1000
CAPACITY_MG = 20000000
MG_PER_COUNTS = (1000, 43)


class Chips:
    """HX711s on one clock."""

    def __init__(self) -> None:
        self.counts = [0] * len(PINS)
        self.bit = 0
        self.ms = 0

    def pulse(self) -> None:
        """A clock pulse: the next bit is on the pins; the 25th ends it."""
        self.bit = (self.bit + 1) % 26

    def levels(self) -> int:
        """All pins: low when ready; one without a converter is pulled up."""
        levels = 1 << 2
        for pin, counts in zip(PINS, self.counts):
            if counts is None or (self.bit and (counts & 0xFFFFFF) >> (24 - min(self.bit, 24)) & 1):
                levels |= 1 << pin
        return levels

    def elapsed_ms(self) -> int:
        """A clock that goes on with every look."""
        self.ms += 1
        return self.ms


def main() -> None:
    """Play what comes until there is no more."""
    chips, saved = Chips(), []
    cells = [Cell(MG_PER_COUNTS, DIVISION_MG, CAPACITY_MG, 0, 0) for _ in PINS]
    controller = Controller(FIRST_CHANNEL, cells, saved.append)
    converters = Converters(PINS, chips.pulse, chips.levels, chips.elapsed_ms)
    for line in sys.stdin:
        told = json.loads(line)
        if "counts" in told:
            chips.counts, chips.bit = told["counts"], 0
            controller.take(converters.read())
        controller.hear(told.get("hear", "").encode())
        frames = b"".join(controller.frames(told["ms"]))
        print(json.dumps({"frames": frames.decode(), "saved": saved}))
        saved = []
        controller._save = saved.append


if __name__ == "__main__":
    main()
