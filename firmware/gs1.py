"""What a symbol says in the words of GS1: item, lot, expiry, serial, count, shipping unit.

A symbol is GS1 where its AIM identifier says so. Where that is not known (ZBar hides the FNC1 of a Code 128; a scanner
may send no identifier) it is taken for GS1 only if every application identifier, every length and every check digit
parses, and there is at least one check digit to go by: "10ABC" alone may be anybody's own numbering.

Source: GS1 General Specifications, sections 3 (application identifiers), 7.8 (processing of data) and 7.12 (dates).
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from biip import ParseConfig, ParseError
from biip.gs1_element_strings import GS1ElementString

from firmware.symbol import Symbol
from firmware.symbology import check_digit_fits

SEPARATOR = "\x1d"
"""What a reader transmits for an FNC1 between two elements."""
TEXT_MAX = 512
"""No GS1 symbol holds more by far; a longer text is not looked at."""
GS1_AIM = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
"""GS1-128, DataBar and its composites, GS1 DataMatrix, GS1 QR, GS1 DotCode."""
PRODUCT_SYMBOLOGIES = frozenset({"EAN-13", "EAN-8", "UPC-E", "ITF"})
"""They hold a GTIN and nothing else."""
PRODUCT_LENGTHS = {"EAN-13": (12, 13), "EAN-8": (8,), "UPC-E": (12, 13), "ITF": (14,)}

_CONFIG = ParseConfig()
_CHECKED = {"00", "01", "02", "03"}
_DATES = {"11", "12", "13", "15", "16", "17"}
DATE_LENGTH = 8
"""A date's identifier and its six digits."""
REASON_CHARS_MAX = 120


@dataclass(frozen=True)
class Gs1:
    """What a symbol says; empty or None where it does not say it."""

    gtin: str = ""
    """Of the thing itself (AI 01), or what a shipping unit holds (AI 02): fourteen digits."""
    lot: str = ""
    """AI 10."""
    expiry: dt.date | None = None
    """AI 17; a day that is not given is the month's last."""
    serial: str = ""
    """AI 21."""
    count: int | None = None
    """AI 37, or 30: units in it."""
    sscc: str = ""
    """AI 00: eighteen digits."""


class BadGs1(ValueError):
    """A symbol of GS1 that is not to be believed; the text says what was expected and what came."""


def gs1_of(symbol: Symbol, this_year: int) -> Gs1 | None:
    """What this symbol says, or None if it is not of GS1, or not to be believed.

    Args:
        symbol: Whatever was read; garbage is answered with None.
        this_year: As for :func:`understand`.
    """
    try:
        return understand(symbol.text, symbol.symbology, symbol.aim, this_year)
    except BadGs1:
        return None


def understand(text: str, symbology: str, aim: str, this_year: int) -> Gs1 | None:
    """What a symbol says, or None if it is not of GS1.

    Args:
        text, symbology, aim: As they were read; ``aim`` "" where it is not known.
        this_year: Four digits: two-digit years lie between 49 years before it and 50 after.

    Raises:
        BadGs1: it is of GS1 by its identifier, or is built like it in every part, and a check digit or a date in it
            is wrong, or it does not parse.
    """
    if symbology in PRODUCT_SYMBOLOGIES:
        fits = len(text) in PRODUCT_LENGTHS[symbology] and text.isascii() and text.isdigit()
        if fits and check_digit_fits(text):
            return Gs1(gtin=text.zfill(14))
        if fits and symbology != "ITF":
            raise BadGs1(f"{symbology} {text}: expected another check digit than {text[-1]}")
        return None
    if aim and aim not in GS1_AIM:
        return None
    wrong: list[str] = []
    try:
        elements = list(_elements(text, wrong))
        told = None if wrong else _told(elements, this_year)
    except (ParseError, ValueError) as error:
        if aim:
            raise BadGs1(_short(error)) from error
        return None
    is_sure = bool(aim) or any(element.ai.ai in _CHECKED for element in elements)
    if not is_sure:
        return None
    if wrong or not elements:
        raise BadGs1(_short(wrong[0] if wrong else "expected an element, got an empty symbol"))
    return told


def _short(why: object) -> str:
    """For a bench's screen, and without what no screen shows."""
    shown = "".join(c if c.isprintable() else " " for c in str(why))
    return shown[:REASON_CHARS_MAX]


def _elements(text: str, wrong: list[str]) -> Iterator[GS1ElementString]:
    """The element strings of a message; what is built right and says something wrong goes to ``wrong``.

    Raises: ParseError, ValueError.
    """
    if not text.isascii() or len(text) > TEXT_MAX:
        raise ValueError(f"Expected at most {TEXT_MAX} characters of ASCII, got {len(text)}.")
    rest = text.removeprefix(SEPARATOR)
    while rest:
        # biip would read on past an element that is longer than it may be: what it takes must end at a separator.
        try:
            element = GS1ElementString.extract(rest, config=_CONFIG)
        except ParseError:
            if rest[:2] not in _DATES or not rest[2:DATE_LENGTH].isdigit() or len(rest) < DATE_LENGTH:
                raise
            wrong.append(f"({rest[:2]}): expected a day as YYMMDD, got '{rest[2:DATE_LENGTH]}'")
            rest = rest[DATE_LENGTH:].removeprefix(SEPARATOR)
            continue
        error = element.gtin_error or element.sscc_error or element.gln_error
        if error:
            wrong.append(error)
        yield element
        rest = rest[len(element) :]
        if rest and element.ai.separator_required and not rest.startswith(SEPARATOR):
            raise ValueError(f"Expected a separator after {element.as_hri()}, got '{rest[:1]}'.")
        rest = rest.removeprefix(SEPARATOR)


def _told(elements: list[GS1ElementString], this_year: int) -> Gs1:
    """Raises: ValueError, an identifier stands there twice with different values."""
    values: dict[str, str] = {}
    for element in elements:
        if values.setdefault(element.ai.ai, element.value) != element.value:
            raise ValueError(f"Expected ({element.ai.ai}) once, got '{values[element.ai.ai]}' and '{element.value}'.")
    count = values.get("37") or values.get("30")
    return Gs1(
        gtin=values.get("01") or values.get("02", ""),
        lot=values.get("10", ""),
        expiry=_date(values["17"], this_year) if "17" in values else None,
        serial=values.get("21", ""),
        count=int(count) if count else None,
        sscc=values.get("00", ""),
    )


def _date(text: str, this_year: int) -> dt.date:
    """Raises: ValueError, there is no such day."""
    year = this_year - this_year % 100 + int(text[:2])
    if year - this_year > 50:
        year -= 100
    elif this_year - year > 49:
        year += 100
    month, day = int(text[2:4]), int(text[4:])
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])
