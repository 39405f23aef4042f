"""What the chips of a station can be set to, and how many inputs they have."""

from collections.abc import Iterator, Sequence

from edge.contract.shape import twice

DISPLAY_ADDRESSES = range(0x70, 0x75)
"""The five addresses of the displays on each channel of the multiplexer."""
MUX_ADDRESSES = range(0x70, 0x78)
"""What the address pins of a TCA9548A can be set to. Source: TI TCA9548A data sheet."""
EXPANDER_ADDRESSES = range(0x20, 0x28)
"""What the address pins of an MCP23017 can be set to. Source: Microchip MCP23017 data sheet."""
BINS_AN_EXPANDER = 7
"""Of the 16 pins of an MCP23017 14 can be inputs, two a bin."""


def bus_faults(displays: tuple[int, int] | None, expanders: tuple[Sequence[int], int] | None) -> Iterator[str]:
    """What cannot be of the chips on a bay's bus, one sentence each: an address that a chip cannot have, or twice.

    Args:
        displays: (the multiplexer's address, the bus).
        expanders: (their addresses, the bus).
    """
    if displays is not None and ((mux := displays[0]) not in MUX_ADDRESSES or mux in DISPLAY_ADDRESSES):
        yield f"displays.mux_address: expected 0x75 to 0x77 (0x70 to 0x74 are the displays'), got {mux:#04x}."
    if expanders is not None:
        for one, _ in twice((f"{address:#04x}", "") for address in expanders[0]):
            yield f"expanders.addresses: expected each once, got {one} more than once."
        for address in sorted(set(expanders[0]).difference(EXPANDER_ADDRESSES)):
            yield f"expanders.addresses: expected 0x20 to 0x27 each, got {address:#04x}."
    if displays is not None and expanders is not None and displays[1] != expanders[1]:
        yield (
            f"expanders.i2c_bus: expected {displays[1]} as displays.i2c_bus says, for both sit on one bus,"
            f" got {expanders[1]}."
        )
