"""What the REST interface takes and says, with its bounds: what passes here can be stored and shown."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from hub.domain.order_file import PRICE_MINOR_MAX
from hub.domain.terms import GIFT_NOTE_CHARS_MAX, PRIORITY_MAX, HoldReason
from hub.handlers.orders import UNITS_MAX

PLACED_US_MAX = 4_102_444_800_000_000
"""2100-01-01: a later time is in other units than microseconds, or broken."""
LINES_MAX = 10_000
SHOP_LINES_MAX = 1_000
"""Of one order over ``/v1``: while it is written down, the floor waits."""

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\p{Cc}]*$")]
"""Text of one line, without control characters."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\p{Cc}]+$")]
"""A code as pages show it: CLIENT:CODE of all clients but the first."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\p{Cc}]+$")]
"""A code or number that somebody else gave, without control characters."""


Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\p{Cc}]+$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\p{Cc}]+$")]


class ShopBody(BaseModel):
    """What a shop sends. A key that nobody knows is refused rather than passed over: a misspelt one would be lost."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def only_known_keys(cls, said: Any) -> Any:
        """Name the keys that are not known, and those that are. Raises: PydanticCustomError."""
        known = cls.model_fields
        unknown = [ascii(key) for key in said if key not in known] if isinstance(said, dict) else []
        if unknown:
            text = "expected keys of {known}, got {unknown}"
            raise PydanticCustomError("unknown_key", text, {"known": ", ".join(known), "unknown": ", ".join(unknown)})
        return said


class LineIn(ShopBody):
    """One line of an order."""

    sku: Code
    units: int = Field(strict=True, ge=1, le=UNITS_MAX)
    price_minor: int = Field(strict=True, default=0, ge=0, le=PRICE_MINOR_MAX)


Text = Annotated[str, StringConstraints(max_length=GIFT_NOTE_CHARS_MAX, pattern=r"^[^\p{Cc}\n]*(\n[^\p{Cc}\n]*)*$")]
"""Text of several lines."""


class OrderLineIn(LineIn):
    """One line of an order that comes in."""

    substitute: bool = Field(
        default=False, strict=True, description="Another item may be sent as far as this one is short."
    )


class DeliveryIn(ShopBody):
    """Where an order goes; its country stands with the order."""

    name: Words = ""
    street: Words = ""
    more: Words = Field(default="", description="Company, floor, care of.")
    city: Words = ""
    region: Words = ""
    postcode: Words = ""
    phone: Words = ""
    email: Words = ""


class TermsIn(ShopBody):
    """How urgent an order is, and whether it may leave in parts."""

    priority: int = Field(strict=True, default=0, ge=0, le=PRIORITY_MAX, description="The greater goes first.")
    ship_by_us: int | None = Field(
        strict=True,
        default=None,
        ge=0,
        le=PLACED_US_MAX,
        description="Until when it was promised to leave, microseconds UTC.",
    )
    ship_complete: bool = Field(
        strict=True, default=False, description="Nothing goes to a cart before stock stands for all of it."
    )
    gift_note: Text = ""


class OrderIn(TermsIn):
    """An order; ``ref`` is the shop's own number: the same ref again changes nothing."""

    ref: Code
    customer: Words = ""
    country: Words = ""
    placed_us: int | None = Field(
        strict=True, default=None, ge=0, le=PLACED_US_MAX, description="Microseconds UTC; none: now."
    )
    hold: HoldReason | None = Field(default=None, description="Stock is promised; nothing goes to a cart.")
    delivery: DeliveryIn | None = None
    lines: list[OrderLineIn] = Field(min_length=1, max_length=LINES_MAX)


class ShopOrderIn(OrderIn):
    """An order of a shop; a longer one is sent in parts, each under its own ``ref``."""

    cart_hold: Code | None = Field(default=None, description="The hold of its cart, by POST /v1/holds.")
    lines: list[OrderLineIn] = Field(min_length=1, max_length=SHOP_LINES_MAX)


class CancelIn(ShopBody):
    """Whether the units that wait are cancelled though others of the order are in work."""

    waiting_only: bool = Field(default=False, strict=True)


