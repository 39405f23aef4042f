"""Leading a person through the trial of a station's devices."""

import threading
from collections.abc import Callable

from edge.commissioning.trial import LAMP_COLOURS, Found, Trial
from edge.contract.site import Station
from edge.devices import Devices, Inputs
from edge.sounding import NOTES
from firmware.errors import FirmwareError

LAMP_S = 1.0
PAUSE_MS = 500
"""Between two sounds."""
LOOK_S = 0.05
TEST_LABEL = "^XA^CI28^FO40,40^A0N,50^FH^FD{name}^FS^FO40,120^BY2^BCN,160,Y,N,N^FH^FD{name}^FS^XZ"


class Trying:
    """Shows lamps, then tells what is heard until it is ended.

    Args:
        station: The station's file.
        devices: Its devices, real or simulated.
        say: Tells one line.
        ended: Set when the person has seen enough.
        prints: Whether a label is printed.
    """

    def __init__(
        self, station: Station, devices: Devices, say: Callable[[str], None], ended: threading.Event, *, prints: bool
    ) -> None:
        self._station = station
        self._devices = devices
        self._say = say
        self._ended = ended
        self._prints = prints
        self._trial = Trial(station)

    def run(self, listen: Callable[[Inputs], None]) -> list[str]:
        """Try everything until everything was heard or it is ended; what is missing or does not work, in words.

        Args:
            listen: Opens the devices. Raises: DeviceMissing, if the header is not there or cannot have a pin.
        """
        listen(self._trial.inputs())
        self._lamps()
        self._sounds()
        printed = self._label() if self._prints else []
        self._say("now press each button, touch each bin, show and scan a symbol; Ctrl-C ends")
        before, missing = Found(), ["nothing was heard yet"]
        while missing and not self._ended.is_set():
            version = self._trial.version
            self._devices.poll()
            self._devices.show(self._trial.lights())
            now = self._trial.found()
            for line in heard(before, now):
                self._say(line)
            before, missing = now, self._trial.missing(now)
            while self._trial.version == version and not self._ended.wait(LOOK_S):
                self._devices.poll()
        return printed + self._trial.missing(self._trial.found())

    def _lamps(self) -> None:
        for colour in LAMP_COLOURS:
            if self._ended.is_set():
                return
            self._say(f"every lamp is {colour}")
            self._devices.show(self._trial.lamps(colour))
            self._ended.wait(LAMP_S)
        self._devices.show({})

    def _sounds(self) -> None:
        for sound, notes in NOTES.items() if self._station.buzzer is not None else ():
            if self._ended.is_set():
                return
            self._say(f"the buzzer: {sound}")
            for hz, ms in (*notes, (0, PAUSE_MS)):
                self._devices.tone(hz)
                self._ended.wait(ms / 1_000)
        if self._station.buzzer is not None:
            self._devices.tone(0)

    def _label(self) -> list[str]:
        if self._station.printer is None:
            return ["there is no [printer] in the station's file to print a label with"]
        try:
            self._devices.print(TEST_LABEL.format(name=self._station.name.upper()))
        except FirmwareError as error:
            return [f"printer: {error}"]
        self._say("a label was printed")
        return []


def heard(before: Found, now: Found) -> list[str]:
    """What is new, in words."""
    lines = []
    for part, (ok, why) in now.parts.items():
        if before.parts.get(part) != (ok, why):
            lines.append(f"{part}: works" if ok else f"{part}: {why}")
    lines += [f"button '{control}' is down" for control in sorted(now.down - before.down)]
    lines += [f"button '{control}' is stuck" for control in sorted(now.stuck - before.stuck)]
    for channel, (state, weight_mg) in sorted(now.weights.items()):
        if before.weights.get(channel) != (state, weight_mg) and state != "motion":
            weight = "" if weight_mg is None else f" at {weight_mg / 1000:g} g"
            lines.append(f"scale channel {channel:02d}: {state}{weight}")
    lines += [symbol for symbol in now.symbols if symbol not in before.symbols]
    return lines
