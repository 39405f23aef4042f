"""A simulated I²C bus with a multiplexer, displays and port expanders on it, down to their registers."""

import errno
import threading
from collections.abc import Callable, Sequence

from firmware.expander_factory import GPINTEN, GPIO, GPPU, IODIR, OLAT
from firmware.ht16k33 import CHARACTERS, DISPLAY_ON, OSCILLATOR_ON, DisplayRow

EXPANDER_REGISTERS = 0x16
MUX_CHANNELS = 8
COMMAND_MASK = 0xF0


class DisplayTwin:
    """One HT16K33 with its four characters."""

    def __init__(self) -> None:
        self.plugged = True
        self.lose_power()

    def lose_power(self) -> None:
        """Forget everything: it stays dark until it is set up again."""
        self._ram = bytearray(16)
        self._oscillates = self._on = False

    def command(self, value: int) -> None:
        """One command byte; dimming is heard and not shown."""
        if value & COMMAND_MASK == OSCILLATOR_ON & COMMAND_MASK:
            self._oscillates = bool(value & 1)
        elif value & COMMAND_MASK == DISPLAY_ON & COMMAND_MASK:
            self._on = bool(value & 1)

    def write(self, start: int, data: Sequence[int]) -> None:
        """Its RAM."""
        self._ram[start : start + len(data)] = bytes(data)

    @property
    def segments(self) -> tuple[int, ...]:
        """The segments that glow in each character."""
        if not (self._oscillates and self._on):
            return (0,) * CHARACTERS
        return tuple(int.from_bytes(self._ram[i : i + 2], "little") for i in range(0, 2 * CHARACTERS, 2))


