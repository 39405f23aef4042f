"""Reading symbols off still pictures."""

import cv2
import numpy as np
import pytest
import zxingcpp

from firmware.barcode import Frame, Symbol, read_every, read_fast, read_symbols, second_opinion


def picture(*symbols: tuple[str, zxingcpp.BarcodeFormat]) -> Frame:
    """A white sheet with these symbols one below the other."""
    rows = []
    for text, kind in symbols:
        bits = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=3))
        rows.append(np.pad(bits, 20, constant_values=255))
    width = max(row.shape[1] for row in rows)
    return np.vstack([np.pad(row, ((0, 0), (0, width - row.shape[1])), constant_values=255) for row in rows])


FOUR = (
    ("4006381333931", zxingcpp.BarcodeFormat.EAN13),
    ("TOTE-0001", zxingcpp.BarcodeFormat.Code128),
    ("PARCEL/1", zxingcpp.BarcodeFormat.DataMatrix),
    ("https://example.com", zxingcpp.BarcodeFormat.QRCode),
)


@pytest.mark.parametrize("read", [read_fast, read_symbols])
def test_all_four_symbologies_are_read_and_named(read: object) -> None:
    assert callable(read)
    found = {(symbol.text, symbol.symbology, symbol.aim[:2]) for symbol in read(picture(*FOUR))}
    assert found == {
        ("4006381333931", "EAN-13", "]E"),
        ("TOTE-0001", "Code128", "]C"),
        ("PARCEL/1", "DataMatrix", "]d"),
        ("https://example.com", "QRCode", "]Q"),
    }


def test_a_colour_frame_reads_as_a_grey_one() -> None:
    grey = picture(*FOUR)
    colour = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    assert {s.text for s in read_symbols(colour)} == {s.text for s in read_symbols(grey)}


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_symbol_is_read_from_every_side(quarter_turns: int) -> None:
    turned = np.ascontiguousarray(np.rot90(picture(*FOUR), quarter_turns))
    assert len(read_fast(turned)) == 4


def test_a_upc_a_is_told_as_thirteen_digits() -> None:
    (symbol,) = read_symbols(picture(("012345678905", zxingcpp.BarcodeFormat.UPCA)))
    assert (symbol.text, symbol.symbology) == ("0012345678905", "EAN-13")


def test_the_corners_lie_around_the_symbol() -> None:
    (symbol,) = read_symbols(picture(("TOTE-0001", zxingcpp.BarcodeFormat.Code128)))
    xs, ys = zip(*symbol.corners, strict=True)
    assert max(xs) - min(xs) > 200
    assert max(ys) - min(ys) > 20


def test_opt_in_symbologies_are_read_only_where_asked_for() -> None:
    sheet = picture(("SHELF 7", zxingcpp.BarcodeFormat.Code39), ("04252614", zxingcpp.BarcodeFormat.UPCE))
    assert read_symbols(sheet) == []
    assert {s.text for s in read_every(sheet)} == {"SHELF 7", "0042100005264"}


def test_a_dim_and_noisy_picture_is_read() -> None:
    sheet = picture(("4006381333931", zxingcpp.BarcodeFormat.EAN13))
    noise = np.random.default_rng(7).normal(0, 6, sheet.shape)
    dim = np.clip(60 + sheet * 0.25 + noise, 0, 255).astype(np.uint8)
    assert [s.text for s in read_symbols(dim)] == ["4006381333931"]


def test_nothing_is_read_where_there_is_nothing() -> None:
    rng = np.random.default_rng(3)
    stripes = np.repeat(rng.integers(0, 2, (1, 640), np.uint8) * 200 + 20, 480, 0).astype(np.uint8)
    for empty in (np.full((480, 640), 40, np.uint8), rng.integers(0, 255, (480, 640), np.uint8), stripes):
        assert read_symbols(empty) == []


def test_the_second_reader_agrees_contradicts_or_is_silent() -> None:
    sheet = picture(("4006381333931", zxingcpp.BarcodeFormat.EAN13))
    (symbol,) = read_fast(sheet)
    assert second_opinion(sheet, symbol) is True
    misread = Symbol("4006381333948", "EAN-13", symbol.corners)
    assert second_opinion(sheet, misread) is False
    assert second_opinion(np.full_like(sheet, 255), symbol) is None


