"""Real buses, as far as a machine without them can tell."""

import errno
import sys
import threading
from collections.abc import Sequence

import pytest

from firmware.errors import DeviceMissing
from firmware.metal_buses import LockedI2c, MetalBuses


class TwoStepBus:
    """A bus that sets its address first and transfers then, as smbus2 does, and notices who comes between."""

    def __init__(self) -> None:
        self.mixed_up = False
        self._address = 0

    def _transfer(self, address: int) -> None:
        self._address = address
        for _ in range(200):
            self.mixed_up = self.mixed_up or self._address != address

    def write_byte(self, i2c_addr: int, value: int) -> None:
        self._transfer(i2c_addr)

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        self._transfer(i2c_addr)

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        self._transfer(i2c_addr)
        return i2c_addr

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        self._transfer(i2c_addr)

    def close(self) -> None:
        self._address = 0


def test_lights_and_buttons_on_two_threads_do_not_mix_their_addresses() -> None:
    two_step = TwoStepBus()
    bus = LockedI2c(two_step)

    def lights() -> None:
        for _ in range(300):
            bus.write_byte(0x70, 1)
            bus.write_i2c_block_data(0x70, 0, bytes(8))

    def buttons() -> None:
        for _ in range(300):
            bus.write_byte_data(0x20, 0, 1)
            assert bus.read_byte_data(0x20, 0x12) == 0x20

    before_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=lights), threading.Thread(target=buttons)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before_s)
    assert not two_step.mixed_up


def test_an_interrupt_that_comes_after_the_bus_was_closed_gets_an_error_of_the_system() -> None:
    bus = LockedI2c(TwoStepBus())
    bus.close()
    bus.close()
    with pytest.raises(OSError, match="the bus is closed") as caught:
        bus.read_byte_data(0x20, 0x12)
    assert caught.value.errno == errno.EBADF


def test_buses_that_are_not_there_are_named_with_what_would_help() -> None:
    buses = MetalBuses("/dev/no-such-spi", 99)
    with pytest.raises(DeviceMissing, match="/dev/no-such-spi: expected an SPI bus"):
        buses.spi()
    with pytest.raises(DeviceMissing, match="I2C bus 99: expected to open it"):
        buses.i2c()
