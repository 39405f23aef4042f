"""Global Trade Item Numbers.

Source: GS1 General Specifications, section 7.9 (check digit), section 3.3 (GTIN in 14 digits).
"""


def check_digit(digits: str) -> str:
    """The check digit for the digits before it.

    >>> check_digit("629104150021")
    '3'

    Raises:
        ValueError: something other than digits.
    """
    if not digits.isdecimal() or not digits.isascii():
        raise ValueError(f"Expected digits, got '{digits}'.")
    total = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin14(text: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits as 14 digits.

    >>> gtin14("6291041500213")
    '06291041500213'

    Raises:
        ValueError: not a GTIN: wrong length, not digits, or a wrong check digit; the text says which.
    """
    if len(text) not in (8, 12, 13, 14) or not text.isdecimal() or not text.isascii():
        raise ValueError(f"Expected a GTIN of 8, 12, 13 or 14 digits, got '{text}'.")
    if check_digit(text[:-1]) != text[-1]:
        raise ValueError(f"GTIN '{text}': expected check digit {check_digit(text[:-1])}, got {text[-1]}.")
    return text.zfill(14)


def ean13(gtin: str) -> str:
    """The 13 digits that an EAN-13 symbol carries for a GTIN of 14 digits with a leading 0."""
    assert len(gtin) == 14 and gtin[0] == "0", f"{gtin} has no EAN-13 symbol"
    return gtin[1:]
