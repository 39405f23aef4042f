"""Leading a person along a bay: one position is lit after the other, until each has its label."""

import queue
import threading
from collections.abc import Callable
from typing import Literal, TextIO

from edge.commissioning.assigning import Assigning, Told
from edge.contract.site import Station
from edge.contract.state import Colour
from edge.devices import Devices, Inputs
from edge.showing import RGB
from firmware.lights import Shine

LOOK_S = 0.05
REFUSED_S = 1.0
"""So long the lit position is red after a label was refused."""
HEARD_MAX = 64
"""More scans and lines than this that nobody has looked at are not taken."""
HELP = "Scan the label, or type it. Else type: skip, back, stop (go on later where you stopped)."
Step = Literal["done", "stopped"]


class Walking:
    """Shows where to scan, and takes what is scanned, typed or pressed.

    The bay's own button goes back one position, ``short`` at the lit bin skips it: nobody needs the keyboard.

    Args:
        station: The bay, as its file is now.
        walk: Where it has come to.
        devices: Lights, buttons, scanner and camera.
        say: Tells one line.
        keep: Keeps the progress, after every step.
        ended: Set when the process is told to end.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        station: Station,
        walk: Assigning,
        devices: Devices,
        *,
        say: Callable[[str], None],
        keep: Callable[[], None],
        ended: threading.Event,
        now_us: Callable[[], int],
    ) -> None:
        self._station = station
        self._walk = walk
        self._devices = devices
        self._say = say
        self._keep = keep
        self._ended = ended
        self._now_us = now_us
        self._heard: queue.Queue[tuple[str, str]] = queue.Queue(HEARD_MAX)
        self._red_until_us = 0

    def inputs(self) -> Inputs:
        """Where devices put what they see."""
        return Inputs(
            button=lambda control, down, _at_us: self._hear("button", control) if down else None,
            found=lambda _levels: None,
            reading=lambda _channel, _state, _weight_mg, _at_us: None,
            symbol=lambda text, _kind, _aim, _raw, _picture: self._hear("scan", text),
            scan=lambda text, _kind, _aim: self._hear("scan", text),
            unreadable=lambda _present, _picture: None,
            part=self._part,
        )

    def read(self, typed: TextIO) -> None:
        """Take lines as they are typed, until there are no more; on a thread of its own."""
        for line in typed:
            self._hear("typed", line.strip())

    def answer(self) -> str | None:
        """The next typed line; None if the process was told to end before."""
        while not self._ended.is_set():
            try:
                kind, text = self._heard.get(timeout=LOOK_S)
            except queue.Empty:
                self._devices.poll()
                continue
            if kind == "typed":
                return text
        return None

    def run(self) -> Step:
        """Walk to the end, or until it is stopped."""
        self._say(HELP)
        asked_again = False
        while not self._ended.is_set():
            if self._walk.position is None:
                if asked_again or not (left := self._walk.ask_again()):
                    self._show()
                    return "done"
                asked_again = True
                self._say(f"{left} skipped: once more for those; what is skipped again stays as it is")
            self._ask()
            if self._step() == "stopped":
                break
        return "stopped"

    def _ask(self) -> None:
        position = self._walk.position
        if position is not None:
            bins = self._station.bins
            self._say(f"position {position + 1} of {len(bins)} is lit (in the file {bins[position].name})")

    def _step(self) -> Step | None:
        """Wait for one thing that is heard, and do it."""
        while not self._ended.is_set():
            self._show()
            try:
                kind, text = self._heard.get(timeout=LOOK_S)
            except queue.Empty:
                self._devices.poll()
                continue
            told = self._do(kind, text)
            if told == "stopped":
                return "stopped"
            if isinstance(told, Told):
                self._say(told.words)
                self._red_until_us = 0 if told.ok else self._now_us() + round(REFUSED_S * 1e6)
                if told.ok:
                    self._keep()
                    return None
        return "stopped"

    def _do(self, kind: str, text: str) -> Told | Step | None:
        position = self._walk.position
        assert position is not None, "somebody is asked"
        match kind, text:
            case ("typed", ""):
                self._say(HELP)
                return None
            case ("typed", "stop" | "quit"):
                return "stopped"
            case ("typed", "back") | ("button", "bay"):
                return self._walk.back()
            case ("typed", "skip"):
                return self._walk.skip()
            case ("button", control):
                act, _, name = control.partition(" ")
                if name != self._station.bins[position].name:
                    other = next((n for n, b in enumerate(self._station.bins) if b.name == name), None)
                    where = "" if other is None else f", which is position {other + 1}"
                    self._say(f"button '{control}'{where}: not the lit one, so nothing was done")
                    return None
                return self._walk.skip() if act == "short" else None
        return self._walk.scan(text)

    def _show(self) -> None:
        """The asked position white (red while refused), those that have their label green, those left out amber."""
        asked, names, shown = self._walk.position, self._walk.names, self._walk.shown()
        done = len(self._walk.progress.labels)
        shines = {}
        for n, bin_ in enumerate(self._station.bins):
            colour: Colour = "green" if names[n] is not None else "amber"
            if n == asked:
                colour = "red" if self._now_us() < self._red_until_us else "white"
            elif n >= done:
                continue
            shines[bin_.name] = Shine(RGB[colour], shown[n])
        self._devices.show(shines)

    def _part(self, part: str, ok: bool, why: str) -> None:
        if not ok and not part.startswith("scale"):
            self._say(f"{part}: {why}")

    def _hear(self, kind: str, text: str) -> None:
        try:
            self._heard.put_nowait((kind, text))
        except queue.Full:
            self._say(f"'{text}' came too fast and was not taken: scan it again")
