"""The twin of a Raspberry Pi's supply: the flags of its firmware while the voltage is too low, and after."""


class SupplyTwin:
    """A supply that can be too weak."""

    def __init__(self) -> None:
        self._flags = 0

    def flags(self) -> str:
        """As the board's firmware says them."""
        return f"{self._flags:x}\n"

    def unplug(self) -> None:
        """Too little voltage: the board is throttled."""
        self._flags = 0x50005

    def plug(self) -> None:
        """It is enough again; that it was not is remembered."""
        self._flags &= 0xF0000
