"""How an SKU is bought and how a supplier is ordered from: the columns and keys that a site's files may have.

All of them may be absent, and a cell may be empty: then an SKU is bought one by one at its cost, and keeps.
"""

from typing import Annotated, Literal

import msgspec

from edge.contract.strict import Strict
from hub.site.whose import Owned

Positive = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
UNITS_MAX = 1_000_000


class Bought(Owned, frozen=True, kw_only=True):
    """The columns of ``items.csv`` on whose an SKU is and how it is bought."""

    reorder_point_units: Count | None = None
    """Reorder when the inventory position is here or below, whatever the forecast says; empty: by the forecast."""
    reorder_units: Positive | None = None
    """What is ordered beyond the reorder point; it goes with one."""
    pack_units: Annotated[int, msgspec.Meta(ge=1, le=UNITS_MAX)] = 1
    """Only whole packs are sold."""
    order_units_min: Annotated[int, msgspec.Meta(ge=1, le=UNITS_MAX)] = 1
    price_breaks: Annotated[
        str,
        msgspec.Meta(
            pattern="^([1-9][0-9]{0,6}:[0-9]{1,9}( [1-9][0-9]{0,6}:[0-9]{1,9}){0,9})?$",
            description="pairs of units and the cost of one from there on, as 24:260 144:240",
        ),
    ] = ""
    """From so many units the cost of each, in minor units; below the first it is ``cost_minor``."""
    service_class: Literal["", "A", "B", "C"] = ""
    """How sure it must be of not running out; empty: by its turnover."""
    shelf_life_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] | None = None
    """So long it keeps; empty: for ever."""
    stop_sell: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    """1: it is ordered no more."""
    drop_ship: Literal["", "never", "always", "when_out"] = ""
    """When its supplier sends it to the customer; ``when_out``: only what stock cannot promise; empty: never."""

    def buying_fault(self) -> str:
        """What does not fit together, as a column and words; empty: all does."""
        if (self.reorder_point_units is None) != (self.reorder_units is None):
            return "reorder_units: expected it with reorder_point_units or not at all, got one of the two."
        froms = [units for units, _ in breaks_of(self.price_breaks)]
        if froms != sorted(set(froms)) or froms[:1] == [1]:
            return f"price_breaks: expected units that rise from 2 on, got '{self.price_breaks}'."
        if self.sent_by_supplier != "never" and self.stop_sell:
            return f"drop_ship: expected never, for stop_sell says that it is ordered no more, got '{self.drop_ship}'."
        if self.sent_by_supplier == "always" and self.reorder_point_units is not None:
            return (
                "drop_ship: expected no reorder_point_units and reorder_units where it is always, for nothing of it is"
                f" ordered for the shelf, got {self.reorder_point_units}."
            )
        return ""

    @property
    def sent_by_supplier(self) -> str:
        """When its supplier sends it to the customer: never, always, when_out."""
        return self.drop_ship or "never"


def breaks_of(text: str) -> tuple[tuple[int, int], ...]:
    """The pairs of a cell of price breaks.

    >>> breaks_of("24:260 144:240"), breaks_of("")
    (((24, 260), (144, 240)), ())
    """
    pairs = (pair.split(":") for pair in text.split())
    return tuple((int(units), int(price)) for units, price in pairs)


class OrderedFrom(Strict, frozen=True, kw_only=True):
    """The keys of a supplier in ``suppliers.toml`` on ordering."""

    order_value_min_minor: Count = 0
    """An order is worth at least this."""
    email: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^([^@\s<>,;]{1,64}@[A-Za-z0-9.-]{1,190})?$",
            description="an e-mail address, as orders@example.com",
        ),
    ] = ""
    """Orders are sent there."""
    webhook: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(https?://[^\s]{1,400})?$", description="an address that begins with https:// or http://"
        ),
    ] = ""
    """Orders are posted there; it goes before the e-mail."""
    webhook_secret_file: str = ""
    """What is posted is signed with the secret in this file; empty: it is not signed."""
