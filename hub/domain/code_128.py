"""Code 128 of printable ASCII, as widths of bars and spaces: what a page or a printer without the symbology draws.

Source: ISO/IEC 15417, table 1 (code set B), start character B, check character modulo 103.
"""

START_B = 104
START_B_WIDTHS = "211214"
START_C_WIDTHS = "211232"
STOP_WIDTHS = "2331112"
QUIET_MODULES = 10
"""White on either side of the symbol."""
# fmt: off
_WIDTHS = (
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131",
)
"""Of the values 0 to 102: bar, space, bar, space, bar, space."""
# fmt: on


def pattern(value: int) -> str:
    """The widths of a value's bars and spaces; 104 and 105 start code sets B and C."""
    return (*_WIDTHS, "211412", START_B_WIDTHS, START_C_WIDTHS)[value]


def code_128(text: str) -> list[int]:
    """The widths of bars and spaces in modules, a bar first, without the quiet zones.

    Raises: ValueError, a character is not printable ASCII.

    >>> code_128("A")[:6], sum(code_128("A"))
    ([2, 1, 1, 2, 1, 4], 46)
    """
    strange = sorted({c for c in text if not " " <= c <= "~"})
    if strange or not text:
        raise ValueError(f"Expected printable ASCII for a Code 128, got {strange[0] if strange else 'nothing'!r}.")
    values = [ord(c) - 32 for c in text]
    check = (START_B + sum(n * value for n, value in enumerate(values, 1))) % 103
    widths = "".join([START_B_WIDTHS, *(_WIDTHS[v] for v in [*values, check]), STOP_WIDTHS])
    return [int(width) for width in widths]
