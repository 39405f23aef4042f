"""The section ``[returns]`` of ``site.toml``: how goods are taken back. All of it may be absent."""

from typing import Annotated, Literal

import msgspec

from edge.contract.strict import Strict

StatedGrade = Literal["A", "B", "C", "S"]
Days = Annotated[int, msgspec.Meta(ge=1, le=3_650)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class StatedReason(Strict, frozen=True, kw_only=True):
    """Why goods may come back."""

    code: Annotated[
        str,
        msgspec.Meta(
            pattern="^[a-z][a-z0-9_]{0,39}$", description="at most 40 small letters, digits and _, as changed_mind"
        ),
    ]
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    """As customers and people at the bench read it."""
    ours: bool = False
    """Whether we are to blame: all of the price is paid back, whatever state the goods are in."""
    grade: StatedGrade | None = None
    """What is proposed to whoever looks at the goods."""


class ItemGrade(Strict, frozen=True, kw_only=True):
    """What is proposed for one SKU, whatever the reason."""

    sku: str
    grade: StatedGrade


class StatedReturns(Strict, frozen=True, kw_only=True):
    """How goods are taken back."""

    window_days: Days = 30
    """So long after its parcel left a unit may be returned."""
    arrive_days: Days = 21
    """So long an authorised return is waited for."""
    reasons: tuple[StatedReason, ...] = ()
    """None: those that come with the program."""
    refund_percent_a: Percent = 100
    """Of the price, where the reason is not ours, for goods as new; below for those to refurbish, for scrap, and for
    those that go back to their supplier."""
    refund_percent_b: Percent = 60
    refund_percent_c: Percent = 0
    refund_percent_s: Percent = 100
    shipping: Literal["never", "ours", "always"] = "ours"
    """Whether a refund has a share of what the shipping cost: never, where the reason is ours, or always."""
    exchange_at: Literal["authorised", "received"] = "received"
    """When the order of an exchange is made."""
    exchange_priority: Annotated[int, msgspec.Meta(ge=0, le=9)] = 5
    """Its priority: the greater goes first."""
    weigh: bool = False
    """Whether a dock with a scale weighs what came back, once it is counted."""
    grades: tuple[ItemGrade, ...] = ()
    refund_webhook: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https?://[^\s]{1,400})?$", description="an address that begins with https:// or http://"
        ),
    ] = ""
    """Refunds are posted there; none: the shop asks by GET /v1/refunds."""
    refund_secret_file: str = ""
    """File of the secret that they are signed with."""
