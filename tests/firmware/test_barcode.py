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
