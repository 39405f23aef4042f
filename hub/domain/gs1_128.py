"""An SSCC as GS1-128: Code 128 that begins with FNC1, two digits a character.

Source: ISO/IEC 15417, table 1 (code set C, start character C, FNC1); GS1 General Specifications, section 5.4.
"""

from hub.domain.code_128 import STOP_WIDTHS, pattern

START_C, FNC1 = 105, 102


def gs1_128(digits: str) -> list[int]:
    """The widths of bars and spaces in modules, a bar first, without the quiet zones.

    Args:
        digits: Of an element string, such as 00 and an SSCC; an even number of them.

    Raises: ValueError, something else.

    >>> sum(gs1_128("00006141411234567890"))
    156
    """
    if not digits.isdecimal() or not digits.isascii() or len(digits) % 2:
        raise ValueError(f"Expected an even number of digits for a GS1-128 in code set C, got '{digits}'.")
    values = [FNC1, *(int(digits[n : n + 2]) for n in range(0, len(digits), 2))]
    check = (START_C + sum(n * value for n, value in enumerate(values, 1))) % 103
    widths = "".join([pattern(START_C), *(pattern(v) for v in [*values, check]), STOP_WIDTHS])
    return [int(width) for width in widths]
