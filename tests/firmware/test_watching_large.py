"""A camera of 1920 x 1080 watched: small labels anywhere on its table, and rest where nothing moves."""

import random
import time

import numpy as np
import pytest

from firmware.barcode import Frame
from firmware.camera.source import Picture
from firmware.camera.watcher import IDLE_AFTER_US, WHOLE_PACE_US, SymbolWatcher
from firmware.twin.camera_twin import CameraTwin
from firmware.twin.label_print import printed
from tests.firmware.large_frames import FRAME_US, HIGH, WIDE, film
from tests.waiting import wait_until


class Table:
    """A watcher under a clock that is set, and what it tells."""

    def __init__(self) -> None:
        self.now_us = 1_000_000
        self.told: list[str] = []
        self.unreadable: list[bool] = []
        self.watcher = SymbolWatcher(
            lambda: CameraTwin(WIDE, HIGH, 20, random.Random(1), lambda: self.now_us),
            on_symbol=lambda symbol, picture: self.told.append(symbol.text),
            on_unreadable=lambda present, picture: self.unreadable.append(present),
            on_health=lambda ok, why: None,
            now_us=lambda: self.now_us,
        )

    def look(self, frame: Frame) -> None:
        self.now_us += FRAME_US
        self.watcher.look(frame, self.now_us)


def empty(seed: int) -> Frame:
    """The table as the twin draws it, with other noise each time."""
    noise = np.random.default_rng(seed).normal(0, 3, (HIGH, WIDE))
    return np.clip(40 + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("text", "symbology"), [("4006381333931", "EAN-13"), ("TOTE-0001", "Code128")])
def test_a_small_label_anywhere_is_told_once_for_each_passing(text: str, symbology: str) -> None:
    table = Table()
    for seed in range(4):
        for n in range(3):
            table.look(empty(n))
        for frame in film([(text, symbology)], seed, frames=8):
            table.look(frame)
    assert table.told == [text] * 4
    assert table.unreadable == []


def test_a_small_thing_that_cannot_be_read_is_told_and_gone_when_it_is_taken_away() -> None:
    table = Table()
    table.look(empty(0))
    thing = empty(1)
    thing[700:900, 1400:1700] = 160
    for n in range(20):
        table.look(thing if n % 2 else thing.copy())
    assert table.unreadable == [True]
    table.look(empty(2))
    assert table.unreadable == [True, False]


class Counted:
    """A camera over an empty table that counts how often it is asked, by a clock that runs ahead."""

    def __init__(self) -> None:
        self.now_us = 0
        self.asked: list[float] = []
        self._frame = np.full((480, 640), 40, np.uint8)

    def read(self, timeout_s: float) -> Picture | None:
        self.now_us += 100_000
        self.asked.append(time.monotonic())
        return Picture(self._frame.copy(), self.now_us)

    def close(self) -> None:
        """Nothing is held."""


def test_a_table_that_was_empty_for_a_while_is_asked_for_less_often() -> None:
    camera = Counted()
    watcher = SymbolWatcher(
        lambda: camera,
        on_symbol=lambda symbol, picture: None,
        on_unreadable=lambda present, picture: None,
        on_health=lambda ok, why: None,
        now_us=lambda: camera.now_us,
        idle_pause_s=0.05,
    )
    lively = IDLE_AFTER_US // 100_000
    watcher.start()
    try:
        wait_until(lambda: len(camera.asked) > lively + 5, 20, "some looks at rest")
    finally:
        watcher.close()
    pauses = [later - earlier for earlier, later in zip(camera.asked, camera.asked[1:], strict=False)]
    assert min(pauses[lively + 2 :]) >= 0.05, "it rests between two looks"


def test_print_too_faint_to_be_told_from_noise_is_found_by_a_look_at_the_whole() -> None:
    table = Table()
    for n in range(3):
        table.look(empty(n))
    label = printed("TOTE-0001", "Code128").astype(float)
    noise = np.random.default_rng(9).normal(0, 0.5, (HIGH, WIDE))
    faint = 100 + noise
    faint[500 : 500 + label.shape[0], 800 : 800 + label.shape[1]] = 120 + 0.06 * (label - 120)
    frame = np.clip(faint, 0, 255).astype(np.uint8)
    for n in range(WHOLE_PACE_US // FRAME_US + 40):
        table.look(frame if n % 2 else frame.copy())
    assert table.told == ["TOTE-0001"]
