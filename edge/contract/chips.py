"""What the chips of a station can be wired to: addresses, inputs, and the header's pins of each bus."""

import re

DISPLAY_ADDRESSES = range(0x70, 0x75)
"""The five addresses of the displays on each channel of the multiplexer."""
MUX_ADDRESSES = range(0x70, 0x78)
"""What the address pins of a TCA9548A can be set to. Source: TI TCA9548A data sheet."""
EXPANDER_ADDRESSES = range(0x20, 0x28)
"""What the address pins of an MCP23017 can be set to. Source: Microchip MCP23017 data sheet."""
I2C_PINS = {0: {0: "SDA", 1: "SCL"}, 1: {2: "SDA", 3: "SCL"}}
"""The header's pins of each I2C bus."""
SPI_PINS = {
    0: {7: "CE1", 8: "CE0", 9: "MISO", 10: "MOSI", 11: "SCLK"},
    1: {16: "CE2", 17: "CE1", 18: "CE0", 19: "MISO", 20: "MOSI", 21: "SCLK"},
}
"""The header's pins of each SPI bus. Source: Raspberry Pi documentation, alternative functions of the GPIO pins."""
SPI_DEVICE = re.compile(r"/dev/spidev([0-9]+)\.[0-9]+")
"""What an SPI device is called: its bus and its chip select."""
BINS_AN_EXPANDER = 7
"""Of the 16 pins of an MCP23017 14 can be inputs, two a bin."""
