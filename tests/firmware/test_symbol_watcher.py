"""A camera watched: the real watcher and reader on the camera's twin."""

import random
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest
import zxingcpp

from firmware.barcode import Frame, Symbol, read_fast, read_symbols
from firmware.camera.source import FrameSource, Picture
from firmware.camera.watcher import SymbolWatcher
from firmware.errors import DeviceMissing
from firmware.twin.camera_twin import CameraTwin
from tests.waiting import wait_until

FRAME_US = 50_000


def monotonic_us() -> int:
    return time.monotonic_ns() // 1000


def only_for_both_readers() -> Frame:
    """A frame with a symbol of so little contrast that the fast reader finds nothing on it, but both together do."""
    symbol = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13)
    bars = np.array(zxingcpp.write_barcode_to_image(symbol, scale=2)).astype(np.float64)
    frame = np.full((480, 640), 150.0)
    top, left = 150, 180
    frame[top : top + bars.shape[0], left : left + bars.shape[1]] = 140 + bars * 0.08
    rng = np.random.default_rng(5)
    for sharpness in np.arange(0.6, 3.0, 0.1):
        picture = cv2.GaussianBlur(frame, (0, 0), float(sharpness)) + rng.normal(0, 1.0, frame.shape)
        found = np.clip(picture, 0, 255).astype(np.uint8)
        if not read_fast(found) and read_symbols(found):
            return found
    raise AssertionError("Expected a blur at which both readers together read what the fast one does not.")


