"""What can go wrong with metal."""


class FirmwareError(Exception):
    """A device did not do what was asked; the text says which, what was expected and what came."""


class DeviceMissing(FirmwareError, OSError):
    """A device is not there or cannot be opened."""
