"""Pictures are kept on a thread of their own, whatever the card does."""

import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.commands import Result, SendPicture
from edge.evidence.drawn import BYTES_MAX, SIDE_PX_MAX, jpeg_of
from edge.evidence.keeper import RETRY_US, WAITING_MAX, Keeper
from edge.evidence.note import note_of
from edge.evidence.ring import NotKept, Ring
from firmware.barcode import read_fast, read_symbols
from firmware.symbol import Symbol
from tests.firmware.films import frame_of_a_label
from tests.waiting import wait_until


class StuckRing(Ring):
    """A ring on a card that takes its time: it waits until it is let go."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, count_max=100, bytes_max=10**7, free_bytes_min=0)
        self.goes = threading.Event()

    def keep(self, picture: str, jpeg: bytes) -> None:
        assert self.goes.wait(10)
        super().keep(picture, jpeg)


def ring_in(directory: Path) -> Ring:
    return Ring(directory, count_max=100, bytes_max=10**7, free_bytes_min=0)


def keeper_of(
    ring: Ring,
    health: list[tuple[str, bool, str]],
    now_us: Callable[[], int] = lambda: time.monotonic_ns() // 1000,
) -> Keeper:
    ids = count(1)
    return Keeper(
        "pack-1",
        ring,
        new_id=lambda: f"{next(ids):016x}",
        wall_us=lambda: 7,
        now_us=now_us,
        on_health=lambda *told: health.append(told),
    )


def grey_label() -> np.ndarray:
    return np.asarray(cv2.cvtColor(frame_of_a_label(), cv2.COLOR_BGR2GRAY), np.uint8)


def test_a_scan_is_kept_so_that_its_symbol_can_be_read_again(tmp_path: Path) -> None:
    health: list[tuple[str, bool, str]] = []
    keeper = keeper_of(ring_in(tmp_path), health)
    frame = grey_label()
    [symbol] = read_fast(frame)
    picture = keeper.keep(frame, "read", symbol)
    answers: list[Result] = []
    keeper.send(SendPicture(command="c", picture=picture), answers.append)
    keeper.close()
    [answer] = answers
    jpeg, note = answer.body, note_of(answer.body)
    assert (answer.outcome, note.picture, note.text, note.symbology, note.why) == (
        "done",
        picture,
        "TOTE-0001",
        "Code128",
        "read",
    )
    again = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert [s.text for s in read_symbols(np.asarray(again, np.uint8))] == ["TOTE-0001"]
    assert health == [("evidence", True, "")]


def test_a_picture_that_is_not_there_is_answered_with_why(tmp_path: Path) -> None:
    keeper = keeper_of(ring_in(tmp_path), [])
    answers: list[Result] = []
    keeper.send(SendPicture(command="c", picture="0" * 16), answers.append)
    keeper.close()
    gone = "pack-1 does not have this picture (any more): the oldest are thrown away."
    assert answers == [Result(command="c", outcome="refused", detail=gone)]


def test_a_slow_card_costs_pictures_and_nobody_waits_for_it(tmp_path: Path) -> None:
    ring = StuckRing(tmp_path)
    keeper = keeper_of(ring, [])
    named = [keeper.keep(grey_label(), "read", None) for _ in range(WAITING_MAX + 5)]
    assert "" in named, "what is too much is not kept, and no fact names it"
    failed: list[Result] = []
    wait_until(lambda: not keeper.keep(grey_label(), "read", None), 5, "the queue to be full")
    keeper.send(SendPicture(command="c", picture="0" * 16), failed.append)
    assert failed[0].outcome == "failed"
    assert "ask again" in failed[0].detail
    ring.goes.set()
    keeper.close()
    kept = {note.picture for note, _ in ring_in(tmp_path).notes()}
    assert {picture for picture in named if picture} <= kept


def test_a_card_that_takes_nothing_is_told_once_tried_after_a_while_and_told_when_well(tmp_path: Path) -> None:
    health: list[tuple[str, bool, str]] = []
    clock_us = [RETRY_US]
    place = tmp_path / "ring"
    place.write_text("in the way")
    keeper = keeper_of(ring_in(place), health, lambda: clock_us[0])
    assert keeper.keep(grey_label(), "read", None)
    wait_until(lambda: health, 5, "the failure to be told")
    assert health[0][:2] == ("evidence", False)
    assert keeper.keep(grey_label(), "read", None) == "", "no fact names what is not kept"
    place.unlink()
    clock_us[0] += RETRY_US
    assert keeper.keep(grey_label(), "read", None)
    wait_until(lambda: len(health) == 2, 5, "the recovery to be told")
    assert health[1] == ("evidence", True, "")
    keeper.close()
    keeper.close()


def test_a_picture_that_cannot_be_read_is_answered_with_why(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    ring.keep("0" * 16, b"\xff\xd8")
    path = ring.path("0" * 16)
    assert path is not None
    path.unlink()
    path.mkdir()
    with pytest.raises(NotKept, match="expected to read it"):
        ring.jpeg("0" * 16)


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920), (2160, 3840)])
def test_no_picture_is_large_however_wild_the_frame(size: tuple[int, int]) -> None:
    frame = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    whole = jpeg_of(frame, None)
    symbol = Symbol("x", "Code128", ((0, 0), (size[1] - 1, 0), (size[1] - 1, size[0] - 1), (0, size[0] - 1)))
    for jpeg in (whole, jpeg_of(frame, symbol)):
        assert len(jpeg) <= BYTES_MAX
        drawn = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert drawn is not None
        assert max(drawn.shape) <= SIDE_PX_MAX
