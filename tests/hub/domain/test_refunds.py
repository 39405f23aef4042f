"""What is paid back: never more than was paid, and shares of the shipping that add up to it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.refunds import credit, to_pay
from hub.domain.return_rates import is_marked, tail
from hub.domain.return_terms import DEFAULT_TERMS, GRADES, Grade, ReturnReason, ReturnTerms

MONEY = st.integers(0, 1_000_000)
LINE = st.tuples(st.integers(1, 50), MONEY, st.sampled_from(GRADES), st.booleans())


@given(
    shipping=MONEY,
    lines=st.lists(LINE, min_size=1, max_size=8),
)
def test_all_credits_of_an_order_are_at_most_what_it_cost(
    shipping: int, lines: list[tuple[int, int, Grade, bool]]
) -> None:
    value = sum(units * price for units, price, _, _ in lines)
    terms = ReturnTerms(shipping="ours")
    shared = goods = freight = 0
    for units, price, grade, ours in lines:
        due = credit(
            terms,
            ReturnReason(code="x", words="x", ours=ours),
            grade,
            units=units,
            price_minor=price,
            shipping_minor=shipping,
            order_value_minor=value,
            value_before_minor=shared,
        )
        assert 0 <= due.goods_minor <= units * price and due.shipping_minor >= 0
        assert due.percent == 100 or not ours
        shared, goods, freight = shared + due.shared_minor, goods + due.goods_minor, freight + due.shipping_minor
    assert goods <= value and freight <= shipping
    if shared == value > 0:
        assert freight == shipping


@given(credits=st.lists(MONEY, max_size=8), exchange=MONEY)
def test_paid_out_in_all_is_what_was_credited_beyond_the_exchange(credits: list[int], exchange: int) -> None:
    paid = credited = 0
    for one in credits:
        credited += one
        paid += to_pay(credited, exchange, paid)
    assert paid == max(0, credited - exchange)


def test_whether_shipping_is_shared_is_the_sites_to_say() -> None:
    reason = ReturnReason(code="x", words="x")
    shares = [
        credit(
            ReturnTerms(shipping=rule),
            reason,
            "A",
            units=1,
            price_minor=100,
            shipping_minor=50,
            order_value_minor=100,
            value_before_minor=0,
        ).shipping_minor
        for rule in ("never", "ours", "always")
    ]
    assert shares == [0, 0, 50]


def test_a_grade_is_proposed_by_the_sku_then_by_the_reason() -> None:
    terms = ReturnTerms(sku_grades=(("JAR", "S"),))
    assert terms.proposed("JAR", terms.reason("damaged")) == "S"
    assert terms.proposed("RED", terms.reason("damaged")) == "C"
    assert terms.proposed("RED", terms.reason("other")) == "A"
    assert DEFAULT_TERMS.reason("of_old").words == "of_old"


@given(tries=st.integers(1, 60), chance=st.floats(0.001, 0.999))
def test_the_chance_of_at_least_so_many_falls_from_one_and_is_a_sum(tries: int, chance: float) -> None:
    chances = [tail(count, tries, chance) for count in range(tries + 2)]
    assert chances[0] == 1.0 and chances[-1] == 0.0
    assert all(more <= fewer + 1e-9 for fewer, more in pairwise(chances))
    assert abs(chances[1] - (1 - (1 - chance) ** tries)) < 1e-9


def test_an_item_is_marked_only_where_it_is_no_accident() -> None:
    assert is_marked(10, 40, 10, 1_000)
    assert not is_marked(2, 2, 10, 1_000), "too few to say"
    assert not is_marked(10, 40, 250, 1_000), "the others come back as often"
    assert not is_marked(5, 5, 0, 0), "there are no others"
