"""Labels as ZPL: 4 by 6 inches at 203 dots an inch.

Source: Zebra, ZPL II Programming Guide (^XA, ^FO, ^A0, ^BC, ^FH, ^FD, ^GB, ^XZ).
"""

from collections.abc import Sequence
from unicodedata import east_asian_width

WIDTH_DOTS = 812
HEIGHT_DOTS = 1218
SIDE_DOTS = 40
SMALLEST_DOTS = 14
"""Letters of 1.75 mm: smaller ones nobody reads on a parcel."""
LETTER_EM, CAPITAL_EM = 0.52, 0.66
"""Width of the printer's letters over their height, on the safe side; without one, a font of ^A is as wide as it is
drawn for its height (Swiss 721 Bold Condensed, of which most letters are narrower)."""


def _field(text: str) -> str:
    """A field's text with ZPL's own characters hidden as hexadecimal."""
    return "".join(f"_{ord(c):02X}" if c in "^~_" else c for c in text if c.isprintable())


def _text(x: int, y: int, height: int, text: str, room: int = WIDTH_DOTS - 2 * SIDE_DOTS) -> str:
    """One line; its letters are smaller where it would run off the label, and its end is cut at the smallest."""
    text = "".join(char for char in text if char.isprintable())
    while text and _ems(text) * SMALLEST_DOTS > room:
        text = text[:-1]
    fits = int(room / _ems(text)) if text else height
    return f"^FO{x},{y}^A0N,{min(height, fits)}^FH^FD{_field(text)}^FS"


def _ems(text: str) -> float:
    """How wide a text is at most, in heights of its letters: capitals and wide scripts count for more."""
    return sum(
        1.0 if east_asian_width(char) in "WF" else CAPITAL_EM if char.isupper() or char in "mw@%&" else LETTER_EM
        for char in text
    )


def _symbol(x: int, y: int, height: int, text: str) -> str:
    return f"^FO{x},{y}^BY3^BCN,{height},Y,N,N^FH^FD{_field(text)}^FS"


def _gs1_symbol(x: int, y: int, height: int, number: str) -> str:
    """An SSCC as GS1-128: mode D of ^BC makes FNC1 and the application identifier of what stands in brackets."""
    return f"^FO{x},{y}^BY3^BCN,{height},Y,N,N,D^FH^FD(00){number}^FS"


def shipping_label(
    *,
    tracking: str,
    service: str,
    recipient: Sequence[str],
    order: str,
    parcel: int,
    weight_mg: int,
    sender: Sequence[str] = (),
    sscc: str = "",
) -> str:
    """The label of a parcel: its tracking number as Code 128 and, if it has one, its SSCC (18 digits) as GS1-128."""
    rows = [
        "^XA^CI28",
        _text(40, 40, 60, service),
        f"^FO40,120^GB{WIDTH_DOTS - 80},4,4^FS",
        *(_text(40, 160 + 54 * i, 44, line) for i, line in enumerate(recipient[:6])),
        _text(40, 500, 36, f"Order {order}   parcel {parcel}   {weight_mg / 1e6:.3f} kg"),
        *([_text(40, 556, 22, f"From {', '.join(sender)}")] if sender else []),
        _symbol(80, 640, 240, tracking),
        *([_gs1_symbol(80, 980, 130, sscc)] if sscc else []),
        "^XZ",
    ]
    return "\n".join(rows) + "\n"


def plate_label(*, plate: str, lines: Sequence[str], sscc: str = "") -> str:
    """The licence plate of goods that wait to be put away: its name as Code 128 and, if it has one, its SSCC."""
    rows = [
        "^XA^CI28",
        _text(40, 40, 60, "PUT AWAY"),
        *(_text(40, 140 + 44 * i, 36, line) for i, line in enumerate(lines[:10])),
        _symbol(80, 640, 240, plate),
        *([_gs1_symbol(80, 980, 130, sscc)] if sscc else []),
        "^XZ",
    ]
    return "\n".join(rows) + "\n"


STICK_ON_DOTS = (560, 296)
"""70 by 37 mm at 203 dots an inch."""


def stick_on_label(text: str, small: str = "") -> str:
    """A label to stick on a bin, a station or a board: its name large, and as Code 128; 70 by 37 mm."""
    width, height = STICK_ON_DOTS
    module = 3 if (len(text) + 3) * 11 + 22 <= width // 3 else 2
    left = max(20, (width - ((len(text) + 3) * 11 + 2) * module) // 2)
    rows = [
        f"^XA^CI28^PW{width}^LL{height}",
        f"^FO{left},24^BY{module}^BCN,130,N,N,N^FH^FD{_field(text)}^FS",
        _text(left, 176, 60, text, width - left - 20),
        *([_text(left, 252, 24, small, width - left - 20)] if small else []),
        "^XZ",
    ]
    return "\n".join(rows) + "\n"
