"""Which bins of a platform explain a change of its weight: certain of the true ones, and of no others."""

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.logic.counting import Weighing
from edge.logic.explaining import BEGUN_UNITS_MAX, explain

DIVISION_MG = 5_000


def weighing(unit_mg: int, spread_mg: int = 1_000) -> Weighing:
    return Weighing(
        unit_mg=unit_mg, spread_mg=spread_mg, mean_error_mg=0, division_mg=DIVISION_MG, noise_mg=DIVISION_MG / 2
    )


def shelf(*units_mg: int) -> dict[str, Weighing]:
    return {f"bin-{n}": weighing(unit_mg) for n, unit_mg in enumerate(units_mg)}


def test_where_too_many_mistakes_are_possible_nothing_is_certain() -> None:
    bins = {f"bin {n}": Weighing(unit_mg=200_000 + 9_000 * n, spread_mg=500, mean_error_mg=0, division_mg=5_000,
                                 noise_mg=2_500) for n in range(40)}  # fmt: skip
    claimed = dict.fromkeys(list(bins)[:3], -1)
    told = explain(-609_000 - 200_000, bins, claimed, dict.fromkeys(bins, -4))
    assert not told.certain
    assert told.may_be_begun


def test_what_was_claimed_and_fits_is_certain() -> None:
    found = explain(-1_500_000, shelf(300_000, 410_000), {"bin-0": -5}, {})
    assert found.claim_fits
    assert found.changes == {"bin-0": -5, "bin-1": 0}
    assert found.certain == {"bin-0", "bin-1"}


def test_units_of_the_neighbour_that_weigh_as_much_leave_it_unsure() -> None:
    found = explain(-600_000, shelf(300_000, 301_000, 410_000), {"bin-0": -2}, {})
    assert found.claim_fits
    assert found.certain == {"bin-2"}


def test_a_bin_too_light_to_be_counted_does_not_spoil_the_count_of_another() -> None:
    found = explain(-1_500_000, shelf(300_000, 4_000), {"bin-0": -5}, {})
    assert found.certain == {"bin-0"}


def test_a_light_bin_that_might_have_made_the_difference_leaves_it_unsure() -> None:
    found = explain(-1_800_000, shelf(300_000, 10_000), {"bin-0": -5}, {})
    assert not found.claim_fits
    assert found.certain == frozenset()
    assert found.suspects == {"bin-0", "bin-1"}


def test_work_that_may_be_begun_is_no_mistake() -> None:
    found = explain(-1_420_000, shelf(300_000, 410_000), {"bin-0": -2}, {"bin-1": -3})
    assert found.may_be_begun
    assert not found.claim_fits
    assert found.changes == {"bin-0": -2, "bin-1": -2}


def test_two_lit_bins_may_be_begun_at_once() -> None:
    assert explain(-1_010_000, shelf(300_000, 410_000), {}, {"bin-0": -4, "bin-1": -4}).may_be_begun


def test_work_of_more_units_than_can_be_looked_through_leaves_everything_unsure() -> None:
    found = explain(-300_000, shelf(300_000, 410_000), {"bin-0": -1}, {"bin-1": -BEGUN_UNITS_MAX - 1})
    assert found.may_be_begun
    assert found.certain == frozenset()


def test_a_weight_of_nothing_that_is_there_fits_nothing() -> None:
    found = explain(-52_000, shelf(300_000, 410_000), {}, {})
    assert not found.fits
    assert (found.certain, found.suspects) == (frozenset(), frozenset())


UNITS_MG = st.lists(st.integers(8_000, 2_000_000), min_size=2, max_size=5)


@settings(max_examples=300, deadline=None)
@given(
    units_mg=UNITS_MG,
    claimed=st.lists(st.integers(-12, 12), min_size=2, max_size=2),
    wrong_bin=st.integers(0, 4),
    wrong_by=st.integers(-6, 6),
    noise=st.floats(-3, 3),
)
def test_what_is_certain_is_what_happened_with_one_mistake_at_most(
    units_mg: list[int], claimed: list[int], wrong_bin: int, wrong_by: int, noise: float
) -> None:
    bins = shelf(*units_mg)
    claims = {f"bin-{at}": units for at, units in enumerate(claimed) if units}
    true = {name: claims.get(name, 0) for name in bins}
    true[f"bin-{wrong_bin % len(bins)}"] += wrong_by
    exact_mg = sum(units * bins[name].unit_mg for name, units in true.items())
    found = explain(round((exact_mg + noise * DIVISION_MG * 0.8) / DIVISION_MG) * DIVISION_MG, bins, claims, {})
    assert all(found.changes[name] == true[name] for name in found.certain)


@settings(max_examples=200, deadline=None)
@given(units_mg=UNITS_MG, claimed=st.integers(-12, -1), exchanged=st.integers(1, 12), noise=st.floats(-3, 3))
def test_what_is_certain_is_what_happened_if_some_came_out_of_the_neighbour(
    units_mg: list[int], claimed: int, exchanged: int, noise: float
) -> None:
    bins = shelf(*units_mg)
    n = min(exchanged, -claimed)
    exact_mg = (claimed + n) * units_mg[0] - n * units_mg[1]
    weight_mg = round((exact_mg + noise * DIVISION_MG * 0.8) / DIVISION_MG) * DIVISION_MG
    found = explain(weight_mg, bins, {"bin-0": claimed}, {})
    true = {"bin-0": claimed + n, "bin-1": -n}
    assert all(found.changes[name] == true.get(name, 0) for name in found.certain)
