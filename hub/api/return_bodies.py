"""What the interface of returns takes, with its bounds."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hub.api.bodies import SHOP_LINES_MAX, ByPerson, Code, LineIn, ShopBody, Text, Words
from hub.domain.return_terms import Grade
from hub.handlers.orders import UNITS_MAX

PictureName = Annotated[str, StringConstraints(max_length=120, pattern=r"^([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)?$")]


class ReturnLineIn(ShopBody):
    """Units of a line of an order."""

    line: int = Field(strict=True, ge=1, le=2**31 - 1)
    units: int = Field(strict=True, ge=1, le=UNITS_MAX)
    reason: Code = Field(description="A code of the site's table; GET /v1/returns/reasons lists them.")


class ReturnIn(ShopBody):
    """What of an order shall come back."""

    lines: list[ReturnLineIn] = Field(min_length=1, max_length=SHOP_LINES_MAX)
    wanted: Literal["refund", "exchange"] = "refund"
    exchange: list[LineIn] = Field(
        default=[], max_length=SHOP_LINES_MAX, description="What is wanted instead; none: the same again."
    )
    note: Text = ""


class StaffReturnIn(ReturnIn):
    """The same, keyed in by a person."""

    actor: Words
    order: Code


class GradeIn(ByPerson):
    """What a person says of units that came back."""

    item: int = Field(strict=True, ge=1, le=2**63 - 1)
    units: int = Field(strict=True, ge=1, le=UNITS_MAX)
    grade: Grade
    note: Words = ""
    picture: PictureName = ""


class RefurbishedIn(ByPerson):
    """What became of units that were refurbished."""

    units: int = Field(strict=True, ge=1, le=UNITS_MAX)
    grade: Literal["A", "C"]


class OfOrderIn(ByPerson):
    """Whose goods a return is."""

    order: Code
