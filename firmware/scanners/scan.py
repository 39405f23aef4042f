"""What a handheld scanner says of one symbol."""

from dataclasses import dataclass

from firmware.symbology import check_digit_fits

SCAN_CHARACTERS_MAX = 7_089
"""The longest text that a symbol can carry: a QR code of digits. Source: ISO/IEC 18004."""
HALF_SCAN_US = 5_000_000
"""Who says nothing more for so long has lost the rest of a scan: what came of it is thrown away."""
GROUP_SEPARATOR = "\x1d"
"""What a scanner sends for an FNC1 between two fields of a GS1 symbol."""

_AIM_LETTERS = {
    "A": "Code39",
    "C": "Code128",
    "E": "EAN-13",
    "I": "ITF",
    "L": "PDF417",
    "Q": "QRCode",
    "d": "DataMatrix",
    "e": "DataBar",
}
AIM_LENGTH = 3
EAN_13_AIM, EAN_13_ADD_ON_AIM, EAN_8_AIM = "]E0", "]E3", "]E4"
ADD_ON = "EAN add-on"


@dataclass(frozen=True)
class Scan:
    """One symbol as a scanner told it."""

    text: str
    symbology: str = ""
    """By its AIM identifier, else by its check digit where it looks like a product's; "" where neither tells."""
    aim: str = ""
    """AIM symbology identifier, such as "]E0"; "" where the scanner does not send it."""


def scan_of(told: str) -> Scan | None:
    """A scanner's line as a scan; None if it is empty.

    Source: ISO/IEC 15424 (symbology identifiers: "]", a letter for the symbology, a digit for its options).

    >>> scan_of("]E04006381333931")
    Scan(text='4006381333931', symbology='EAN-13', aim=']E0')
    >>> scan_of("4006381333931").symbology, scan_of("036000291452").text, scan_of("TOTE-0001").symbology
    ('EAN-13', '0036000291452', '')
    """
    text, aim = told, ""
    if len(told) >= AIM_LENGTH and told[0] == "]" and told[1] in _AIM_LETTERS and told[2].isalnum():
        aim, text = told[:AIM_LENGTH], told[AIM_LENGTH:]
    if not text:
        return None
    symbology = _AIM_LETTERS[aim[1]] if aim else ""
    if symbology == "EAN-13" and aim != EAN_13_AIM:
        symbology = "EAN-8" if aim == EAN_8_AIM else ADD_ON  # ]E1 to ]E3 carry an add-on of a magazine or a book
        if aim == EAN_13_ADD_ON_AIM:
            text, symbology = text[:13], "EAN-13"
    if not aim and text.isascii() and text.isdigit() and check_digit_fits(text):
        symbology = {8: "EAN-8", 12: "EAN-13", 13: "EAN-13"}.get(len(text), "")
    if symbology == "EAN-13":
        text = text.zfill(13)  # a UPC-A is told with twelve digits by some
    return Scan(text, symbology, aim)
