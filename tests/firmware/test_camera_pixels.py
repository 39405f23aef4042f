"""What a driver gives becomes a grey frame, whatever format it is in; what is not known is left to OpenCV."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from firmware.barcode import read_symbols
from firmware.camera.pixels import MJPG, YUYV, OtherFormat, grey_of
from firmware.camera.source import BROKEN_MAX, OpenCvSource
from tests.firmware.films import film_of_a_label, frame_of_a_label

COLOUR = frame_of_a_label()
GREY = np.asarray(cv2.cvtColor(COLOUR, cv2.COLOR_BGR2GRAY), np.uint8)
JPEG = np.frombuffer(cv2.imencode(".jpg", COLOUR)[1].tobytes() + b"\x00old bytes", np.uint8)[None, :]
YUYV_PIXELS = np.dstack([GREY, np.full_like(GREY, 128)])


@pytest.mark.parametrize(
    ("came", "fourcc"), [(COLOUR, 0), (GREY, 0), (JPEG, MJPG), (YUYV_PIXELS, YUYV)], ids=["BGR", "grey", "JPEG", "YUYV"]
)
def test_every_format_becomes_the_same_grey_frame(came: np.ndarray, fourcc: int) -> None:
    grey = grey_of(came, fourcc)
    assert grey is not None
    assert grey.shape == (480, 640)
    assert np.abs(grey.astype(int) - GREY).mean() < 2
    assert [symbol.text for symbol in read_symbols(grey)] == ["TOTE-0001"]


def test_half_a_jpeg_without_a_picture_is_a_broken_frame() -> None:
    assert grey_of(JPEG[:, :30], MJPG) is None


@pytest.mark.parametrize(
    "came", [YUYV_PIXELS, np.zeros((1, 100), np.uint8), np.zeros((4, 4), np.uint16), np.zeros((4, 4, 4), np.uint8)]
)
def test_another_format_is_refused_and_not_guessed(came: np.ndarray) -> None:
    with pytest.raises(OtherFormat, match="Expected"):
        grey_of(came, cv2.VideoWriter.fourcc(*"UYVY"))


class RawDriver:
    """The capture of a driver that gives raw bytes until it is asked to decode."""

    def __init__(self, raw: np.ndarray) -> None:
        self.raw: np.ndarray | None = raw
        self.frames = 0

    def grab(self) -> bool:
        return True

    def get(self, prop: int) -> float:
        return float(MJPG) if prop == cv2.CAP_PROP_FOURCC else 0.0

    def set(self, prop: int, value: float) -> bool:
        assert (prop, value) == (cv2.CAP_PROP_CONVERT_RGB, 1)
        self.raw = None
        return True

    def retrieve(self) -> tuple[bool, np.ndarray]:
        self.frames += 1
        if self.raw is not None:
            return True, self.raw
        frame = COLOUR.copy()
        frame[0, 0] = self.frames
        return True, frame

    def release(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize(
    ("raw", "lost"), [(np.zeros((1, 100), np.uint8), 1), (JPEG[:, :30], BROKEN_MAX)], ids=["unknown", "always broken"]
)
def test_what_cannot_be_decoded_here_is_decoded_by_opencv_from_then_on(
    tmp_path: Path, raw: np.ndarray, lost: int
) -> None:
    source = OpenCvSource(film_of_a_label(tmp_path), 640, 480, 20)
    source._capture.release()
    source._capture = RawDriver(raw)  # type: ignore[assignment]
    came = [source.read(0.5) for _ in range(lost + 2)]
    assert [picture is not None for picture in came] == [False] * lost + [True] * 2
