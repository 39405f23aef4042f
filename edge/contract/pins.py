"""The pins of the header that a station uses: those that its file names, and those of the buses that it is on."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.contract.site import Station

I2C_PINS = {0: {0: "SDA", 1: "SCL"}, 1: {2: "SDA", 3: "SCL"}}
"""The header's pins of each I2C bus."""
SPI_PINS = {
    0: {7: "CE1", 8: "CE0", 9: "MISO", 10: "MOSI", 11: "SCLK"},
    1: {16: "CE2", 17: "CE1", 18: "CE0", 19: "MISO", 20: "MOSI", 21: "SCLK"},
}
"""The header's pins of each SPI bus. Source: Raspberry Pi documentation, alternative functions of the GPIO pins."""
SPI_DEVICE = re.compile(r"/dev/spidev([0-9]+)\.[0-9]+")
"""What an SPI device is called: its bus and its chip select."""


def bus_pins(station: "Station") -> Iterable[tuple[int, str]]:
    """The pins of the buses that a station uses, each with what it is."""
    if station.strip is not None:
        bus = SPI_DEVICE.fullmatch(station.strip.spi_device)
        number = -1 if bus is None else int(bus[1])
        for pin, name in SPI_PINS.get(number, {}).items():
            yield pin, f"{name} of SPI {number} (strip.spi_device)"
    for key, chips in (("expanders", station.expanders), ("displays", station.displays)):
        if chips is not None:
            for pin, name in I2C_PINS.get(chips.i2c_bus, {}).items():
                yield pin, f"{name} of I2C {chips.i2c_bus} ({key}.i2c_bus)"


def pins_by_key(station: "Station") -> Iterable[tuple[str, int]]:
    """The header's pins that a station's file names: by key, as ``bins[0].rgb.red``."""
    beacons = [("beacon", station.beacon), ("aisle_beacon", station.aisle_beacon)]
    leds = [*beacons, *((f"bins[{n}].rgb", b.rgb) for n, b in enumerate(station.bins))]
    for key, rgb in leds:
        if rgb is not None:
            yield from ((f"{key}.red", rgb.red), (f"{key}.green", rgb.green), (f"{key}.blue", rgb.blue))
    for n, bin_ in enumerate(station.bins):
        if bin_.confirm_pin is not None:
            yield f"bins[{n}].confirm_pin", bin_.confirm_pin
    if station.buzzer is not None:
        yield "buzzer.pin", station.buzzer.pin
    if station.bay_button_pin is not None:
        yield "bay_button_pin", station.bay_button_pin
    if station.expanders is not None:
        yield "expanders.interrupt_pin", station.expanders.interrupt_pin
    if station.buttons is not None:
        for name in ("confirm", "minus", "plus", "problem"):
            yield f"buttons.{name}", getattr(station.buttons, name)
