"""What a text must look like to be believed."""

import pytest

from firmware.symbology import check_digit_fits, expand_upc_e, plausible


@pytest.mark.parametrize("digits", ["4006381333931", "96385074", "00012345678905"])
def test_a_right_check_digit_fits(digits: str) -> None:
    assert check_digit_fits(digits)


def test_no_other_last_digit_fits() -> None:
    assert [d for d in "0123456789" if check_digit_fits("400638133393" + d)] == ["1"]


@pytest.mark.parametrize(
    ("text", "symbology", "believed"),
    [
        ("4006381333931", "EAN-13", True),
        ("4006381333932", "EAN-13", False),
        ("400638133393", "EAN-13", False),
        ("96385074", "EAN-8", True),
        ("CART-1", "Code128", True),
        ("abc", "Code128", False),
        ("123456", "ITF", False),
        ("00012345678905", "ITF", True),
        ("A1B", "Code39", False),
        ("", "QRCode", False),
        ("x", "QRCode", True),
    ],
)
def test_each_symbology_has_its_rule(text: str, symbology: str, believed: bool) -> None:
    assert plausible(text, symbology) is believed


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("04252614", "0042100005264"),
        ("01234531", "0012300000451"),
        ("01234543", "0012340000053"),
        ("01234558", "0012345000058"),
    ],
)
def test_a_upc_e_stands_for_a_whole_product_code(short: str, whole: str) -> None:
    assert expand_upc_e(short)[:12] == whole[:12]
