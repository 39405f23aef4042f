"""How well a camera sees: what is said of labels near and far, sharp and blurred, bright and dark."""

import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from firmware.barcode import Frame
from firmware.camera.sight import LINEAR_MODULE_PX, ReadRate, Sight, look
from firmware.twin.camera_twin import CameraTwin
from firmware.twin.label_print import LINEAR_MODULE_DOTS, printed

SYMBOLS = [("EAN-13", "4006381333931"), ("Code128", "TOTE-0001"), ("QRCode", "PARCEL/1"), ("DataMatrix", "PARCEL/1")]


def seen(text: str, symbology: str, seed: int = 1) -> Frame:
    """A label that lies before the twin, as it appears at some 2.3 pixels a dot."""
    clock_us = [1_000_000]
    camera = CameraTwin(640, 480, 20, random.Random(seed), lambda: clock_us[0])
    camera.show([(text, symbology)])
    clock_us[0] += 500_000
    picture = camera.read(0)
    assert picture is not None
    return picture.frame


def far(frame: Frame) -> Frame:
    small = cv2.resize(frame, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.copyMakeBorder(small, 144, 144, 192, 192, cv2.BORDER_CONSTANT, value=40), np.uint8)


def blurred(frame: Frame) -> Frame:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 3), np.uint8)


def dark(frame: Frame) -> Frame:
    return (frame * 0.3).astype(np.uint8)


def glaring(frame: Frame) -> Frame:
    return np.where(frame > 150, 255, frame).astype(np.uint8)


@pytest.mark.parametrize(("symbology", "text"), SYMBOLS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_label_that_is_well_seen_needs_no_hint(symbology: str, text: str, seed: int) -> None:
    sight = look(seen(text, symbology, seed))
    assert [read.symbol.text for read in sight.reads] == [text]
    assert sight.hints == ()


def test_the_pixels_of_a_module_are_those_that_were_drawn() -> None:
    frame = np.full((480, 640), 40, np.uint8)
    label = printed("4006381333931", "EAN-13")
    frame[100 : 100 + label.shape[0], 60 : 60 + label.shape[1]] = label
    [read] = look(frame).reads
    assert read.module_px == pytest.approx(LINEAR_MODULE_DOTS, abs=0.05)
    assert (read.needed_px, read.is_large_enough) == (LINEAR_MODULE_PX, True)


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        (dark, "Too dark: paper is"),
        (blurred, "Out of focus: an edge takes"),
        (far, "Print is there, and no symbol is read: uncover it, turn it towards the camera, bring it nearer"),
        (glaring, "Glare: "),
    ],
)
def test_what_is_wrong_with_a_label_is_said_with_what_to_do(worse: Callable[[Frame], Frame], words: str) -> None:
    assert look(worse(seen("4006381333931", "EAN-13"))).hints[0].startswith(words)


def test_a_symbol_that_is_read_but_small_is_said_to_be_too_far() -> None:
    [hint] = look(far(seen("PARCEL/1", "QRCode"))).hints
    assert hint.startswith("Too far: QRCode has 2.")


def test_a_thing_without_sharp_print_is_no_empty_table() -> None:
    empty = look(np.full((480, 640), 40, np.uint8))
    assert empty.hints == ("Nothing is before the camera: lay a label on the table.",)
    smooth = look(np.asarray(cv2.GaussianBlur(seen("PARCEL/1", "QRCode"), (0, 0), 12), np.uint8))
    assert smooth.hints[0].startswith("A thing is there, and no print on it is sharp")
    assert not smooth.is_printed


def test_the_read_rate_is_of_the_last_seconds_and_of_frames_with_print() -> None:
    rate = ReadRate(1_000_000)
    assert rate.share is None
    nothing, unread = Sight((), False, 0, 0, 0, ()), Sight((), True, 0, 0, 0, ())
    read = look(seen("PARCEL/1", "QRCode"))
    for now_us, sight in enumerate((nothing, unread, read, read, nothing)):
        rate.add(sight, now_us * 250_000)
    assert (rate.share, rate.frames) == (pytest.approx(2 / 3), 4)
    rate.add(nothing, 5_000_000)
    assert (rate.share, rate.frames) == (None, 1)
