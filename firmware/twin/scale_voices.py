"""How a simulated scale of each protocol speaks and what it obeys: bytes heard in, bytes said out."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from firmware.scales import cas_ecr, cas_stream, nci, toledo_8217
from firmware.scales.framing import MarkedFrames, checksum
from firmware.scales.reading import Reading

COMMAND_BYTES_MAX = 64
"""Of a command that has no end, no more is kept."""
POUND_MG = 453_592.37


class Pan(Protocol):
    """The scale behind the voice."""

    def show(self) -> Reading:
        """What lies there now."""
        ...

    def zero(self) -> bool:
        """Make what lies there the zero; False while it moves."""
        ...

    def tare(self) -> bool:
        """Take what lies there off the weight; False while it moves."""
        ...


class Voice(ABC):
    """One protocol, spoken from the scale's end. ``division_mg`` says how many decimals are shown."""

    streams = False
    """Whether it says its weight unasked from when it has power."""

    def __init__(self, division_mg: int) -> None:
        self.start_up()
        # it shows as many decimals as its division has, as real ones do
        self._decimals_g = next(d for d in range(4) if division_mg % 10 ** (3 - d) == 0)
        self._decimals_kg = self._decimals_g + 3

    def start_up(self) -> None:
        """Power has come: what was asked for before is forgotten."""
        self.repeats = self.streams

    @abstractmethod
    def hear(self, data: bytes, pan: Pan) -> bytes:
        """Obey what was heard; the answers."""

    @abstractmethod
    def say(self, reading: Reading) -> bytes:
        """A reading in this protocol; nothing where it has no words for it."""

    def _grams(self, reading: Reading) -> str:
        return f"{(reading.weight_mg or 0) / 1e3:.{self._decimals_g}f}"

    def _kilograms(self, reading: Reading, decimals: int | None = None) -> str:
        return f"{(reading.weight_mg or 0) / 1e6:.{self._decimals_kg if decimals is None else decimals}f}"


class _LineVoice(Voice):
    """A voice that is asked by lines."""

    end = b"\n"

    def start_up(self) -> None:
        """Power has come: what was heard before is forgotten."""
        super().start_up()
        self._lines = MarkedFrames(self.end, COMMAND_BYTES_MAX)

    def hear(self, data: bytes, pan: Pan) -> bytes:
        """Obey each line that is whole."""
        return b"".join(self._obey(line.strip(b"\r\n"), pan) for line in self._lines.feed(data))

    @abstractmethod
    def _obey(self, command: bytes, pan: Pan) -> bytes: ...


class MtSics(_LineVoice):
    """MT-SICS: ``SI``, ``SIR``, ``Z``, ``T``, ``@``; whatever else it is told is a syntax error.

    After ``SIR`` it repeats its weight until ``@``, or until it loses its power.
    """

    def _obey(self, command: bytes, pan: Pan) -> bytes:
        match command:
            case b"SI":
                return self.say(pan.show())
            case b"SIR":
                self.repeats = True
                return self.say(pan.show())
            case b"@":
                self.repeats = False
                return b'@ A "0000000001"\r\n'
            case b"Z":
                return b"Z A\r\n" if pan.zero() else b"Z I\r\n"
            case b"T":
                tare = f"{self._grams(pan.show()):>10}"
                return f"T S {tare} g\r\n".encode() if pan.tare() else b"T I\r\n"
        return b"ES\r\n"

    def say(self, reading: Reading) -> bytes:
        """``S S      100.00 g`` and its like."""
        if reading.weight_mg is None:
            return {"over": b"S +\r\n", "under": b"S -\r\n"}.get(reading.state, b"S I\r\n")
        state = "S" if reading.state == "stable" else "D"
        return f"S {state} {self._grams(reading):>10} g\r\n".encode()


class Toledo8217(Voice):
    """Toledo 8217: single letters without an end, but for ``T CR``."""

    def __init__(self, division_mg: int, *, pounds: bool = False) -> None:
        super().__init__(division_mg)
        self._pounds = pounds

    def hear(self, data: bytes, pan: Pan) -> bytes:
        """Obey each letter; what it does not know it does not answer."""
        said = b""
        for letter in data:
            if letter == ord("W"):
                said += self.say(pan.show())
            elif letter in b"ZT":
                _ = pan.zero() if letter == ord("Z") else pan.tare()
                said += self._status(pan.show())
        return said

    def say(self, reading: Reading) -> bytes:
        """A weight at rest that is not below nothing, else the status."""
        if reading.state != "stable" or reading.weight_mg is None or reading.weight_mg < 0:
            return self._status(reading)
        if self._pounds:
            return f"\x02{reading.weight_mg / POUND_MG:06.2f}\r".encode()
        return f"\x02{reading.weight_mg / 1e6:06.3f}\r".encode()

    def _status(self, reading: Reading) -> bytes:
        bits = {
            "motion": toledo_8217.MOTION,
            "over": toledo_8217.OVER,
            "under": toledo_8217.UNDER,
            "zero_error": toledo_8217.OUTSIDE_ZERO,
            "stable": 0,
        }[reading.state]
        if reading.state == "stable" and (reading.weight_mg or 0) < 0:
            bits = toledo_8217.UNDER
        return bytes([0x02, ord("?"), toledo_8217.ALWAYS | bits, 0x0D])


