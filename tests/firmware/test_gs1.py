"""What symbols say in the words of GS1."""

import datetime as dt

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from firmware.barcode import Symbol, read_symbols
from firmware.gs1 import TEXT_MAX, BadGs1, Gs1, gs1_of, understand
from firmware.symbology import EVERY, check_digit_fits

YEAR = 2026
GS = "\x1d"


def symbol(text: str, symbology: str = "Code128", aim: str = "") -> Symbol:
    return Symbol(text, symbology, ((0, 0), (9, 0), (9, 9), (0, 9)), aim, text.encode("utf-8", "replace"))


def said(text: str, symbology: str = "Code128", aim: str = "") -> Gs1 | None:
    return gs1_of(symbol(text, symbology, aim), YEAR)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # Of the GS1 General Specifications and of labels as they are printed.
        ("00106141412345678908", Gs1(sscc="106141412345678908")),
        (
            "010703206980498815210526100329",
            Gs1(gtin="07032069804988", lot="0329"),
        ),
        (
            f"010950600013435217271231{'10'}ABC123{GS}2112345",
            Gs1(gtin="09506000134352", expiry=dt.date(2027, 12, 31), lot="ABC123", serial="12345"),
        ),
        ("02106141410004153750", Gs1(gtin="10614141000415", count=50)),
        (
            f"00106141412345678908021061414100041537{'8'}{GS}10L7",
            Gs1(sscc="106141412345678908", gtin="10614141000415", count=8, lot="L7"),
        ),
        (f"0109506000134352{'30'}12{GS}", Gs1(gtin="09506000134352", count=12)),
    ],
)
@pytest.mark.parametrize("aim", ["]C1", "]d2", "]Q3", "]e0", ""])
def test_element_strings_are_told(text: str, told: Gs1, aim: str) -> None:
    assert said(text, aim=aim) == told


@pytest.mark.parametrize(
    ("text", "symbology", "gtin"),
    [
        ("4006381333931", "EAN-13", "04006381333931"),
        ("0012345678905", "EAN-13", "00012345678905"),
        ("012345678905", "EAN-13", "00012345678905"),
        ("96385074", "EAN-8", "00000096385074"),
        ("10614141000415", "ITF", "10614141000415"),
    ],
)
def test_a_product_symbol_tells_its_gtin_with_fourteen_digits(text: str, symbology: str, gtin: str) -> None:
    assert said(text, symbology) == Gs1(gtin=gtin)


@pytest.mark.parametrize(
    ("text", "symbology"),
    [("4006381333932", "EAN-13"), ("0829220875", "ITF"), ("400638133393", "EAN-13"), ("", "EAN-8")],
)
def test_a_product_symbol_whose_digits_do_not_fit_tells_nothing(text: str, symbology: str) -> None:
    assert said(text, symbology) is None


@pytest.mark.parametrize("text", ["TOTE-0001", "10ABC", "2112345", "17271231", "SF000000000042", "PO-000001", ""])
def test_a_text_without_a_check_digit_is_taken_for_gs1_only_by_its_identifier(text: str) -> None:
    assert said(text) is None


def test_an_identifier_makes_a_bare_lot_one_of_gs1() -> None:
    assert said("10ABC", aim="]C1") == Gs1(lot="ABC")


@pytest.mark.parametrize("aim", ["]C0", "]Q1", "]d1", "]A0"])
def test_an_identifier_that_says_otherwise_is_believed(aim: str) -> None:
    assert said("0109506000134352", aim=aim) is None


@pytest.mark.parametrize(
    "text",
    [
        "0109506000134353",  # the check digit of the GTIN
        "00106141412345678907",  # of the SSCC
        "010950600013435",  # too short
        "010950600013435217271331",  # there is no thirteenth month
        "010950600013435217270231",  # nor a 31 February
        "0109506000134352" + "10" + "A" * 21,  # a lot is twenty characters at most
        "0109506000134352" + "99999999999999" + "\x00",  # no such character
        f"0109506000134352{GS}0109506000134369",  # two items
        "01٠٩٥٠٦٠٠٠١٣٤٣٥٢",  # digits, but none of ours
        "0109506000134352" * 100,
    ],
)
@pytest.mark.parametrize("aim", ["]C1", ""])
def test_what_does_not_parse_whole_tells_nothing(text: str, aim: str) -> None:
    assert said(text, aim=aim) is None


def test_a_month_without_a_day_ends_with_its_last_day() -> None:
    told = said("010950600013435217280200")
    assert told is not None
    assert told.expiry == dt.date(2028, 2, 29)


