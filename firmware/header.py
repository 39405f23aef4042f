"""The header's pins: what gpiozero or the library below it says of them, as an error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from firmware.errors import DeviceMissing, PinMissing


@contextmanager
def on_header(what: str, *pins: int) -> Iterator[None]:
    """Use pins of the header for something. Raises: PinMissing, with what they are for."""
    try:
        yield
    except DeviceMissing:
        raise
    except Exception as error:  # lgpio has errors of its own, and is not there to be named on a laptop
        named = ("pins " if len(pins) > 1 else "pin ") + ", ".join(map(str, pins))
        raise PinMissing(f"The GPIO header: expected {named} for {what}, got: {error}", pins) from error
