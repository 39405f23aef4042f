"""What the documents of a parcel say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from hub.domain.parties import Party
from hub.domain.rates import plain_money

MINOR = 100
"""Minor units of a unit of money."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Units of one item."""

    code: str
    description: str
    units: int
    price_minor: int
    """Of one unit, as ordered; 0: nothing was said."""
    value_minor: int
    """Of one unit, for customs."""
    unit_mg: int
    hs_code: str = ""
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class ParcelContent:
    """A parcel with its order."""

    number: int
    order: str
    ordered_us: int
    packed_us: int
    sender: Party | None
    recipient: Party
    customer: str
    gift_note: str
    carrier: str
    service: str
    tracking: str
    sscc: str
    weight_mg: int
    lines: tuple[Line, ...]
    left: tuple[Line, ...]
    currency: str
    zone: tzinfo
    domestic: tuple[str, ...]

    @property
    def is_gift(self) -> bool:
        """Whether no price may be seen by who opens it."""
        return bool(self.gift_note)

    @property
    def needs_customs(self) -> bool:
        """Whether it leaves the customs territory of its sender."""
        return self.sender is not None and self.recipient.country not in self.domestic

    @property
    def packed_on(self) -> str:
        """The day on which it was packed."""
        return day_text(self.packed_us, self.zone)

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        return f"{self.currency} {self.amount(minor)}"

    @staticmethod
    def amount(minor: int) -> str:
        """An amount under a heading that names the currency.

        >>> ParcelContent.amount(123_456_789)
        '1,234,567.89'
        """
        whole, _, cents = plain_money(minor).partition(".")
        return f"{int(whole):,}.{cents}" if abs(minor) >= MINOR else plain_money(minor)


def day_text(at_us: int, zone: tzinfo) -> str:
    """A day.

    >>> day_text(1_298_970_000_000_000, UTC)
    '1 March 2011'
    """
    day = (EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    return f"{day.day} {day:%B %Y}"


def kilograms(weight_mg: int) -> str:
    """A weight.

    >>> kilograms(1_234_567)
    '1.235 kg'
    """
    return f"{weight_mg / 1e6:.3f} kg"