class I2cTwin:
    """The calls of smbus2's SMBus over simulated chips.

    Whoever is addressed and not there does not answer, as on a real bus: OSError with EREMOTEIO.

    Args:
        mux_address: Address of the TCA9548A.
        displays: How many HT16K33s sit behind it, placed as :class:`DisplayRow` says.
        expanders: Addresses of the MCP23017s.
        on_display: Called when what a display shows changed.
        on_interrupt: Called with the level of the shared interrupt line when it changes.
    """

    def __init__(
        self,
        mux_address: int,
        displays: int,
        expanders: Sequence[int],
        on_display: Callable[[], None],
        on_interrupt: Callable[[bool], None],
    ) -> None:
        self._mux_address = mux_address
        self._mux = 0
        self._plugged = True
        self._hangs = False
        self._on_display = on_display
        self._on_interrupt = on_interrupt
        self._lock = threading.RLock()
        self.displays = [DisplayTwin() for _ in range(displays)]
        self._places = {
            (n // DisplayRow.PER_CHANNEL, DisplayRow.FIRST_ADDRESS + n % DisplayRow.PER_CHANNEL): display
            for n, display in enumerate(self.displays)
        }
        """Displays by (multiplexer channel, address)."""
        self._registers = {address: _at_power_on() for address in expanders}
        self._levels = dict.fromkeys(expanders, 0xFFFF)
        self._unplugged: set[int] = set()
        self._mute: set[int] = set()
        self._pending: set[tuple[int, int]] = set()
        """(expander, port) that pull the interrupt line down."""

    def unplug(self) -> None:
        """Pull the cable: no chip answers, and all lose their power."""
        with self._lock:
            self._plugged = False
            self._mux = 0
            for display in self.displays:
                display.lose_power()
            for address in self._registers:
                self._reset_expander(address)
        self._on_display()

    def plug(self) -> None:
        """Put it back."""
        with self._lock:
            self._plugged = True

    def hang(self) -> None:
        """Let a chip without supply hold the bus down: every transfer times out, and the chips keep their power."""
        with self._lock:
            self._hangs = True

    def let_go(self) -> None:
        """Let go of the bus."""
        with self._lock:
            self._hangs = False

    def unplug_display(self, n: int) -> None:
        """Pull one display off: it alone does not answer."""
        with self._lock:
            self.displays[n].plugged = False
            self.displays[n].lose_power()
        self._on_display()

    def plug_display(self, n: int) -> None:
        """Put it back."""
        with self._lock:
            self.displays[n].plugged = True

    def unplug_expander(self, address: int) -> None:
        """Pull one expander off: it alone does not answer."""
        with self._lock:
            self._unplugged.add(address)
            self._reset_expander(address)

    def mute_expander(self, address: int) -> None:
        """Break its wire to the bus: it alone does not answer, and its interrupt output goes on."""
        with self._lock:
            self._mute.add(address)

    def lose_supply(self, address: int) -> None:
        """Let one expander lose its supply for a moment: it answers, with the registers that it gets with power."""
        with self._lock:
            self._reset_expander(address)

    def plug_expander(self, address: int) -> None:
        """Put it back."""
        with self._lock:
            self._unplugged.discard(address)
            self._mute.discard(address)

    def write_byte(self, i2c_addr: int, value: int) -> None:
        """The multiplexer's control byte, or a display's command."""
        with self._lock:
            self._check_bus()
            if i2c_addr == self._mux_address and self._displays_wired:
                self._mux = value
                return
            displays = self._addressed(i2c_addr)
            before = [display.segments for display in displays]
            for display in displays:
                display.command(value)
            changed = before != [display.segments for display in displays]
        if changed:
            self._on_display()

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        """A display's RAM."""
        with self._lock:
            displays = self._addressed(i2c_addr)
            before = [display.segments for display in displays]
            for display in displays:
                display.write(register, data)
            changed = before != [display.segments for display in displays]
        if changed:
            self._on_display()

    def write_byte_data(self, i2c_addr: int, register: int, value: int) -> None:
        """An expander's register."""
        with self._lock:
            self._expander(i2c_addr)[register] = value

    def read_byte_data(self, i2c_addr: int, register: int) -> int:
        """An expander's register; reading a port ends that port's interrupt."""
        with self._lock:
            registers = self._expander(i2c_addr)
            if register not in (GPIO, GPIO + 1):
                return registers[register]
            port = register - GPIO
            self._pending.discard((i2c_addr, port))
            if not self._pending:
                self._on_interrupt(True)
            inputs = registers[IODIR + port]
            # an input without its pull-up floats: here it is low, which nobody may take for a press
            levels = self._levels[i2c_addr] >> 8 * port & registers[GPPU + port]
            return levels & inputs | registers[OLAT + port] & ~inputs

    def drive(self, pin: int, high: bool) -> None:
        """Drive input ``pin`` (16 an expander) from outside: a button grounds it."""
        address = list(self._levels)[pin // 16]
        port, bit = divmod(pin % 16, 8)
        with self._lock:
            before = self._levels[address]
            mask = 1 << pin % 16
            self._levels[address] = before | mask if high else before & ~mask
            registers = self._registers[address]
            armed = registers[GPINTEN + port] & registers[IODIR + port] & 1 << bit
            if before == self._levels[address] or not armed or not self._is_powered(address):
                return
            self._pending.add((address, port))
        # outside of the lock: whoever is interrupted reads the ports
        self._on_interrupt(False)

    def close(self) -> None:
        """Nothing to let go of."""

    def _check_bus(self) -> None:
        if self._hangs:
            raise OSError(errno.ETIMEDOUT, "Connection timed out")

    @property
    def _displays_wired(self) -> bool:
        return self._plugged and bool(self.displays)

    def _is_powered(self, address: int) -> bool:
        return self._plugged and address in self._registers and address not in self._unplugged

    def _reset_expander(self, address: int) -> None:
        self._registers[address] = _at_power_on()
        if any(asking == address for asking, _ in self._pending):
            self._pending = {(asking, port) for asking, port in self._pending if asking != address}
            if not self._pending:
                self._on_interrupt(True)

    def _expander(self, address: int) -> bytearray:
        self._check_bus()
        if not self._is_powered(address) or address in self._mute:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return self._registers[address]

    def _addressed(self, address: int) -> list[DisplayTwin]:
        """The displays that hear this address, on every channel that is switched through."""
        self._check_bus()
        through = [(c, address) for c in range(MUX_CHANNELS) if self._mux >> c & 1]
        found = [self._places[place] for place in through if place in self._places and self._places[place].plugged]
        if not self._plugged or not found:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return found


def _at_power_on() -> bytearray:
    """The registers of an MCP23017 that has just got power: all inputs, nothing armed."""
    registers = bytearray(EXPANDER_REGISTERS)
    registers[IODIR] = registers[IODIR + 1] = 0xFF
    return registers
