"""When a read is right."""

from pathlib import Path

import pytest

from edge.bench.judging import judge
from edge.bench.pictures import Picture


def shown(truth: str | None, group: str = "ean13") -> Picture:
    return Picture(Path("a.png"), group, truth)


@pytest.mark.parametrize(
    ("group", "truth", "read"),
    [
        ("upca", "012345678905", "0012345678905"),
        ("upce", "04252614", "0042100005264"),
        ("ean8", "96385074", "96385074"),
        ("qrcode", "two\r\nlines\n", "two\nlines"),
        ("rssexpanded", "(01)90012345678908(10)AB", "019001234567890810AB"),
        ("rss14", "04412345678909", "0104412345678909"),
        ("code128", "01095060001343521012\x1d21A", "0109506000134352101221A"),
        ("codabar", "A1234B", "1234"),
    ],
)
def test_spellings_of_one_code_are_one(group: str, truth: str, read: str) -> None:
    assert judge(shown(truth, group), [read]) == "read"


def test_another_symbol_on_the_photo_is_no_misread() -> None:
    assert judge(shown("4006381333931"), ["CART-1", "4006381333931"]) == "read"


def test_another_text_instead_of_the_true_one_is_a_misread() -> None:
    assert judge(shown("4006381333931"), ["4006381333948"]) == "misread"


def test_any_text_where_there_is_none_is_a_misread() -> None:
    assert judge(shown(None), ["x"]) == "misread"


def test_no_text_is_nothing() -> None:
    assert [judge(shown("4006381333931"), []), judge(shown(None), [])] == ["nothing", "nothing"]
