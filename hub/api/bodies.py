"""What the REST interface takes and says, with its bounds: what passes here can be stored and shown."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from hub.domain.order_file import PRICE_MINOR_MAX
from hub.handlers.orders import UNITS_MAX

PLACED_US_MAX = 4_102_444_800_000_000
"""2100-01-01: a later time is in other units than microseconds, or broken."""
LINES_MAX = 10_000
SHOP_LINES_MAX = 1_000
"""Of one order over ``/v1``: while it is written down, the floor waits."""

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\p{Cc}]*$")]
"""Text of one line, without control characters."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\p{Cc}]+$")]
"""A code or number that somebody else gave, without control characters."""


Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\p{Cc}]+$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\p{Cc}]+$")]


class LineIn(BaseModel):
    """One line of an order."""

    sku: Code
    units: int = Field(ge=1, le=UNITS_MAX)
    price_minor: int = Field(default=0, ge=0, le=PRICE_MINOR_MAX)


class OrderIn(BaseModel):
    """An order; ``ref`` is the shop's own number: the same ref again changes nothing."""

    ref: Code
    customer: Words = ""
    country: Words = ""
    placed_us: int | None = Field(default=None, ge=0, le=PLACED_US_MAX, description="Microseconds UTC; none: now.")
    lines: list[LineIn] = Field(min_length=1, max_length=LINES_MAX)


class ShopOrderIn(OrderIn):
    """An order of a shop; a longer one is sent in parts, each under its own ``ref``."""

    cart_hold: Code | None = Field(default=None, description="The hold of its cart, by POST /v1/holds.")
    lines: list[LineIn] = Field(min_length=1, max_length=SHOP_LINES_MAX)


class CancelIn(BaseModel):
    """Whether the units that wait are cancelled though others of the order are in work."""

    waiting_only: bool = False


class TokenIn(BaseModel):
    """A token to make: for whom, and for what (scopes separated by spaces; none given: all)."""

    name: Person
    scopes: Words = ""
    actor: Person


class CountIn(BaseModel):
    """What somebody counted in a bin, by hand and on paper."""

    bin: Code
    units: int = Field(ge=0, le=UNITS_MAX)
    actor: Person


class ForceIn(BaseModel):
    """Who takes a station's tasks back."""

    actor: Person


class LocateIn(BaseModel):
    """For how long it should blink."""

    seconds: int = Field(default=20, ge=1, le=60)


class CloseIn(BaseModel):
    """Who closes an exception, and why."""

    actor: Person
    reason: Reason


class Refusal(BaseModel):
    """Why a request was not done, in words."""

    detail: str
