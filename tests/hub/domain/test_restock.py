"""How much is ordered, and the reason that is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.restock import Position, Proposal, Terms, propose, propose_fixed, top_up
from hub.domain.safety_stock import Cover

COVER = Cover(level=0.95, days=14, expected_units=42, enough_units=72)


def proposed(position: Position, terms: Terms, sku: str = "22423") -> Proposal:
    line = propose(sku, position, COVER, terms, review_days=7)
    assert line is not None
    return line


def test_above_the_reorder_point_nothing_is_ordered_and_at_it_something() -> None:
    assert propose("22423", Position(on_hand=73), COVER, Terms(), review_days=7) is None
    assert proposed(Position(on_hand=72), Terms()).units == 21


def test_what_is_promised_or_backordered_is_not_there_and_what_is_on_order_is() -> None:
    position = Position(on_hand=50, on_order=20, promised=30, backordered=5)
    assert position.units == 35
    assert proposed(position, Terms()).units == 72 + 21 - 35


def test_the_reason_names_every_number_of_the_reckoning() -> None:
    line = proposed(Position(on_hand=50, promised=30), Terms(pack_units=12))
    assert line.because == (
        "ordered 84 because position 20 (on hand 50, on order 0, promised 30, backordered 0) is at or below the reorder"
        " point 72 (42 expected in 14 days and 30 safety stock for 95%); 73 are missing up to 93;"
        " 84 in packs of 12, at least 1"
    )


def test_a_line_that_a_price_break_makes_cheaper_is_raised_to_it() -> None:
    terms = Terms(prices=((1, 100), (100, 70), (1000, 60)))
    line = proposed(Position(on_hand=20), terms)  # 73 at 100 are 7300, 100 at 70 are 7000
    assert (line.units, line.cost_minor) == (100, 7000)
    assert "100 at 70 cost no more than 73" in line.because
    assert proposed(Position(on_hand=30), terms).units == 63, "63 at 100 are 6300: the break would cost more"


def test_a_supplier_that_sells_no_fewer_gets_its_minimum() -> None:
    assert proposed(Position(on_hand=72), Terms(pack_units=10, order_units_min=55)).units == 60


def test_an_sku_that_nobody_asks_for_is_not_ordered_at_zero() -> None:
    none = Cover(level=0.9, days=14, expected_units=0, enough_units=0)
    assert propose("X", Position(on_hand=0), none, Terms(), review_days=7) is None
    owed = propose("X", Position(on_hand=0, backordered=3), none, Terms(), review_days=7)
    assert owed is not None
    assert owed.units == 3


def test_an_order_below_the_minimum_is_filled_up_with_what_runs_out_first() -> None:
    soon = proposed(Position(on_hand=70), Terms(pack_units=24, prices=((1, 10),)), "soon")
    late = proposed(Position(on_hand=40), Terms(pack_units=200, prices=((1, 10),)), "late")
    raised = top_up([late, soon], 2600)
    assert [line.units for line in raised] == [200, 72]
    assert "ordered 72 because" in raised[1].because
    assert raised[1].because.endswith("48 more for the supplier's minimum of 2600")
    assert raised[0] == late


def test_a_minimum_that_is_reached_changes_nothing_and_one_out_of_reach_ends() -> None:
    line = proposed(Position(on_hand=70), Terms(prices=((1, 10),)))
    assert top_up([line], line.cost_minor) == (line,)
    free = proposed(Position(on_hand=70), Terms())
    assert top_up([free], 100) == (free,)
    assert top_up([], 100) == ()


@pytest.mark.parametrize("prices", [(), ((2, 5),), ((1, 5), (1, 4)), ((1, 5), (10, -1))])
def test_prices_that_make_no_sense_are_refused(prices: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="Expected prices from 1 unit on"):
        Terms(prices=prices)


def test_a_pack_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a pack and a minimum of 1 or more, got 0, 1"):
        Terms(pack_units=0)


PRICES = st.lists(st.tuples(st.integers(2, 500), st.integers(0, 300)), max_size=4, unique_by=lambda p: p[0])


@given(
    position=st.builds(Position, on_hand=st.integers(0, 200), on_order=st.integers(0, 99), promised=st.integers(0, 99)),
    expected=st.integers(0, 300),
    safety=st.integers(0, 300),
    pack=st.integers(1, 48),
    least=st.integers(1, 100),
    prices=PRICES,
)
def test_whatever_the_terms_the_position_is_covered_in_whole_packs_and_never_dearer_for_fewer(
    position: Position, expected: int, safety: int, pack: int, least: int, prices: list[tuple[int, int]]
) -> None:
    cover = Cover(level=0.95, days=14, expected_units=expected, enough_units=expected + safety)
    terms = Terms(pack_units=pack, order_units_min=least, prices=((1, 200), *sorted(prices)))
    line = propose("X", position, cover, terms, review_days=7)
    if line is None:
        assert position.units >= cover.enough_units
        return
    assert line.units % pack == 0
    assert line.units >= least
    assert position.units + line.units >= cover.enough_units
    assert line.cost_minor == terms.cost_minor(line.units)
    assert line.cost_minor <= terms.cost_minor(terms.whole_packs(line.units))
    for start, _ in terms.prices:
        more = terms.whole_packs(start)
        assert more <= line.units or terms.cost_minor(more) > line.cost_minor
    assert line.because.startswith(f"ordered {line.units} because")


def test_no_more_is_ordered_than_is_asked_for_while_it_keeps() -> None:
    cover = Cover(level=0.95, days=10, expected_units=100, enough_units=160)
    kept = propose("milk", Position(on_hand=20), cover, Terms(pack_units=6), review_days=7, shelf_life_days=7)
    free = propose("milk", Position(on_hand=20), cover, Terms(pack_units=6), review_days=7)
    assert kept is not None and free is not None
    assert (kept.units, free.units) == (48, 210)
    assert "no more than the 70 that are asked for in the 7 days that it keeps" in kept.because
    assert kept.units_max == 50


def test_what_customers_wait_for_is_ordered_though_it_spoils_soon() -> None:
    cover = Cover(level=0.95, days=10, expected_units=1, enough_units=4)
    line = propose(
        "cake", Position(on_hand=0, backordered=5), cover, Terms(pack_units=4), review_days=7, shelf_life_days=1
    )
    assert line is not None and line.units == 8
    assert propose("cake", Position(on_hand=0), cover, Terms(pack_units=4), review_days=7, shelf_life_days=1) is None


def test_neither_a_price_break_nor_a_minimum_goes_beyond_what_keeps() -> None:
    cover = Cover(level=0.95, days=10, expected_units=100, enough_units=160)
    terms = Terms(prices=((1, 100), (60, 1)))
    line = propose("milk", Position(on_hand=20), cover, terms, review_days=7, shelf_life_days=7)
    assert line is not None and line.units == 50
    assert top_up([line], 1_000_000)[0].units == 50


@pytest.mark.parametrize(("on_hand", "units"), [(6, None), (5, 12), (3, 12), (-8, 24)])
def test_a_catalogues_reorder_point_is_filled_up_to_and_beyond_in_packs(on_hand: int, units: int | None) -> None:
    line = propose_fixed(
        "mug", Position(on_hand=on_hand), Terms(pack_units=12), reorder_point_units=5, reorder_units=10
    )
    assert (None if line is None else line.units) == units
    if line is not None:
        assert f"ordered {units} because position {on_hand}" in line.because
        assert "the catalogue's reorder point 5" in line.because
