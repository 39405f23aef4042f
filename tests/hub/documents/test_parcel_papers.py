"""Papers as PDF: they say what they must, hide what they must, and nothing runs off the page."""

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.documents import fonts
from hub.documents.fonts import fitted, runs, width, wrapped
from hub.documents.parcel_papers import customs_form, invoice, label, packing_slip
from tests.hub.documents.parcels import GIFT, LONG, PLAIN, SCRIPTS

PAPERS = (label, packing_slip, invoice, customs_form)
POINTS_A_MM = 72 / 25.4


def streams(pdf: bytes) -> list[str]:
    """The drawing instructions of each page."""
    found = []
    for body in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            raw = zlib.decompress(a85decode(body.strip().removesuffix(b"~>")))
        except (ValueError, zlib.error):
            continue
        if b" Tf" in raw:
            found.append(raw.decode("latin-1"))
    return found


@pytest.fixture
def helvetica(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without DejaVu: texts stand in the PDF as they are written."""
    monkeypatch.setattr(fonts, "_FILES", {"plain": "none.ttf", "bold": "none.ttf"})
    fonts._font.cache_clear()
    yield
    fonts._font.cache_clear()


def texts(pdf: bytes) -> str:
    """What is written, with Helvetica alone."""
    shown = " ".join(part for page in streams(pdf) for part in re.findall(r"\((.*?)(?<!\\)\) Tj", page))
    return re.sub(r"\\(.)", r"\1", shown)


@pytest.mark.usefixtures("helvetica")
def test_a_gift_says_who_thinks_of_whom_and_no_price() -> None:
    said = texts(packing_slip(GIFT))
    assert "Happy birthday, dear Kari!" in said
    assert "GBP" not in said and "2.56" not in said
    assert "Not in this parcel, it follows:" in said


@pytest.mark.usefixtures("helvetica")
def test_an_invoice_sums_what_is_in_the_parcel() -> None:
    said = texts(invoice(PLAIN))
    assert "Each GBP Sum GBP" in said and "2.57 30.84" in said  # 12 units
    assert "Total GBP 35.96" in said


@pytest.mark.usefixtures("helvetica")
def test_a_customs_form_has_value_weight_tariff_number_and_origin_of_each_line() -> None:
    said = texts(customs_form(PLAIN))
    assert "940550 CN" in said and "1.476 30.84" in said
    assert "Total value GBP 35.96" in said and "gross weight 1.412 kg" in said
    assert "EORI GB000000000000" in said
    unnamed = replace(PLAIN, lines=(replace(PLAIN.lines[0], hs_code="", origin=""),))
    assert "not stated" in texts(customs_form(unnamed))


@pytest.mark.usefixtures("helvetica")
def test_a_label_names_both_numbers_and_the_whole_address() -> None:
    said = texts(label(PLAIN))
    for part in ("Kari Nordmann", "Storgata 1", "9008 Troms", "Norway", "SF000000000178", "00) 006141410000000174"):
        assert part in said


def test_only_what_leaves_the_customs_territory_needs_a_form() -> None:
    assert PLAIN.needs_customs
    assert not replace(PLAIN, domestic=("United Kingdom", "Norway")).needs_customs
    assert not replace(PLAIN, sender=None).needs_customs


@pytest.mark.parametrize("parcel", [PLAIN, SCRIPTS, LONG, GIFT], ids=["plain", "scripts", "long", "gift"])
@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_written_outside_the_page(paper: object, parcel: object) -> None:
    pdf = paper(parcel)  # type: ignore[operator]
    boxes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf)
    pages = streams(pdf)
    assert len(boxes) == len(pages) >= 1
    wide, tall = (float(side) for side in boxes[0])
    assert paper is not label or (round(wide / POINTS_A_MM), round(tall / POINTS_A_MM), len(pages)) == (100, 150, 1)
    for page in pages:
        spots = [(float(x), float(y)) for x, y in re.findall(r"1 0 0 1 (-?[\d.]+) (-?[\d.]+) Tm", page)]
        bars = re.findall(r"n (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re", page)
        spots += [(float(x) + float(w), float(y)) for x, y, w, _ in bars]
        assert spots
        assert all(0 <= x <= wide and 8 <= y <= tall for x, y in spots)


def test_sixty_lines_go_on_over_the_pages_and_all_are_there() -> None:
    assert len(streams(invoice(LONG))) > 2
    assert len(streams(packing_slip(PLAIN))) == 1


@pytest.mark.usefixtures("helvetica")
def test_each_page_says_which_it_is_and_of_how_many() -> None:
    slip = packing_slip(replace(PLAIN, lines=PLAIN.lines * 40))
    said, pages = texts(slip), len(streams(slip))
    assert pages > 1
    assert re.findall(r"Page (\d+) of (\d+)", said) == [(str(n), str(pages)) for n in range(1, pages + 1)]


@pytest.mark.usefixtures("helvetica")
def test_a_large_number_is_not_broken_over_two_lines() -> None:
    said = texts(invoice(replace(PLAIN, lines=(replace(PLAIN.lines[0], units=123_456, price_minor=9_999_999),))))
    assert " 123,456 " in said and " 99,999.99 " in said and "12,345,598,765.44" in said


@pytest.mark.usefixtures("helvetica")
def test_a_gift_note_keeps_its_lines_and_too_many_do_not_push_the_goods_away() -> None:
    said = re.findall(r"\((.*?)(?<!\\)\) Tj", streams(packing_slip(replace(PLAIN, gift_note="Dear Kari!\n\nTom")))[0])
    assert "Dear Kari!" in said and "Tom" in said
    many = packing_slip(replace(PLAIN, gift_note="\n".join(f"line {n}" for n in range(200))))
    assert len(streams(many)) == 1 and "line 11" in texts(many) and "line 12" not in texts(many)


@pytest.mark.usefixtures("helvetica")
def test_a_name_is_set_smaller_on_a_label_rather_than_cut() -> None:
    name = "Wilhelmina Alexandra Featherstonehaugh-Cholmondeley and the Marjoribanks Family of Leith"
    said = texts(label(replace(PLAIN, recipient=replace(PLAIN.recipient, name=name))))
    assert " ".join(name.split()) in " ".join(said.split())


def test_the_same_parcel_gives_the_same_bytes() -> None:
    assert [paper(SCRIPTS) for paper in PAPERS] == [paper(SCRIPTS) for paper in PAPERS]


def test_each_letter_is_set_in_a_font_that_has_it() -> None:
    if not (fonts.DEJAVU / "DejaVuSans.ttf").exists():
        pytest.skip("fonts-dejavu-core is not installed")
    assert runs("Żółć Ελένη Щ") == [("DejaVu-plain", "Żółć Ελένη Щ")]
    assert "".join(text for _, text in runs("a 🎁 b")) == "a ? b"
    if not any(file.exists() for file in fonts.FALLBACKS):
        assert [font for font, _ in runs("東京 カップ 서울")] == [
            *("STSong-Light", "DejaVu-plain", "HeiseiKakuGo-W5", "DejaVu-plain", "HYGothic-Medium")
        ]


def test_what_is_read_from_the_right_is_set_from_the_left() -> None:
    assert "".join(text for _, text in runs("A שלום עולם 5")) == "A םלוע םולש 5"


@pytest.mark.usefixtures("helvetica")
def test_without_a_font_of_its_own_a_letter_is_a_question_mark_and_the_rest_is_read() -> None:
    assert runs("Été Щ") == [("Helvetica", "Été ?")]


def test_a_long_text_is_broken_between_words_and_ends_with_an_ellipsis() -> None:
    lines = wrapped("one two three " * 20, 10, 100, 3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert all(width(line, 10) <= 100 for line in lines)
    assert all(width(line, 10) <= 100 for line in wrapped("x" * 500, 10, 100, 9))
    assert fitted("short", 10, 100) == "short"
