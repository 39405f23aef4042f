"""What a carrier bills: the weight, or the size, whichever is more."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.billed_weight import billed_mg


def test_a_heavy_small_parcel_is_billed_by_its_weight_and_a_light_large_one_by_its_size() -> None:
    assert billed_mg(3_000_000, (200, 100, 100), mm3_per_kg=5_000_000) == 3_000_000
    assert billed_mg(300_000, (600, 400, 400), mm3_per_kg=5_000_000) == 19_200_000


@given(st.integers(0, 10**8), st.tuples(*[st.integers(1, 2_000)] * 3), st.integers(1, 10**7))
def test_it_is_never_less_than_either_and_always_one_of_them(
    mg: int, sides: tuple[int, int, int], mm3_per_kg: int
) -> None:
    billed = billed_mg(mg, sides, mm3_per_kg=mm3_per_kg)
    size = sides[0] * sides[1] * sides[2] * 1_000_000 / mm3_per_kg
    assert billed >= mg
    assert billed >= size
    assert billed == mg or billed - size < 1