@pytest.mark.parametrize(("digits", "year"), [("76", 2076), ("77", 1977), ("26", 2026), ("00", 2000)])
def test_a_year_of_two_digits_is_the_nearest_one(digits: str, year: int) -> None:
    told = said(f"010950600013435217{digits}0131")
    assert told is not None
    assert told.expiry == dt.date(year, 1, 31)


def test_a_year_of_the_next_century_is_seen_before_it_comes() -> None:
    told = gs1_of(symbol("010950600013435217030131"), 2095)
    assert told is not None
    assert told.expiry == dt.date(2103, 1, 31)


@pytest.mark.parametrize(
    ("kind", "content", "aim", "told"),
    [
        (
            zxingcpp.BarcodeFormat.Code128,
            "[01]09506000134352[10]AB[21]7",
            "]C1",
            Gs1("09506000134352", "AB", serial="7"),
        ),
        (zxingcpp.BarcodeFormat.DataMatrix, "[01]09506000134352[17]271231", "]d2", None),
        (zxingcpp.BarcodeFormat.DataBarOmni, "0104412345678909", "]e0", Gs1("04412345678909")),
        (zxingcpp.BarcodeFormat.DataBarExp, "[01]90012345678908[10]AB", "]e0", Gs1("90012345678908", "AB")),
    ],
)
def test_a_printed_symbol_is_read_and_understood(
    kind: zxingcpp.BarcodeFormat, content: str, aim: str, told: Gs1 | None
) -> None:
    made = zxingcpp.create_barcode(content, kind, gs1=True) if content.startswith("[") else None
    made = made or zxingcpp.create_barcode(content, kind)
    bits = np.array(zxingcpp.write_barcode_to_image(made, scale=3))
    (read,) = read_symbols(np.pad(bits, 30, constant_values=255), EVERY)
    assert read.aim == aim
    assert read.raw
    expected = told or Gs1("09506000134352", expiry=dt.date(2027, 12, 31))
    assert gs1_of(read, YEAR) == expected


@given(
    st.text() | st.text(alphabet=f"0123456789{GS}", max_size=60),
    st.sampled_from(sorted(EVERY)),
    st.sampled_from(["", "]C0", "]C1", "]d2", "]Q3", "]e0", "]E0", "]", "garbage"]),
)
def test_garbage_never_raises_and_never_invents_a_gtin(text: str, symbology: str, aim: str) -> None:
    told = said(text, symbology, aim)
    if told is not None:
        assert len(text) <= TEXT_MAX
        assert not told.gtin or (len(told.gtin) == 14 and check_digit_fits(told.gtin))
        assert not told.sscc or (len(told.sscc) == 18 and check_digit_fits(told.sscc))


def checked(digits: str) -> str:
    """These digits and the check digit that fits."""
    return next(digits + d for d in "0123456789" if check_digit_fits(digits + d))


DIGITS = "0123456789"
NAMES = st.text(alphabet="ABCXYZ0123456789-/.", min_size=1, max_size=20)


@given(
    st.text(alphabet=DIGITS, min_size=13, max_size=13),
    NAMES,
    NAMES,
    st.dates(dt.date(1980, 1, 1), dt.date(2070, 12, 31)),
    st.integers(1, 99_999_999),
)
def test_what_is_put_into_a_message_comes_out_of_it(
    digits: str, lot: str, serial: str, expiry: dt.date, count: int
) -> None:
    # A GTIN's first digits are those of a GTIN-8 to a GTIN-14, never seven zeros and one more.
    gtin = checked("9" + digits[1:])
    text = f"01{gtin}17{expiry:%y%m%d}10{lot}{GS}21{serial}{GS}37{count}"
    assert said(text, aim="]C1") == said(text) == Gs1(gtin, lot, expiry, serial, count)


@pytest.mark.parametrize(
    ("text", "aim", "why"),
    [
        ("0109506000134353", "]C1", "Expected 2, got 3"),
        ("010950600013435310AB", "", "Expected 2, got 3"),
        ("010950600013435217271345", "", "expected a day as YYMMDD, got '271345'"),
        ("TOTE-0001", "]C1", "TOTE-0001"),
    ],
)
def test_what_is_of_gs1_and_wrong_says_what_was_expected(text: str, aim: str, why: str) -> None:
    with pytest.raises(BadGs1) as refused:
        understand(text, "Code128", aim, YEAR)
    assert why in str(refused.value)


def test_anybodys_own_numbering_is_not_called_a_bad_gs1_label() -> None:
    assert understand("10ABC", "Code128", "", YEAR) is None
    assert understand("TOTE-0001", "Code128", "]C0", YEAR) is None
    assert understand("SF000000000024", "Code128", "", YEAR) is None
