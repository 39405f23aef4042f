"""What differs from board to board. Edit the copy on the board."""

FIRST_CHANNEL = 0
"""Of this board. A second board on the first one's UART begins where that one ends."""
CLOCK_PIN = 2
DATA_PINS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 26, 27, 28)
"""A pin a channel, in the order of the channels: 23 at most beside the clock and the UART. Fewer cells, fewer pins."""
MG_PER_COUNTS = (20_000_000, 860_000)
"""(milligrams, counts): put a known weight on a cell and see by how much its counts rise. The same for all, or a list
with one for each channel."""
DIVISION_MG = 1_000
CAPACITY_MG = 20_000_000
UART_IS_UPLINK = False
"""True on a second board: it speaks on UART 0 to the first one, which passes everything on. Else on USB."""
