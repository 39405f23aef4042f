"""Serial Shipping Container Codes: 18 digits, a check digit, each number once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.gtin import check_digit
from hub.domain.sscc import NoMoreNumbers, Numbers, element_string, sscc


def test_the_number_of_gs1s_own_example_has_its_check_digit() -> None:
    assert sscc("0614141", 123456789) == "006141411234567890"
    assert element_string("006141411234567890") == "00006141411234567890"


@given(st.integers(0, 10**6 - 1), st.integers(0, 9), st.sampled_from(["0614141", "40123456", "4012345678"]))
def test_every_number_has_18_digits_that_check(serial: int, extension: int, prefix: str) -> None:
    number = sscc(prefix, serial, extension=extension)
    assert len(number) == 18 and number.isdecimal()
    assert number[0] == str(extension) and number[1:].startswith(prefix)
    assert check_digit(number[:-1]) == number[-1]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_two_parcels_never_have_one_number(one: int, other: int) -> None:
    numbers = Numbers(prefix="0614141", first=1000)
    assert (numbers.of(one) == numbers.of(other)) == (one == other)


def test_a_serial_number_that_does_not_fit_is_refused_with_what_to_do() -> None:
    assert sscc("4012345678", 999_999) == "040123456789999992"
    with pytest.raises(NoMoreNumbers, match="at most 6 digits behind the GS1 prefix 4012345678, got 1000000"):
        sscc("4012345678", 1_000_000)
