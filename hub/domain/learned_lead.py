"""How long a supplier really takes: learned from its receipts, the catalogue's word until there are enough.

Calendar days from order to receipt. What a supplier's lead times do to the safety stock is in
:mod:`hub.domain.safety_stock`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from math import sqrt

from hub.domain.lead_time import WEEKEND, delivery_us

RECEIPTS_MIN = 5
"""With fewer receipts the catalogue is believed: a spread of four numbers says little."""
RECEIPTS_MAX = 40
"""Older receipts than the last so many are not looked at: suppliers change."""
DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class LeadTime:
    """From order to receipt."""

    days: float
    """Mean, calendar days."""
    spread_days: float = 0.0
    """Standard deviation; 0 where it is the catalogue's."""
    receipts: int = 0
    """From so many receipts; 0: the catalogue's."""

    @property
    def is_learned(self) -> bool:
        """Whether it was learned."""
        return self.receipts > 0

    @property
    def words(self) -> str:
        """As a buyer says it."""
        if self.is_learned:
            return f"{self.days:.1f} ± {self.spread_days:.1f} days, learned from {self.receipts} receipts"
        short = f"{self.days * 24:.0f} hours" if self.days < 1 else f"{self.days:.1f} days"
        return f"{short}, the catalogue's"


def learn(took_days: Sequence[float], catalogue_days: float) -> LeadTime:
    """A supplier's lead time from what its last orders took, the newest first.

    The spread is the sample's, with one degree of freedom less.

    >>> learn([7.0, 9.0, 8.0, 7.0, 9.0], catalogue_days=3.0)
    LeadTime(days=8.0, spread_days=1.0, receipts=5)
    >>> learn([7.0, 9.0], catalogue_days=3.0)
    LeadTime(days=3.0, spread_days=0.0, receipts=0)
    """
    known = [days for days in took_days if days >= 0][:RECEIPTS_MAX]
    if len(known) < RECEIPTS_MIN:
        return LeadTime(days=catalogue_days)
    mean = sum(known) / len(known)
    spread = sqrt(sum((days - mean) ** 2 for days in known) / (len(known) - 1))
    return LeadTime(days=mean, spread_days=spread, receipts=len(known))


def catalogue_days(now_us: int, *, lead_us: int, cutoff: time | None, zone: tzinfo) -> float:
    """What the catalogue's business hours are in calendar days, for an order of now."""
    return (delivery_us(now_us, lead_us=lead_us, cutoff=cutoff, zone=zone) - now_us) / DAY_US


def learned_due_us(ordered_us: int, lead: LeadTime, *, zone: tzinfo, spreads: float = 0.0) -> int:
    """When an order comes by a learned lead time; on a weekend, at the same hour of Monday.

    Args:
        spreads: so many spreads later than the mean.
    """
    days = lead.days + spreads * lead.spread_days
    at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=ordered_us + round(days * DAY_US))
    local = at.astimezone(zone)
    while local.weekday() in WEEKEND:
        local += timedelta(days=1)
    return (local.astimezone(UTC) - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
