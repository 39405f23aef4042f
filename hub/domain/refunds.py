"""What is paid back for goods that came back: the price of their order's line, and a share of the shipping."""

from dataclasses import dataclass

from hub.domain.return_terms import Grade, ReturnReason, ReturnTerms


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What is due for units of one line, minor units."""

    goods_minor: int
    shipping_minor: int
    percent: int
    shared_minor: int
    """The price of the units, if they had a share of the shipping."""
    why: str

    @property
    def minor(self) -> int:
        """All of it."""
        return self.goods_minor + self.shipping_minor


def shipping_share(shipping_minor: int, value_minor: int, of_minor: int) -> int:
    """The share of an order's shipping that goods of a value have, rounded down; 0 where nothing has a price.

    >>> shipping_share(500, 1_000, 3_000), shipping_share(500, 0, 0)
    (166, 0)
    """
    return shipping_minor * value_minor // of_minor if of_minor else 0


def credit(
    terms: ReturnTerms,
    reason: ReturnReason,
    grade: Grade,
    *,
    units: int,
    price_minor: int,
    shipping_minor: int,
    order_value_minor: int,
    value_before_minor: int,
) -> Credit:
    """What is due for units that were graded.

    Shares of the shipping are made of the sums up to here, so that all of an order's add up to no more than it was.

    Args:
        terms: The site's.
        reason, grade: Why they came back, and in what state.
        units, price_minor: How many, and the price of one in the order's line.
        shipping_minor: What the shipping of the order cost.
        order_value_minor: What all shipped units of the order cost.
        value_before_minor: What units of the order cost that had a share of the shipping before.
    """
    value = units * price_minor
    percent = terms.percent(reason, grade)
    shared = terms.shipping == "always" or (terms.shipping == "ours" and reason.ours)
    shipping = 0
    if shared:
        upto = shipping_share(shipping_minor, value_before_minor + value, order_value_minor)
        shipping = upto - shipping_share(shipping_minor, value_before_minor, order_value_minor)
    goods = value * percent // 100
    why = f"{reason.words}; grade {grade}: {percent} % of {units} x {price_minor}"
    return Credit(
        goods_minor=goods,
        shipping_minor=shipping,
        percent=percent,
        shared_minor=value if shared else 0,
        why=why + (", and a share of the shipping" if shipping else ""),
    )


def to_pay(credited_minor: int, exchange_minor: int, paid_minor: int) -> int:
    """What is paid out now: what was credited beyond what the exchange costs, less what was paid before.

    >>> to_pay(1_000, 0, 400), to_pay(1_000, 1_200, 0), to_pay(1_500, 1_200, 100)
    (600, 0, 200)
    """
    return max(0, credited_minor - exchange_minor - paid_minor)