class Floor:
    """A watcher on a twin under a clock that is set: frames go by as :meth:`run` says."""

    def __init__(self, seed: int = 1) -> None:
        self.now_us = 1_000_000
        self.camera = CameraTwin(640, 480, 20, random.Random(seed), lambda: self.now_us)
        self.told: list[str] = []
        self.unreadable: list[bool] = []
        self.health: list[tuple[bool, str]] = []
        self.watcher = watcher(lambda: self.camera, self, lambda: self.now_us)

    def run(self, seconds: float) -> None:
        """Let this much time go by, at twenty frames a second."""
        for _ in range(round(seconds * 1e6) // FRAME_US):
            self.now_us += FRAME_US
            picture = self.camera.read(0)
            assert picture is not None
            self.watcher.look(picture.frame, self.now_us)


def watcher(open_source: Callable[[], FrameSource], ears: "Floor | Live", now_us: Callable[[], int]) -> SymbolWatcher:
    def heard(symbol: Symbol, _picture: str) -> None:
        ears.told.append(symbol.text)

    return SymbolWatcher(
        open_source,
        on_symbol=heard,
        on_unreadable=lambda present, _picture: ears.unreadable.append(present),
        on_health=lambda ok, why: ears.health.append((ok, why)),
        now_us=now_us,
    )


def test_an_expected_label_is_told_with_its_second_frame() -> None:
    floor = Floor()
    floor.watcher.expect({"TOTE-0001"})
    floor.run(0.2)
    floor.camera.show([("TOTE-0001", "Code128")])
    floor.run(0.05)
    assert floor.told == []
    floor.run(0.05)
    assert floor.told == ["TOTE-0001"]


def test_an_unexpected_label_is_told_with_its_third_frame() -> None:
    floor = Floor()
    floor.run(0.2)
    floor.camera.show([("4006381333931", "EAN-13")])
    floor.run(0.1)
    assert floor.told == []
    floor.run(0.05)
    assert floor.told == ["4006381333931"]


def test_a_matrix_symbol_is_told_with_its_first_frame() -> None:
    floor = Floor()
    floor.run(0.2)
    floor.camera.show([("PARCEL/1", "DataMatrix")])
    floor.run(0.05)
    assert floor.told == ["PARCEL/1"]


def test_a_label_so_faint_that_only_both_readers_find_it_gathers_its_votes_all_the_same() -> None:
    floor = Floor()
    floor.run(0.2)
    faint = only_for_both_readers()
    for _ in range(40):
        floor.now_us += FRAME_US
        floor.watcher.look(faint.copy(), floor.now_us)
    assert floor.told == ["4006381333931"]


def test_a_label_that_lies_there_for_long_is_told_once() -> None:
    floor = Floor()
    floor.camera.show([("TOTE-0001", "Code128")])
    floor.run(15)
    assert floor.told == ["TOTE-0001"]
    assert floor.unreadable == []


def test_a_label_taken_away_and_shown_again_is_told_again() -> None:
    floor = Floor()
    floor.run(0.1)
    for _ in range(3):
        floor.camera.show([("TOTE-0001", "Code128")])
        floor.run(0.5)
        floor.camera.clear()
        floor.run(0.1)
    assert floor.told == ["TOTE-0001"] * 3


def test_things_that_follow_each_other_without_a_gap_are_each_told() -> None:
    floor = Floor()
    floor.run(0.1)
    for text in ("TOTE-0001", "TOTE-0002", "TOTE-0001"):
        floor.camera.show([(text, "Code128")])
        floor.run(1.5)
    assert floor.told == ["TOTE-0001", "TOTE-0002", "TOTE-0001"]


def test_a_hidden_symbol_is_told_after_half_a_second_until_it_is_read() -> None:
    floor = Floor()
    floor.run(0.1)
    floor.camera.hide_symbol()
    floor.run(0.4)
    assert floor.unreadable == []
    floor.run(1.0)
    assert floor.unreadable == [True]
    floor.camera.show([("TOTE-0001", "Code128")])
    floor.run(0.5)
    assert floor.unreadable == [True, False]
    assert floor.told == ["TOTE-0001"]


def test_a_hidden_symbol_that_goes_away_is_unreadable_no_more() -> None:
    floor = Floor()
    floor.run(0.1)
    floor.camera.hide_symbol()
    floor.run(3)
    floor.camera.clear()
    floor.run(0.1)
    assert floor.unreadable == [True, False]


def test_a_thing_already_there_at_the_start_is_read_and_its_table_learned_later() -> None:
    floor = Floor()
    floor.camera.show([("TOTE-0001", "Code128")])
    floor.run(1)
    floor.camera.clear()
    floor.run(5)
    assert floor.told == ["TOTE-0001"]
    assert floor.unreadable == []


def test_sixty_labels_are_each_told_exactly_once() -> None:
    floor = Floor(seed=3)
    rng = random.Random(4)
    shown = []
    floor.run(0.1)
    for _ in range(60):
        text = f"TOTE-{rng.randrange(10_000):04d}"
        shown.append(text)
        floor.camera.show([(text, rng.choice(["Code128", "QRCode", "DataMatrix"]))])
        floor.run(0.4)
        floor.camera.clear()
        floor.run(0.1)
    assert floor.told == shown


class Live:
    """A watcher on its own thread, in real time."""

    def __init__(self) -> None:
        self.camera = CameraTwin(640, 480, 20, random.Random(6), monotonic_us)
        self.told: list[str] = []
        self.unreadable: list[bool] = []
        self.health: list[tuple[bool, str]] = []
        self.source: FrameSource = self.camera
        self.watcher = watcher(lambda: self.source, self, monotonic_us)


@pytest.fixture
def live() -> Iterator[Live]:
    floor = Live()
    floor.watcher.start()
    yield floor
    floor.watcher.close()
    floor.watcher.close()


def test_a_watching_thread_tells_health_and_symbols(live: Live) -> None:
    wait_until(lambda: live.health == [(True, "")], 5, "a healthy camera")
    live.watcher.expect({"TOTE-0001"})
    live.camera.show([("TOTE-0001", "Code128")])
    wait_until(lambda: live.told == ["TOTE-0001"], 5, "the label to be read")


def test_an_unplugged_camera_is_told_once_and_works_again_when_plugged(live: Live) -> None:
    wait_until(lambda: len(live.health) == 1, 5, "a healthy camera")
    live.camera.unplug()
    wait_until(lambda: len(live.health) == 2, 5, "the failure to be told")
    assert live.health[1] == (False, "The simulated camera is unplugged: plug it in again.")
    live.camera.plug()
    wait_until(lambda: len(live.health) == 3, 5, "the recovery to be told")
    assert live.health[2] == (True, "")
    live.camera.show([("TOTE-0001", "Code128")])
    wait_until(lambda: live.told == ["TOTE-0001"], 5, "the label to be read")


class Silent:
    """A camera that hangs: it gives no frames and no errors."""

    def __init__(self) -> None:
        self.closed = False

    def read(self, timeout_s: float) -> Picture | None:
        return None

    def close(self) -> None:
        self.closed = True


def test_a_camera_that_falls_silent_is_told_and_opened_again_and_so_is_another_reason() -> None:
    hours_us = iter(range(0, 10**12, 500_000))
    silent = Silent()
    opened: list[FrameSource] = []
    floor = Live()

    def open_source() -> FrameSource:
        opened.append(silent)
        if len(opened) > 1:
            raise DeviceMissing("gone for good")
        return silent

    watching = watcher(open_source, floor, lambda: next(hours_us))
    watching.start()
    wait_until(lambda: len(opened) > 3, 5, "the camera to be opened again and again")
    watching.close()
    assert silent.closed
    assert floor.health == [
        (False, "Expected new frames from the camera, got none for 3 s: opening it again."),
        (False, "gone for good"),
    ]


def test_a_camera_that_gives_its_last_frame_again_and_again_is_told_and_well_when_it_goes_on(live: Live) -> None:
    wait_until(lambda: live.health == [(True, "")], 5, "a healthy camera")
    live.camera.freeze()
    wait_until(lambda: len(live.health) == 2, 8, "the failure to be told")
    why = "Expected new frames from the camera, got the same one again and again for 3 s: opening it again."
    assert live.health[1] == (False, why)
    live.camera.thaw()
    wait_until(lambda: len(live.health) == 3, 8, "the recovery to be told")
    assert live.health[2] == (True, "")


class Reborn:
    """A camera that gives one frame after each opening, and then the same again."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def read(self, timeout_s: float) -> Picture | None:
        return self._picture

    def close(self) -> None:
        """Nothing is held."""


def test_a_camera_that_gives_one_new_frame_at_each_opening_is_never_a_healthy_one() -> None:
    floor = Live()
    hours_us = iter(range(0, 10**12, 500_000))
    opened: list[int] = []

    def open_source() -> FrameSource:
        opened.append(len(opened))
        return Reborn(Picture(np.full((480, 640, 3), 40, np.uint8), len(opened)))

    watching = watcher(open_source, floor, lambda: next(hours_us))
    watching.start()
    wait_until(lambda: len(opened) > 2, 5, "some openings")
    watching.close()
    assert [ok for ok, _ in floor.health] == [False]


class Mad:
    """A camera whose first frame has no pixels, as a driver gives it whose cable is loose: the reader raises on it."""

    def read(self, timeout_s: float) -> Picture | None:
        return Picture(np.zeros((0, 0, 3), np.uint8), 0)

    def close(self) -> None:
        """Nothing is held."""


def test_a_frame_that_the_reader_cannot_take_is_told_and_the_camera_is_opened_again() -> None:
    floor = Live()
    sources: list[FrameSource] = [floor.camera, Mad()]
    watching = watcher(lambda: sources.pop() if len(sources) > 1 else sources[0], floor, monotonic_us)
    watching.start()
    wait_until(lambda: len(floor.health) >= 2, 5, "the camera to be well again")
    watching.close()
    assert [ok for ok, _ in floor.health] == [False, True]
    assert "Expected a frame that can be read, got " in floor.health[0][1]
    assert "opening the camera again" in floor.health[0][1]
