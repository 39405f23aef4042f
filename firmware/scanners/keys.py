"""A scanner that types as a keyboard (USB HID): the kernel's key events as scans.

The station grabs the device, so that no scan is typed into a console. Scanners type as a keyboard with the layout of
the United States unless they are set otherwise, and end with Return; a group separator comes as Ctrl-].

Source: Linux, include/uapi/linux/input.h (struct input_event) and input-event-codes.h.
"""

import struct

from firmware.scanners.scan import GROUP_SEPARATOR, HALF_SCAN_US, SCAN_CHARACTERS_MAX, Scan, scan_of

EVENT = struct.Struct("@llHHi")
"""Seconds, microseconds, type, code, value; native, for the kernel's own words are."""
EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
"""The kernel's buffer ran over: keys are missing."""
UP, DOWN, REPEAT = 0, 1, 2
RETURN, KEYPAD_ENTER = 28, 96
SHIFTS, CONTROLS = frozenset({42, 54}), frozenset({29, 97})
OTHERS = frozenset({56, 100, 125, 126})
"""Alt and Meta: a scanner that holds them types codes of characters, which we do not read."""
CAPS_LOCK = 58

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_PLAIN = {first + n: letter for first, plain, _ in _ROWS for n, letter in enumerate(plain)}
_SHIFTED = {first + n: letter for first, _, shifted in _ROWS for n, letter in enumerate(shifted)}
_KEYPAD = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 74, 78, 83, 55, 98), "0123456789-+.*/", strict=True))
CONTROL_BRACKET = 27
"""The key "]", which with Ctrl is a group separator."""


def events_of(text: str) -> bytes:
    """The events of typing this text and Return, as a scanner does. Raises: ValueError, there is no key for it.

    >>> len(events_of("A")) // EVENT.size  # shift, a, a up, shift up, Return, Return up
    6
    """
    plain = {letter: (code, 0) for code, letter in _PLAIN.items()}
    shifted = {letter: (code, 42) for code, letter in _SHIFTED.items() if letter not in plain}
    keys = {**shifted, **plain, GROUP_SEPARATOR: (CONTROL_BRACKET, 29)}
    told = b""
    strange = next((letter for letter in text if letter not in keys), None)
    if strange is not None:
        raise ValueError(f"No key types '{strange}'.")
    for code, held in [*(keys[letter] for letter in text), (RETURN, 0)]:
        strokes = [(code, DOWN), (code, UP)]
        if held:
            strokes = [(held, DOWN), *strokes, (held, UP)]
        told += b"".join(EVENT.pack(0, 0, EV_KEY, key, value) for key, value in strokes)
    return told


class Codec:
    """Bytes of an input device in, scans out."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._text = ""
        self._is_spoilt = False
        """Something of this scan is missing or is no text: all of it is thrown away at its end."""
        self._held: set[int] = set()
        self._key_us = 0

    def feed(self, data: bytes, now_us: int) -> list[Scan]:
        """The scans that these bytes complete."""
        if (self._text or self._is_spoilt) and now_us - self._key_us > HALF_SCAN_US:
            self._begin()
        self._buffer += data
        scans = []
        whole = len(self._buffer) - len(self._buffer) % EVENT.size
        for _, _, kind, code, value in EVENT.iter_unpack(bytes(self._buffer[:whole])):
            if kind == EV_SYN and code == SYN_DROPPED:
                self._is_spoilt = True
                self._held.clear()
                self._key_us = now_us
            elif kind == EV_KEY:
                self._key_us = now_us
                scan = self._key(code, value)
                if scan is not None:
                    scans.append(scan)
        del self._buffer[:whole]
        return scans

    def _key(self, code: int, value: int) -> Scan | None:
        if code in SHIFTS | CONTROLS | OTHERS:
            (self._held.discard if value == UP else self._held.add)(code)
        elif value != DOWN:
            pass  # a scanner does not hold keys: a repetition is the kernel's
        elif code in (RETURN, KEYPAD_ENTER):
            text, spoilt = self._text, self._is_spoilt
            self._begin()
            return None if spoilt else scan_of(text)
        else:
            letter = self._letter(code)
            self._is_spoilt |= not letter or len(self._text) >= SCAN_CHARACTERS_MAX
            self._text = (self._text + letter)[:SCAN_CHARACTERS_MAX]
        return None

    def _letter(self, code: int) -> str:
        """What a key types; nothing if that is no text."""
        if self._held & OTHERS or code == CAPS_LOCK:
            return ""
        if self._held & CONTROLS:
            return GROUP_SEPARATOR if code == CONTROL_BRACKET else ""
        return (_SHIFTED if self._held & SHIFTS else _PLAIN).get(code) or _KEYPAD.get(code, "")

    def _begin(self) -> None:
        self._text = ""
        self._is_spoilt = False
