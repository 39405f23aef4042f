"""What can go wrong with metal."""


class FirmwareError(Exception):
    """A device did not do what was asked; the text says which, what was expected and what came."""


class DeviceMissing(FirmwareError, OSError):
    """A device is not there or cannot be opened."""


class PinMissing(DeviceMissing):
    """The header cannot have a pin for what it is to be used for.

    Args:
        text: What was expected and what came.
        pins: The pins in question, BCM numbers.
    """

    def __init__(self, text: str, pins: tuple[int, ...]) -> None:
        super().__init__(text)
        self.pins = pins
