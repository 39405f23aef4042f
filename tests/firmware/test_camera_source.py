"""A camera through OpenCV: here on a recorded film, which it opens as it opens a camera."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from firmware.barcode import read_symbols
from firmware.camera.source import STALE_FRAMES_MAX, OpenCvSource
from firmware.errors import DeviceMissing
from tests.firmware.films import FRAMES, film_of_a_label


@pytest.fixture
def film(tmp_path: Path) -> str:
    return film_of_a_label(tmp_path)


def test_frames_come_without_colour_and_are_read(film: str) -> None:
    source = OpenCvSource(film, 640, 480, 20, now_us=lambda: 10**15)
    picture = source.read(0.5)
    assert picture is not None
    assert picture.frame.shape == (480, 640)
    assert picture.at_us == 10**15
    assert [symbol.text for symbol in read_symbols(picture.frame)] == ["TOTE-0001"]
    source.close()
    source.close()


def test_a_camera_that_stops_giving_frames_is_missing(film: str) -> None:
    source = OpenCvSource(film, 640, 480, 20, now_us=lambda: 10**15)
    for _ in range(FRAMES):
        assert source.read(0.5) is not None
    with pytest.raises(DeviceMissing, match="is the camera still plugged in"):
        source.read(0.5)
    source.close()


def test_stale_frames_are_thrown_away_but_not_for_ever(film: str) -> None:
    # The film's stamps run from 0 to 0.55 s; by a clock at 1 s each is too old, so that eight go and one is taken.
    source = OpenCvSource(film, 640, 480, 20, now_us=lambda: 1_000_000)
    picture = source.read(10)
    assert picture is not None
    assert picture.at_us == 1_000_000
    left = 0
    with pytest.raises(DeviceMissing):
        while source.read(10) is not None:
            left += 1
    assert left <= FRAMES - STALE_FRAMES_MAX
    source.close()


class Hanging:
    """The capture of a driver that gives the same frame again and again, under the stamp that it is told."""

    def __init__(self, stamp_ms: float) -> None:
        self.stamp_ms = stamp_ms
        self.frame = np.full((480, 640, 3), 40, np.uint8)

    def grab(self) -> bool:
        return True

    def get(self, prop: int) -> float:
        return self.stamp_ms if prop == cv2.CAP_PROP_POS_MSEC else 0.0

    def retrieve(self) -> tuple[bool, np.ndarray]:
        return True, self.frame.copy()

    def release(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("stamp_ms", [999_999.0, 5_000.0, 0.0, -1.0], ids=["fresh", "of another clock", "none", "-1"])
def test_a_frame_that_the_driver_repeats_keeps_its_time_whatever_its_stamps_are_worth(
    film: str, stamp_ms: float
) -> None:
    now_us = [1_000_000_000]
    source = OpenCvSource(film, 640, 480, 20, now_us=lambda: now_us[0])
    source._capture.release()
    hanging = source._capture = Hanging(stamp_ms)  # type: ignore[assignment]
    times = set()
    for _ in range(20):
        now_us[0] += 100_000
        picture = source.read(0.5)
        assert picture is not None
        times.add(picture.at_us)
    assert len(times) == 1
    hanging.stamp_ms += 1_990 if stamp_ms > 0 else 0
    hanging.frame[0, 0] += 9
    picture = source.read(0.5)
    assert picture is not None
    assert picture.at_us not in times


def test_no_camera_is_one_clear_error() -> None:
    with pytest.raises(DeviceMissing, match="/dev/video-none: expected a camera, got none"):
        OpenCvSource("/dev/video-none", 640, 480, 20)
