"""A simulated I²C bus with a multiplexer, displays and port expanders on it, down to their registers."""

import errno
import threading
from collections.abc import Callable, Sequence

from firmware.expander_factory import GPINTEN, GPIO, IODIR


class I2cTwin:
    """The calls of smbus2's SMBus over simulated chips.

    Args:
        mux_address: Address of the TCA9548A.
        expanders: Addresses of the MCP23017s.
        on_display: Called when a display's RAM changed.
        on_interrupt: Called with the level of the shared interrupt line when it changes.
    """

    def __init__(
        self,
        mux_address: int,
        expanders: Sequence[int],
        on_display: Callable[[], None],
        on_interrupt: Callable[[bool], None],
    ) -> None:
        self._mux_address = mux_address
        self._mux = 0
        self._plugged = True
        self._on_display = on_display
        self._on_interrupt = on_interrupt
        self._lock = threading.RLock()
        self.displays: dict[tuple[int, int], bytearray] = {}
        """RAM of each display by (multiplexer channel, address)."""
        self._registers = {address: bytearray(0x16) for address in expanders}
        self._levels = dict.fromkeys(expanders, 0xFFFF)
        self._pending: set[int] = set()

    def unplug(self) -> None:
        """Pull the cable: no chip answers, and the displays lose their power."""
        self._plugged = False
        self.displays.clear()
        self._on_display()

    def plug(self) -> None:
        """Put it back."""
        self._plugged = True

    def write_byte(self, i2c_addr: int, value: int) -> None:
        """The multiplexer's control byte, or a display's command."""
        self._answer()
        if i2c_addr == self._mux_address:
            self._mux = value
        else:
            self._display(i2c_addr)

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        """A display's RAM."""
        self._answer()
        ram = self._display(i2c_addr)
        before = bytes(ram)
        ram[register : register + len(data)] = bytes(data)
        if bytes(ram) != before:
            self._on_display()

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        """An expander's register."""
        self._answer()
        self._registers[i2c_addr][register] = value

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """An expander's register; reading a port ends its interrupt."""
        self._answer()
        with self._lock:
            if register in (GPIO, GPIO + 1):
                if register == GPIO + 1:
                    self._pending.discard(i2c_addr)
                    if not self._pending:
                        self._on_interrupt(True)
                return self._levels[i2c_addr] >> 8 * (register - GPIO) & 0xFF
            return self._registers[i2c_addr][register]

    def drive(self, pin: int, high: bool) -> None:
        """Drive input ``pin`` (16 an expander) from outside: a button grounds it."""
        address = list(self._levels)[pin // 16]
        bit = pin % 16
        with self._lock:
            before = self._levels[address]
            self._levels[address] = before | 1 << bit if high else before & ~(1 << bit)
            registers = self._registers[address]
            armed = registers[GPINTEN + bit // 8] & registers[IODIR + bit // 8] & 1 << bit % 8
            if before == self._levels[address] or not armed:
                return
            self._pending.add(address)
        # outside of the lock: whoever is interrupted reads the ports
        self._on_interrupt(False)

    def close(self) -> None:
        """Nothing to let go of."""

    def _answer(self) -> None:
        if not self._plugged:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")

    def _display(self, address: int) -> bytearray:
        channel = self._mux.bit_length() - 1
        return self.displays.setdefault((channel, address), bytearray(16))
