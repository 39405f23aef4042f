"""Which symbols we read, how they are called, and what a text of each must look like to be believed."""

import re
from dataclasses import dataclass

DEFAULT = frozenset({"EAN-13", "EAN-8", "Code128", "QRCode", "DataMatrix"})
"""What a station reads unless told otherwise. A UPC-A is an EAN-13 with a leading 0."""

OPT_IN = frozenset({"UPC-E", "ITF", "Code39", "Code39Ext", "DataBar", "PDF417"})
"""Read only where asked for: they are slow, or invent short texts out of parts of other symbols. Code39Ext is a
Code 39 in which a pair such as "+A" stands for one character ("a"), as nothing in the symbol itself tells.
"""

EVERY = DEFAULT | OPT_IN

LINEAR = frozenset({"EAN-13", "EAN-8", "UPC-E", "Code128", "Code39", "Code39Ext", "ITF", "DataBar"})
"""Symbologies without error correction: a read of theirs wants a second opinion."""

CODE128_LENGTH_MIN = 4
CODE39_LENGTH_MIN = 4
ITF_LENGTH = 14
"""ITF has no start and end worth the name: a fixed length and the check digit stand in for them."""

ITF_LENGTH_MIN = 6
"""What is asked of an ITF where its length is left open."""

_PRODUCT_DIGITS = {"EAN-13": 13, "EAN-8": 8, "ITF": ITF_LENGTH}


@dataclass(frozen=True)
class Wanted:
    """What a picture is read for."""

    symbologies: frozenset[str] = DEFAULT
    itf_any_length: bool = False
    """Whether an ITF may have another length than 14, and so no check digit."""


def check_digit_fits(digits: str) -> bool:
    """Whether the last digit of a GTIN is right for the others.

    Source: GS1 General Specifications, section 7.9.1 (weights 3 and 1 from the right).

    >>> check_digit_fits("4006381333931"), check_digit_fits("4006381333932")
    (True, False)
    """
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits))) % 10 == 0


def plausible(text: str, symbology: str, *, itf_any_length: bool = False) -> bool:
    """Whether this text can stand in this symbology at all; an ITF of any length if that is left open.

    >>> plausible("TOTE-0001", "Code128"), plausible("12", "Code128"), plausible("4006381333932", "EAN-13")
    (True, False, False)
    """
    if symbology == "ITF" and itf_any_length:
        return len(text) >= ITF_LENGTH_MIN and text.isascii() and text.isdigit()
    if symbology == "DataBar":
        return not is_bare_gtin(text) or check_digit_fits(text[2:])
    if symbology in _PRODUCT_DIGITS:
        fits = len(text) == _PRODUCT_DIGITS[symbology] and text.isascii() and text.isdigit()
        return fits and check_digit_fits(text)
    if symbology == "Code128":
        return len(text) >= CODE128_LENGTH_MIN
    if symbology == "Code39":
        return len(text) >= CODE39_LENGTH_MIN
    return bool(text)


def is_bare_gtin(text: str) -> bool:
    """Whether a DataBar holds a GTIN and nothing else: its check is weaker than the expanded one's.

    >>> is_bare_gtin("0104412345678909"), is_bare_gtin("01044123456789091012")
    (True, False)
    """
    return re.fullmatch(r"01[0-9]{14}", text) is not None


def expand_upc_e(text: str) -> str:
    """The UPC-A, as an EAN-13, that an eight-digit UPC-E abbreviates.

    Source: GS1 General Specifications, section 5.2.2.4.

    >>> expand_upc_e("04252614")
    '0042100005264'
    """
    system, body, check = text[0], text[1:7], text[7]
    last = body[5]
    if last in "012":
        whole = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        whole = body[:3] + "00000" + body[3:5]
    elif last == "4":
        whole = body[:4] + "00000" + body[4]
    else:
        whole = body[:5] + "0000" + last
    return "0" + system + whole + check


_FULL_ASCII = re.compile(r"[$%/+][A-Z]")
_SHIFTED_FROM = {"$": ord("A") - 1, "+": ord("A") - ord("a"), "/": ord("A") - ord("!")}
_PERCENT = dict(zip("ABCDE", range(27, 32), strict=True))
_PERCENT |= zip("FGHIJ", range(59, 64), strict=True)
_PERCENT |= zip("KLMNO", range(91, 96), strict=True)
_PERCENT |= zip("PQRSTUVWXYZ", (*range(123, 128), 0, 64, 96, 127, 127, 127), strict=True)


def full_ascii(text: str) -> str:
    """A Code 39's text with its pairs read as the single characters that they stand for.

    Source: ISO/IEC 16388, annex A.

    >>> full_ascii("12+A+B"), full_ascii("E+X%H"), full_ascii("/A1")
    ('12ab', 'Ex=', '!1')
    """
    return _FULL_ASCII.sub(lambda pair: _shifted(*pair[0]), text)


def _shifted(shift: str, letter: str) -> str:
    if shift == "%":
        return chr(_PERCENT[letter])
    return ":" if (shift, letter) == ("/", "Z") else chr(ord(letter) - _SHIFTED_FROM[shift])
