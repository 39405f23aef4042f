"""What a site says of returns: how long, for which reasons, what becomes of the goods, what is paid back."""

from dataclasses import dataclass
from typing import Literal, get_args

Grade = Literal["A", "B", "C", "S"]
GRADES: tuple[Grade, ...] = get_args(Grade)
GRADE_WORDS: dict[Grade, str] = {
    "A": "as new: back to its bin",
    "B": "to be refurbished",
    "C": "scrap",
    "S": "back to its supplier",
}
"""What each grade says of goods, and where they go."""
Wanted = Literal["refund", "exchange"]
ShippingRefund = Literal["never", "ours", "always"]
"""Whether a refund has a share of what the shipping cost: never, if the reason is ours, or always."""
ExchangeAt = Literal["authorised", "received"]
NUMBER_PREFIX = "R"


@dataclass(frozen=True, kw_only=True)
class ReturnReason:
    """Why goods come back."""

    code: str
    words: str
    ours: bool = False
    """Whether we are to blame: all of the price is paid back, whatever state the goods are in."""
    grade: Grade | None = None
    """What is proposed to whoever looks at the goods; None: by the SKU, else A."""


DEFAULT_REASONS = (
    ReturnReason(code="changed_mind", words="Does not want it any more", grade="A"),
    ReturnReason(code="does_not_fit", words="Does not fit or match", grade="A"),
    ReturnReason(code="late", words="Came too late", ours=True, grade="A"),
    ReturnReason(code="wrong_item", words="Another item was sent", ours=True, grade="A"),
    ReturnReason(code="damaged", words="Arrived damaged", ours=True, grade="C"),
    ReturnReason(code="faulty", words="Does not work", ours=True, grade="S"),
    ReturnReason(code="other", words="Another reason"),
)
UNANNOUNCED = ReturnReason(code="unannounced", words="Came without being announced")
"""Of goods that nobody had said would come."""


@dataclass(frozen=True, kw_only=True)
class ReturnTerms:
    """How a site takes goods back."""

    window_days: int = 30
    """So long after its parcel left a unit may be returned."""
    arrive_days: int = 21
    """So long an authorised return is waited for."""
    reasons: tuple[ReturnReason, ...] = DEFAULT_REASONS
    refund_percent: tuple[tuple[Grade, int], ...] = (("A", 100), ("B", 60), ("C", 0), ("S", 100))
    """Of the price, by grade, where the reason is not ours."""
    shipping: ShippingRefund = "ours"
    exchange_at: ExchangeAt = "received"
    """When the order of an exchange is made."""
    exchange_priority: int = 5
    sku_grades: tuple[tuple[str, Grade], ...] = ()
    """(SKU, what is proposed for it); it goes before the reason's."""
    weighed_at: tuple[str, ...] = ()
    """Docks that weigh what came back, once it is counted."""
    refund_webhook: str = ""
    """Where refunds are posted; empty: the shop asks."""
    refund_secret_file: str = ""
    """File of the secret that they are signed with; empty: they are not."""

    def reason(self, code: str) -> ReturnReason:
        """A reason by its code; one that is not known (any more) as it was written, not ours."""
        known = (*self.reasons, UNANNOUNCED)
        return next((one for one in known if one.code == code), ReturnReason(code=code, words=code))

    def percent(self, reason: ReturnReason, grade: Grade) -> int:
        """How much of the price is paid back."""
        return 100 if reason.ours else dict(self.refund_percent).get(grade, 0)

    def proposed(self, sku: str, reason: ReturnReason) -> Grade:
        """The grade that is proposed for goods before anybody has looked at them."""
        return dict(self.sku_grades).get(sku) or reason.grade or "A"


DEFAULT_TERMS = ReturnTerms()
"""Of a site whose file says nothing."""
