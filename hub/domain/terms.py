"""The terms of an order beside its lines: how urgent, whole or in parts, whether it may be worked on, where it goes."""

from dataclasses import dataclass
from typing import Literal, get_args

HoldReason = Literal["payment", "fraud", "address"]
"""Why an order must not be worked on: it is not paid, it looks like fraud, its address cannot be delivered to."""
HOLD_REASONS: tuple[str, ...] = get_args(HoldReason)
PRIORITY_MAX = 9
GIFT_NOTE_CHARS_MAX = 500


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What was agreed on for one order."""

    priority: int = 0
    """0 to :data:`PRIORITY_MAX`; the greater goes first."""
    ship_by_us: int | None = None
    """Until when it was promised to leave, UTC microseconds; None: nothing was said."""
    ship_complete: bool = False
    """Nothing leaves before everything can."""
    hold: str = ""
    """One of :data:`HOLD_REASONS`; empty: it may be worked on."""
    gift_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Where an order goes and who is told; its country stands with the order."""

    name: str = ""
    street: str = ""
    more: str = ""
    """What else the street's line needs: company, floor, care of."""
    city: str = ""
    region: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""


NO_TERMS = Terms()
NOWHERE = Delivery()
