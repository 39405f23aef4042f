"""A passive buzzer on a pin of the header: a tone, or silence. It makes no time of its own: whoever plays does."""

from typing import Any

from gpiozero import PWMOutputDevice

from firmware.header import on_header

HALF = 0.5
"""A square wave is loudest at half: the piezo disk swings as far one way as the other."""
FIRST_HZ = 1_000
"""What the pin is set up with; it is silent until a tone is asked for."""


class Buzzer:
    """A passive (magnetic or piezo) buzzer, driven by PWM through a transistor.

    Args:
        pin: Its BCM number.
        header: The gpiozero pin factory.

    Raises: DeviceMissing, if the header cannot have the pin.
    """

    def __init__(self, pin: int, header: Any) -> None:
        self._pin = pin
        with on_header("the buzzer", pin):
            self._device = PWMOutputDevice(pin, frequency=FIRST_HZ, pin_factory=header)

    def tone(self, hz: int) -> None:
        """Sound at this frequency; 0 is silence. Raises: DeviceMissing, if the header fails."""
        with on_header("the buzzer", self._pin):
            if hz:
                self._device.frequency = hz
            self._device.value = HALF if hz else 0

    def close(self) -> None:
        """Silence, and let go of the pin. May be called twice."""
        self._device.close()
