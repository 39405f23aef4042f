"""Which symbols we read, how they are called, and what a text of each must look like to be believed."""

DEFAULT = frozenset({"EAN-13", "EAN-8", "Code128", "QRCode", "DataMatrix"})
"""What a station reads unless told otherwise. A UPC-A is an EAN-13 with a leading 0."""

OPT_IN = frozenset({"UPC-E", "ITF", "Code39", "PDF417"})
"""Read only where asked for: they are slow, or invent short texts out of parts of other symbols."""

EVERY = DEFAULT | OPT_IN

LINEAR = frozenset({"EAN-13", "EAN-8", "UPC-E", "Code128", "Code39", "ITF"})
"""Symbologies without error correction: a read of theirs wants a second opinion."""

CODE128_LENGTH_MIN = 4
CODE39_LENGTH_MIN = 4
ITF_LENGTH = 14
"""ITF has no start and end worth the name: a fixed length and the check digit stand in for them."""

_PRODUCT_DIGITS = {"EAN-13": 13, "EAN-8": 8, "ITF": ITF_LENGTH}


def check_digit_fits(digits: str) -> bool:
    """Whether the last digit of a GTIN is right for the others.

    Source: GS1 General Specifications, section 7.9.1 (weights 3 and 1 from the right).

    >>> check_digit_fits("4006381333931"), check_digit_fits("4006381333932")
    (True, False)
    """
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits))) % 10 == 0


def plausible(text: str, symbology: str) -> bool:
    """Whether this text can stand in this symbology at all.

    >>> plausible("TOTE-0001", "Code128"), plausible("12", "Code128"), plausible("4006381333932", "EAN-13")
    (True, False, False)
    """
    if symbology in _PRODUCT_DIGITS:
        fits = len(text) == _PRODUCT_DIGITS[symbology] and text.isascii() and text.isdigit()
        return fits and check_digit_fits(text)
    if symbology == "Code128":
        return len(text) >= CODE128_LENGTH_MIN
    if symbology == "Code39":
        return len(text) >= CODE39_LENGTH_MIN
    return bool(text)


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
