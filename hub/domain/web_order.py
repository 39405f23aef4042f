"""An order as a web shop's own software tells it, whichever software that is."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from hub.domain.terms import GIFT_NOTE_CHARS_MAX, NOWHERE, Delivery

NUMBER_CHARS_MAX = 64
WORDS_CHARS_MAX = 200
"""What a shop says of an address is kept to this length."""


class BadWebOrder(ValueError):
    """What was sent is no order that can be taken; ``ref`` is its number, if that could be read."""

    def __init__(self, words: str, ref: str = "") -> None:
        super().__init__(words)
        self.ref = ref


@dataclass(frozen=True, kw_only=True)
class WebLine:
    """One line; ``units`` is what is still wanted of it."""

    sku: str
    units: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class WebOrder:
    """How an order stands in the shop."""

    ref: str
    """The number that the shop's customer knows."""
    customer: str
    country: str
    placed_us: int
    updated_us: int
    """When the shop changed it last: what is older than what came before is not obeyed."""
    lines: tuple[WebLine, ...]
    paid: bool
    cancelled: bool
    delivery: Delivery = NOWHERE
    gift_note: str = ""


def order_number(number: str) -> str:
    """The number of an order. Raises: BadWebOrder, it is none that can be kept."""
    if not 1 <= len(number) <= NUMBER_CHARS_MAX or not number.isprintable():
        raise BadWebOrder(f"Expected an order's number of 1 to {NUMBER_CHARS_MAX} characters, got {number[:80]!a}.")
    return number


def likely_number(body: bytes, field: str) -> str:
    """The number in what could not be read as an order; empty if it has none.

    >>> likely_number(b'{"name": "#1001", "line_items": 3}', "name"), likely_number(b"[", "name")
    ('#1001', '')
    """
    try:
        found = json.loads(body).get(field)
    except (ValueError, AttributeError, RecursionError):
        return ""
    return found[:NUMBER_CHARS_MAX] if isinstance(found, str) else ""


def time_us(text: str, what: str, ref: str) -> int:
    """A time in ISO 8601, UTC if it names no zone, as UTC microseconds. Raises: BadWebOrder.

    >>> time_us("2017-03-22T19:28:02", "date_created_gmt", "")
    1490210882000000
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadWebOrder(f"{what}: expected a time as in ISO 8601, got {text[:40]!a}.", ref) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp()) * 1_000_000


def price_minor(price: str | float, ref: str) -> int:
    """A price in minor units of a currency that has a hundred of them. Raises: BadWebOrder.

    >>> price_minor("19.95", "")
    1995
    """
    try:
        value = Decimal(str(price)) * 100
        minor = int(value.to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError):
        raise BadWebOrder(f"price: expected a price as 19.95, got {str(price)[:40]!a}.", ref) from None
    if not 0 <= minor <= 1_000_000_000:
        raise BadWebOrder(f"price: expected a price from 0 to 10000000, got {str(price)[:40]!a}.", ref)
    return minor


def words(*parts: str | None) -> str:
    """Parts of a line, in one line without control characters.

    >>> words("Kari", None, "Nordmann\\n")
    'Kari Nordmann'
    """
    line = " ".join(" ".join(part for part in parts if part).split())
    return "".join(sign for sign in line if sign.isprintable())[:WORDS_CHARS_MAX]


def note(text: str | None) -> str:
    """A note of several lines, without other control characters."""
    lines = ("".join(sign for sign in line if sign.isprintable()) for line in (text or "").splitlines())
    return "\n".join(lines)[:GIFT_NOTE_CHARS_MAX]
