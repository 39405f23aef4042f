"""The rule by which a site is judged is the rule by which its bays count."""

from hypothesis import given
from hypothesis import strategies as st

from edge.contract.state import BinContent
from edge.logic import weighing
from hub.domain.certainty import is_sure, sure_up_to_units

UNIT_MG = st.integers(1, 3_000_000)
SPREAD_MG = st.integers(0, 60_000)
DIVISION_MG = st.integers(1, 10_000)


@given(UNIT_MG, SPREAD_MG, DIVISION_MG, st.integers(0, 2_000))
def test_the_site_check_judges_as_the_bay_counts(unit_mg: int, spread_mg: int, division_mg: int, units: int) -> None:
    content = BinContent(bin="b", sku="s", unit_mg=unit_mg, spread_mg=spread_mg)
    assert is_sure(unit_mg=unit_mg, spread_mg=spread_mg, division_mg=division_mg, units=units) == weighing.is_sure(
        content, division_mg, units
    )


@given(UNIT_MG, SPREAD_MG, DIVISION_MG)
def test_a_scale_is_sure_up_to_a_number_of_units_and_not_beyond(unit_mg: int, spread_mg: int, division_mg: int) -> None:
    most = sure_up_to_units(unit_mg=unit_mg, spread_mg=spread_mg, division_mg=division_mg, most=999)
    for units in (most, most + 1):
        if 1 <= units <= 999:
            sure = is_sure(unit_mg=unit_mg, spread_mg=spread_mg, division_mg=division_mg, units=units)
            assert sure == (units <= most)