class HoldIn(ShopBody):
    """Why an order must not be worked on."""

    reason: HoldReason


class LineChangeIn(ShopBody):
    """How many units a line shall have; 0: none but those in work, of which there must be none."""

    line: int = Field(strict=True, ge=1, le=LINES_MAX)
    units: int = Field(strict=True, ge=0, le=UNITS_MAX)


class KitChangeIn(ShopBody):
    """How many of a kit an order shall have; 0: it is cancelled."""

    kit: int = Field(strict=True, ge=1, le=LINES_MAX)
    units: int = Field(strict=True, ge=0, le=UNITS_MAX)


class ChangeIn(ShopBody):
    """What shall be otherwise; what is not said stays."""

    customer: Words | None = None
    country: Words | None = None
    delivery: DeliveryIn | None = Field(default=None, description="The whole address, in place of the one before.")
    terms: TermsIn | None = Field(default=None, description="Of these only those that are named are changed.")
    lines: list[LineChangeIn] = Field(default=[], max_length=SHOP_LINES_MAX)
    kits: list[KitChangeIn] = Field(default=[], max_length=SHOP_LINES_MAX)
    added: list[LineIn] = Field(default=[], max_length=SHOP_LINES_MAX, description="Further lines.")


class PartialIn(ShopBody):
    """Whether what is there may leave before the rest."""

    partial: bool = Field(strict=True)


class CancelWaitingIn(ShopBody):
    """Of which line what waits is cancelled; none: of every line."""

    line: int | None = Field(strict=True, default=None, ge=1, le=LINES_MAX)


class SubstituteIn(ShopBody):
    """What stands in for units that wait of a line; no number of units: for all of them."""

    line: int = Field(strict=True, ge=1, le=LINES_MAX)
    sku: Code
    units: int | None = Field(strict=True, default=None, ge=1, le=UNITS_MAX)


class ByPerson(BaseModel):
    """Who decides."""

    actor: Person


class SupplierUnitsIn(ShopBody):
    """Units of an SKU of a purchase order."""

    sku: Code
    units: int = Field(strict=True, ge=1, le=UNITS_MAX)


class DispatchIn(ShopBody):
    """A parcel that a supplier has sent to a customer of ours."""

    actor: Person
    carrier: Annotated[Code, StringConstraints(strip_whitespace=True)]
    tracking: Annotated[Code, StringConstraints(strip_whitespace=True)]
    lines: list[SupplierUnitsIn] = Field(min_length=1, max_length=SHOP_LINES_MAX)


class DeclineIn(ShopBody):
    """What a supplier does not send; without ``lines`` all that is still to come."""

    actor: Person
    reason: Words = ""
    lines: list[SupplierUnitsIn] | None = Field(default=None, min_length=1, max_length=SHOP_LINES_MAX)


class CancellationIn(ShopBody):
    """What a supplier says to what it was asked not to send: kept (true), or on its way already (false)."""

    actor: Person
    confirmed: bool = Field(strict=True)


class AcknowledgeIn(BaseModel):
    """Who says that a supplier will deliver, and when, if it is another day (microseconds UTC)."""

    actor: Person
    due_us: int | None = Field(default=None, ge=0, le=PLACED_US_MAX)


class DemandRowIn(BaseModel):
    """What was asked for of an SKU on a day."""

    sku: Code
    day: date
    units: int = Field(ge=1, le=UNITS_MAX)


class DemandIn(BaseModel):
    """Demand of before the site's first order."""

    actor: Person
    rows: list[DemandRowIn] = Field(min_length=1, max_length=LINES_MAX)


class TokenIn(BaseModel):
    """A token to make: for whom, and for what (scopes separated by spaces; none given: all)."""

    name: Person
    scopes: Words = ""
    client: Words = Field(default="", description="The key of the client whose orders and stock it opens.")
    actor: Person


class WebShopIn(BaseModel):
    """A web shop whose signatures are believed."""

    name: Person
    kind: Literal["shopify", "woocommerce"]
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    secret: Annotated[str, StringConstraints(min_length=8, max_length=512)]
    client: Words = Field(default="", description="The key of the client whose orders it sends.")
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
