"""What our drivers ask of an I²C bus: smbus2's own calls, so that its SMBus or the twin can stand there."""

import errno
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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


STUCK_REST_US = 5_000_000
"""After a transfer that timed out none is tried for so long: each may block its thread for a second."""


class SharedI2c:
    """An I²C bus that several threads share, opened when it is first used and again after it has gone.

    smbus2 sets the address and transfers in two steps, and lights and button interrupts come from different threads.

    Args:
        open_bus: Opens it. Raises: DeviceMissing.
        now_us: Monotonic microseconds.
    """

    def __init__(self, open_bus: Callable[[], I2cBus], now_us: Callable[[], int]) -> None:
        self._open_bus = open_bus
        self._now_us = now_us
        self._bus: I2cBus | None = None
        self._closed = False
        self._rests_until_us = 0
        self._lock = threading.Lock()

    def write_byte(self, i2c_addr: int, value: int) -> None:
        """Write one byte."""
        with self._opened() as bus:
            bus.write_byte(i2c_addr, value)

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        """Write one register."""
        with self._opened() as bus:
            bus.write_byte_data(i2c_addr, register, value)

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """Read one register."""
        with self._opened() as bus:
            return bus.read_byte_data(i2c_addr, register)

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        """Write registers one after the other, at most 32."""
        with self._opened() as bus:
            bus.write_i2c_block_data(i2c_addr, register, data)

    def close(self) -> None:
        """Let go of the bus. May be called twice."""
        with self._lock:
            self._closed = True
            self._let_go()

    @contextmanager
    def _opened(self) -> Iterator[I2cBus]:
        """The bus for one transfer. Raises: OSError, also if an interrupt comes after the bus was closed."""
        with self._lock:
            if self._closed:
                raise OSError(errno.EBADF, "the bus is closed")
            if self._now_us() < self._rests_until_us:
                raise OSError(errno.ETIMEDOUT, "the bus hangs: does a chip without supply hold SDA or SCL down?")
            if self._bus is None:
                self._bus = self._open_bus()
            try:
                yield self._bus
            except OSError as error:
                if error.errno == errno.ETIMEDOUT:
                    self._rests_until_us = self._now_us() + STUCK_REST_US
                elif error.errno == errno.ENODEV:  # its driver was unloaded: what is open stays dead
                    self._let_go()
                raise

    def _let_go(self) -> None:
        if self._bus is not None:
            bus, self._bus = self._bus, None
            bus.close()
