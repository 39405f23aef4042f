"""GTINs: the check digit, and one number for every length of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.gtin import check_digit, ean13, gtin14

DIGITS = st.text("0123456789", min_size=1, max_size=17)
BODIES = st.sampled_from((7, 11, 12, 13)).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n))


@pytest.mark.parametrize(
    "whole",
    [
        "6291041500213",  # GS1's own example
        "4006381333931",
        "5901234123457",
        "9780306406157",  # an ISBN
        "036000291452",  # UPC-A
        "73513537",  # EAN-8
        "96385074",
        "00012345600012",
        "106141411234567897",  # an SSCC has the same check digit
    ],
)
def test_the_check_digit_is_that_of_numbers_in_the_world(whole: str) -> None:
    assert check_digit(whole[:-1]) == whole[-1]


@given(DIGITS, st.data())
def test_one_wrong_digit_is_always_seen(digits: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    assert check_digit(digits[:place] + other + digits[place + 1 :]) != check_digit(digits)


@given(DIGITS)
def test_leading_zeros_change_nothing(digits: str) -> None:
    assert check_digit("000" + digits) == check_digit(digits)


@pytest.mark.parametrize("text", ["", "12a", "-1", "1 2", "１２３", "²", "1.5"])
def test_a_check_digit_of_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected digits, got"):
        check_digit(text)


@given(BODIES)
def test_every_length_becomes_fourteen_digits_of_the_same_number(body: str) -> None:
    whole = body + check_digit(body)
    assert gtin14(whole) == whole.rjust(14, "0")
    assert gtin14(gtin14(whole)) == gtin14(whole)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_what_the_symbol_says_is_the_number_again(body: str) -> None:
    whole = body + check_digit(body)
    assert ean13(gtin14(whole)) == whole


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("6291041500214", "GTIN '6291041500214': expected check digit 3, got 4."),
        ("629104150021", "GTIN '629104150021': expected check digit 4, got 1."),
        ("123", "Expected a GTIN of 8, 12, 13 or 14 digits, got '123'."),
        ("TOTE-0001", "Expected a GTIN of 8, 12, 13 or 14 digits, got 'TOTE-0001'."),
        ("62910415002１3", "Expected a GTIN of 8, 12, 13 or 14 digits, got '62910415002１3'."),
        ("", "Expected a GTIN of 8, 12, 13 or 14 digits, got ''."),
    ],
)
def test_what_is_no_gtin_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:
        gtin14(text)
    assert str(refused.value) == why


def test_a_case_has_no_symbol_of_thirteen_digits() -> None:
    with pytest.raises(AssertionError, match="has no EAN-13 symbol"):
        ean13("10012345600019")