def test_a_symbol_with_error_correction_needs_no_second_opinion() -> None:
    sheet = picture(("PARCEL/1", zxingcpp.BarcodeFormat.DataMatrix))
    (symbol,) = read_fast(sheet)
    assert second_opinion(np.full_like(sheet, 255), symbol) is True


EVERY_KIND = (
    ("4006381333931", zxingcpp.BarcodeFormat.EAN13, "EAN-13", "]E0", "4006381333931"),
    ("96385074", zxingcpp.BarcodeFormat.EAN8, "EAN-8", "]E4", "96385074"),
    ("012345678905", zxingcpp.BarcodeFormat.UPCA, "EAN-13", "]E0", "0012345678905"),
    ("04252614", zxingcpp.BarcodeFormat.UPCE, "EAN-13", "]E0", "0042100005264"),
    ("TOTE-0001", zxingcpp.BarcodeFormat.Code128, "Code128", "]C0", "TOTE-0001"),
    ("SHELF 7", zxingcpp.BarcodeFormat.Code39, "Code39", "]A0", "SHELF 7"),
    ("10614141000415", zxingcpp.BarcodeFormat.ITF, "ITF", "]I1", "10614141000415"),
    ("0104412345678909", zxingcpp.BarcodeFormat.DataBarOmni, "DataBar", "]e0", "0104412345678909"),
    ("https://example.com", zxingcpp.BarcodeFormat.QRCode, "QRCode", "]Q1", "https://example.com"),
    ("PARCEL/1", zxingcpp.BarcodeFormat.DataMatrix, "DataMatrix", "]d1", "PARCEL/1"),
    ("MANIFEST 12", zxingcpp.BarcodeFormat.PDF417, "PDF417", "]L2", "MANIFEST 12"),
)


@pytest.mark.parametrize(("content", "kind", "symbology", "aim", "text"), EVERY_KIND)
def test_each_symbology_is_read_with_its_identifier_and_its_bytes(
    content: str, kind: zxingcpp.BarcodeFormat, symbology: str, aim: str, text: str
) -> None:
    (symbol,) = read_every(picture((content, kind)))
    assert (symbol.text, symbol.symbology, symbol.aim) == (text, symbology, aim)
    assert symbol.raw
    assert symbol.raw.decode() in {text, content}


def test_pairs_of_a_code_39_are_single_characters_only_where_that_is_asked_for() -> None:
    sheet = picture(("12+A+B", zxingcpp.BarcodeFormat.Code39Std))
    assert [s.text for s in read_symbols(sheet, {"Code39"})] == ["12+A+B"]
    assert [(s.text, s.aim) for s in read_symbols(sheet, {"Code39Ext"})] == [("12ab", "]A4")]


def test_an_itf_of_another_length_is_read_only_where_that_is_left_open() -> None:
    sheet = picture(("0829220875", zxingcpp.BarcodeFormat.ITF))
    assert read_symbols(sheet, {"ITF"}) == []
    assert [s.text for s in read_symbols(sheet, {"ITF"}, itf_any_length=True)] == ["0829220875"]


def test_a_symbol_one_pixel_high_is_confirmed_too() -> None:
    sheet = picture(("96385074", zxingcpp.BarcodeFormat.EAN8))
    row = sheet[sheet.shape[0] // 3][None, :]
    assert [s.text for s in read_symbols(np.repeat(row, 3, 0))] == ["96385074"]


def test_a_symbology_that_nobody_knows_is_an_error_of_ours() -> None:
    with pytest.raises(AssertionError, match=r"Expected symbologies of .* got \['Ogham'\]"):
        read_symbols(np.zeros((9, 9), np.uint8), {"Ogham"})


def test_no_symbology_at_all_is_an_error_of_ours() -> None:
    with pytest.raises(AssertionError, match="Expected at least one symbology"):
        read_symbols(np.zeros((9, 9), np.uint8), ())
