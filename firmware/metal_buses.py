"""The real buses of a Raspberry Pi. Each library is imported when its bus is opened, and only then."""

from typing import Any

from firmware.apa102 import SpiBus
from firmware.errors import DeviceMissing
from firmware.i2c import I2cBus

SPI_HZ = 8_000_000


class _PeripherySpi:
    def __init__(self, device: str) -> None:
        from periphery import SPI

        try:
            self._spi = SPI(device, 0, SPI_HZ)
        except Exception as error:  # periphery has its own error per bus
            raise DeviceMissing(f"{device}: expected an SPI bus (raspi-config enables it), got: {error}.") from error

    def transfer(self, data: bytes) -> object:
        return self._spi.transfer(list(data))

    def close(self) -> None:
        self._spi.close()


class MetalBuses:
    """SPI, I²C and header of the Pi that this runs on."""

    def __init__(self, spi_device: str = "/dev/spidev0.0", i2c_bus: int = 1) -> None:
        self._spi_device = spi_device
        self._i2c_bus = i2c_bus
        self._header: Any = None

    @property
    def header(self) -> Any:
        """gpiozero's factory over lgpio. Raises: DeviceMissing."""
        if self._header is None:
            try:
                from gpiozero.pins.lgpio import LGPIOFactory

                self._header = LGPIOFactory()
            except Exception as error:  # not a Pi, or lgpio is not installed
                raise DeviceMissing(
                    f"The GPIO header: expected a Raspberry Pi with lgpio, got: {error}. Use --simulate on a laptop."
                ) from error
        return self._header

    def spi(self) -> SpiBus:
        """The strip's bus. Raises: DeviceMissing."""
        return _PeripherySpi(self._spi_device)

    def i2c(self) -> I2cBus:
        """The bus of displays and expanders. Raises: DeviceMissing."""
        from smbus2 import SMBus

        try:
            bus: I2cBus = SMBus(self._i2c_bus)
        except OSError as error:
            raise DeviceMissing(
                f"I2C bus {self._i2c_bus}: expected to open it (raspi-config enables it), got: {error}."
            ) from error
        return bus
