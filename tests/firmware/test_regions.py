"""Large frames are read where a symbol may be: as much is read as in the whole, for a fraction of the time."""

import random
import time

import cv2
import numpy as np
import pytest

from firmware.barcode import Frame, read_fast
from firmware.camera.reading import read_frame, read_frame_thoroughly
from firmware.camera.regions import REGIONS_MAX, WHOLE_SHARE, regions
from firmware.twin.label_print import printed
from tests.firmware.large_frames import HIGH, WIDE, film

SYMBOLOGIES = ["EAN-13", "Code128", "QRCode", "DataMatrix"]
FILMS = 6


def text_of(symbology: str, n: int) -> str:
    return "4006381333931" if symbology == "EAN-13" else f"TOTE-{n:04d}"


def table(noise: float = 3.0) -> Frame:
    picture = 40 + np.random.default_rng(1).normal(0, noise, (HIGH, WIDE))
    return np.clip(picture, 0, 255).astype(np.uint8)


def laid(label: Frame, *corners: tuple[int, int]) -> Frame:
    frame = table()
    for left, top in corners:
        frame[top : top + label.shape[0], left : left + label.shape[1]] = label
    return frame


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
def test_as_much_is_read_in_parts_as_in_the_whole_for_half_the_processor_or_less(symbology: str) -> None:
    cv2.setNumThreads(1)
    frames = 0
    read = {"parts": 0, "whole": 0}
    spent_s = {"parts": 0.0, "whole": 0.0}
    for seed in range(FILMS):
        text = text_of(symbology, seed)
        for frame in film([(text, symbology)], seed):
            frames += 1
            for name, reader in (("whole", read_fast), ("parts", read_frame)):
                began_s = time.process_time()
                symbols = reader(frame)
                spent_s[name] += time.process_time() - began_s
                read[name] += [s.text for s in symbols] == [text]
    print(
        f"\n{symbology}: {frames} frames of 1920 x 1080: read whole {100 * read['whole'] / frames:.0f} %, in parts"
        f" {100 * read['parts'] / frames:.0f} %; CPU {1e3 * spent_s['whole'] / frames:.1f} and"
        f" {1e3 * spent_s['parts'] / frames:.1f} ms a frame, {spent_s['parts'] / spent_s['whole']:.2f}"
    )
    assert read["parts"] >= read["whole"]
    assert spent_s["parts"] <= 0.5 * spent_s["whole"]


def test_a_small_frame_is_read_whole() -> None:
    assert regions(np.zeros((480, 640), np.uint8)) is None


@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0])
def test_an_empty_table_has_no_part_to_read_however_noisy(noise: float) -> None:
    assert regions(table(noise)) == []


def test_the_place_of_a_symbol_is_that_in_the_frame() -> None:
    label = printed("TOTE-0001", "Code128")
    [symbol] = read_frame(laid(label, (1300, 700)))
    left, top, right, bottom = symbol.box
    assert 1300 <= left < right <= 1300 + label.shape[1]
    assert 700 <= top < bottom <= 700 + label.shape[0]


@pytest.mark.parametrize("corner", [(0, 0), (WIDE - 280, 0), (0, HIGH - 250), (WIDE - 280, HIGH - 250)])
def test_a_symbol_in_a_corner_is_read(corner: tuple[int, int]) -> None:
    small = printed("PARCEL/1", "QRCode")
    assert [s.text for s in read_frame(laid(small, corner))] == ["PARCEL/1"]


def test_several_labels_are_all_read() -> None:
    frame = table()
    for n, (left, top) in enumerate([(20, 20), (900, 100), (300, 700), (1300, 800)]):
        label = printed(f"TOTE-{n:04d}", "Code128")
        frame[top : top + label.shape[0], left : left + label.shape[1]] = label
    assert {s.text for s in read_frame(frame)} == {f"TOTE-{n:04d}" for n in range(4)}


def test_a_frame_full_of_print_is_read_whole() -> None:
    assert regions(np.random.default_rng(1).integers(0, 256, (HIGH, WIDE), np.uint8)) is None


def test_never_more_parts_than_so_many_nor_more_than_half_of_the_frame() -> None:
    rng = random.Random(1)
    for count in range(1, 40, 3):
        frame = table()
        for _ in range(count):
            left, top = rng.randrange(WIDE - 130), rng.randrange(HIGH - 130)
            frame[top : top + 130, left : left + 130] = np.random.default_rng(count).integers(0, 256, (130, 130))
        parts = regions(frame)
        if parts is not None:
            assert len(parts) <= REGIONS_MAX
            assert sum(part.frame.size for part in parts) <= WHOLE_SHARE * frame.size


def test_what_no_part_holds_is_found_by_the_thorough_look_at_the_whole() -> None:
    faint = table(0.5).astype(float)
    label = printed("TOTE-0001", "Code128").astype(float)
    faint[500 : 500 + label.shape[0], 800 : 800 + label.shape[1]] = 120 + 0.06 * (label - 120)
    frame = np.asarray(faint, np.uint8)
    assert regions(frame) == [], "print so faint that it is taken for none"
    assert read_frame(frame) == []
    assert read_frame_thoroughly(frame, whole=False) == []
    assert [s.text for s in read_frame_thoroughly(frame, whole=True)] == ["TOTE-0001"]
