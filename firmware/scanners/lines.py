"""A scanner on a serial line (or a USB one set to a virtual COM port): a line of text for each symbol."""

from firmware.scanners.scan import GROUP_SEPARATOR, HALF_SCAN_US, SCAN_CHARACTERS_MAX, Scan, scan_of

BAUD = 9_600
ENDS = frozenset(b"\r\n")
PRINTABLE = range(0x20, 0x7F)


class Codec:
    """Bytes of the line in, scans out. A line ends with CR, LF or both; one with anything but text in it is none."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._is_spoilt = False
        self._heard_us = 0

    def feed(self, data: bytes, now_us: int) -> list[Scan]:
        """The scans that these bytes complete."""
        if now_us - self._heard_us > HALF_SCAN_US:
            self._begin()
        scans = []
        for byte in data:
            self._heard_us = now_us
            if byte in ENDS:
                scan = None if self._is_spoilt else scan_of(self._text.decode("ascii"))
                self._begin()
                if scan is not None:
                    scans.append(scan)
            elif byte in PRINTABLE or chr(byte) == GROUP_SEPARATOR:
                self._text.append(byte)
                self._is_spoilt |= len(self._text) > SCAN_CHARACTERS_MAX
                del self._text[SCAN_CHARACTERS_MAX:]
            else:
                self._is_spoilt = True  # a wrong baud, or a line that picked something up
        return scans

    def _begin(self) -> None:
        self._text.clear()
        self._is_spoilt = False