class Nci(_LineVoice):
    """NCI: ``W``, ``S``, ``Z``, ``T``, each ended by CR."""

    end = b"\r"

    def _obey(self, command: bytes, pan: Pan) -> bytes:
        match command:
            case b"W":
                return self.say(pan.show())
            case b"S":
                return self._status(pan.show())
            case b"Z" | b"T":
                _ = pan.zero() if command == b"Z" else pan.tare()
                return self._status(pan.show())
        return b"\n?\r\x03"

    def say(self, reading: Reading) -> bytes:
        """The weight, or what fills its place, and the status."""
        filling = {"over": "^" * 9, "under": "_" * 9, "zero_error": "-" * 9}
        weight = filling.get(reading.state, f"{self._kilograms(reading):>9}")
        return f"\n{weight}kg\r".encode() + self._status(reading)

    def _status(self, reading: Reading) -> bytes:
        first = 0x30 | {"motion": nci.MOTION, "zero_error": nci.EEPROM_ERROR}.get(reading.state, 0)
        second = 0x30 | {"over": nci.OVER, "under": nci.UNDER}.get(reading.state, 0)
        return bytes([0x0A, first, second, 0x0D, 0x03])


class AAndD(_LineVoice):
    """A&D: ``Q``, ``Z``, ``T``; what it does not know it answers with ``?``."""

    def _obey(self, command: bytes, pan: Pan) -> bytes:
        match command:
            case b"Q":
                return self.say(pan.show())
            case b"Z" | b"T":
                done = pan.zero() if command == b"Z" else pan.tare()
                return command + b"\r\n" if done else b"I\r\n"
        return b"?\r\n"

    def say(self, reading: Reading) -> bytes:
        """Header, nine characters, unit; nothing when its cell has failed."""
        match reading.state:
            case "over":
                return b"OL,+9999999E+19\r\n"
            case "under":
                return b"OL,-9999999E+19\r\n"
            case "zero_error":
                return b""
        number = f"{float(self._grams(reading)):+09.{self._decimals_g}f}"
        return f"{'ST' if reading.state == 'stable' else 'US'},{number}  g\r\n".encode()


class Ohaus(_LineVoice):
    """Ohaus Defender: ``IP``, ``Z``, ``T``."""

    def _obey(self, command: bytes, pan: Pan) -> bytes:
        match command:
            case b"IP":
                return self.say(pan.show())
            case b"Z" | b"T":
                _ = pan.zero() if command == b"Z" else pan.tare()
                return b""
        return b"ES\r\n"

    def say(self, reading: Reading) -> bytes:
        """A line of fixed places; nothing where there is no weight."""
        if reading.weight_mg is None:
            return b""
        sign = "-" if reading.weight_mg < 0 else " "
        number = self._kilograms(Reading(0, reading.state, abs(reading.weight_mg)), 3)
        motion = "?" if reading.state == "motion" else " "
        return f"{sign} {number:>7} {'kg':<5}{motion}{'G':<3}\r\n".encode()


class CasEcr(Voice):
    """CAS at a cash register: ``ENQ`` is acknowledged, ``DC1`` answered with a block; nothing else is."""

    def hear(self, data: bytes, pan: Pan) -> bytes:
        """Obey each control character."""
        said = b""
        for character in data:
            if character == cas_ecr.ENQ[0]:
                said += cas_ecr.ACK
            elif character == cas_ecr.DC1[0]:
                said += self.say(pan.show())
        return said

    def say(self, reading: Reading) -> bytes:
        """A block with its check character; below its range and with a failed cell it says nothing."""
        if reading.state == "over":
            body = b"UFFFFFFFkg"
        elif reading.weight_mg is None:
            return b""
        else:
            sign = "-" if reading.weight_mg < 0 else " "
            number = self._kilograms(Reading(0, reading.state, abs(reading.weight_mg)), 3)
            body = f"{'S' if reading.state == 'stable' else 'U'}{sign}{number:>6}kg".encode()
        return b"\x01\x02" + body + bytes([checksum(body)]) + b"\x03\x04"


class CasStream(Voice):
    """A CAS indicator that streams, and hears nothing."""

    streams = True

    def hear(self, data: bytes, pan: Pan) -> bytes:
        """Hear nothing."""
        del data, pan
        return b""

    def say(self, reading: Reading) -> bytes:
        """A line of 22 bytes; below its range and with a failed cell it says nothing."""
        if reading.state != "over" and reading.weight_mg is None:
            return b""
        header = {"stable": "ST", "motion": "US"}.get(reading.state, "OL")
        lamps = 0x84 | (cas_stream.STABLE_LAMP if reading.state == "stable" else 0)
        number = self._kilograms(reading, 3)
        return f"{header},GS,1".encode() + bytes([lamps]) + f",{number:>8} kg\r\n".encode()


class Adam(_LineVoice):
    """Adam CPWplus: ``G``, ``N``, ``T``, ``Z``; what else it is told it does not answer."""

    def _obey(self, command: bytes, pan: Pan) -> bytes:
        match command:
            case b"G":
                return self.say(pan.show())
            case b"N" | b"T":
                return command + self.say(pan.show())[1:]
            case b"Z":
                pan.zero()
        return b""

    def say(self, reading: Reading) -> bytes:
        """``G + 2.00 kg``, whether at rest or not; nothing where there is no weight."""
        if reading.weight_mg is None:
            return b""
        sign = "-" if reading.weight_mg < 0 else "+"
        number = self._kilograms(Reading(0, reading.state, abs(reading.weight_mg)))
        return f"G {sign} {number} kg\r\n".encode()


VOICES: Mapping[str, Callable[[int], Voice]] = MappingProxyType(
    {
        "mt_sics": MtSics,
        "toledo_8217": Toledo8217,
        "toledo_8217_lb": lambda division_mg: Toledo8217(division_mg, pounds=True),
        "nci": Nci,
        "a_and_d": AAndD,
        "ohaus": Ohaus,
        "cas_ecr": CasEcr,
        "cas_stream": CasStream,
        "adam": Adam,
    }
)
"""By the names of firmware.scales.protocols: every protocol that speaks of one pan."""
