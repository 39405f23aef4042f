"""What our drivers ask of an I²C bus: smbus2's own calls, so that its SMBus or the twin can stand there."""

from collections.abc import Sequence
from typing import Protocol


class I2cBus(Protocol):
    """An I²C bus."""

    def write_byte(self, i2c_addr: int, value: int) -> None:
        """Write one byte."""
        ...

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        """Write one register."""
        ...

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """Read one register."""
        ...

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        """Write registers one after the other, at most 32."""
        ...

    def close(self) -> None:
        """Let go of the bus."""
        ...
