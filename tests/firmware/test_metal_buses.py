"""Real buses, as far as a machine without them can tell."""

import errno
import sys
import threading
from collections.abc import Sequence

import pytest

from firmware.errors import DeviceMissing
from firmware.i2c import STUCK_REST_US, SharedI2c
from firmware.metal_buses import MetalBuses


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
    bus = SharedI2c(lambda: two_step, lambda: 0)

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
    bus = SharedI2c(TwoStepBus, lambda: 0)
    bus.close()
    bus.close()
    with pytest.raises(OSError, match="the bus is closed") as caught:
        bus.read_byte_data(0x20, 0x12)
    assert caught.value.errno == errno.EBADF


class FaultyBus(TwoStepBus):
    """A bus whose transfers fail with a given error of the system, or with none."""

    def __init__(self) -> None:
        super().__init__()
        self.errno = 0
        self.asked = 0

    def _transfer(self, address: int) -> None:
        self.asked += 1
        if self.errno:
            raise OSError(self.errno, "as the test wants it")


def test_a_bus_that_hangs_is_left_alone_for_a_while_and_then_tried_again() -> None:
    now_us = [0]
    faulty = FaultyBus()
    bus = SharedI2c(lambda: faulty, lambda: now_us[0])
    faulty.errno = errno.ETIMEDOUT
    for _ in range(50):
        with pytest.raises(TimeoutError):
            bus.write_byte(0x70, 1)
    assert faulty.asked == 1, "each transfer on a hanging bus may block its thread for a second"
    with pytest.raises(TimeoutError, match="does a chip without supply hold SDA or SCL down"):
        bus.write_byte(0x70, 1)
    faulty.errno = 0
    now_us[0] += STUCK_REST_US
    bus.write_byte(0x70, 1)


def test_a_bus_is_opened_when_it_is_used_and_again_after_it_has_gone() -> None:
    opened: list[FaultyBus] = []

    def open_bus() -> FaultyBus:
        if len(opened) == 1 and opened[0].errno == 0:
            raise DeviceMissing("opened twice")
        opened.append(FaultyBus())
        return opened[-1]

    bus = SharedI2c(open_bus, lambda: 0)
    assert opened == []
    bus.write_byte(0x70, 1)
    bus.write_byte(0x70, 1)
    opened[0].errno = errno.ENODEV
    with pytest.raises(OSError, match="as the test wants it"):
        bus.write_byte(0x70, 1)
    bus.write_byte(0x70, 1)
    assert len(opened) == 2


def test_buses_that_are_not_there_are_named_with_what_would_help() -> None:
    buses = MetalBuses("/dev/no-such-spi", 99)
    with pytest.raises(DeviceMissing, match="/dev/no-such-spi: expected an SPI bus"):
        buses.spi()
    with pytest.raises(DeviceMissing, match="I2C bus 99: expected to open it"):
        buses.i2c()
