"""What the chips of a station can be set to, and how many inputs they have."""

DISPLAY_ADDRESSES = range(0x70, 0x75)
"""The five addresses of the displays on each channel of the multiplexer."""
MUX_ADDRESSES = range(0x70, 0x78)
"""What the address pins of a TCA9548A can be set to. Source: TI TCA9548A data sheet."""
EXPANDER_ADDRESSES = range(0x20, 0x28)
"""What the address pins of an MCP23017 can be set to. Source: Microchip MCP23017 data sheet."""
BINS_AN_EXPANDER = 7
"""Of the 16 pins of an MCP23017 14 can be inputs, two a bin."""
