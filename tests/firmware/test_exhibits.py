"""Which frames are kept as evidence: the real watcher and voting on frames that are drawn."""

from collections.abc import Callable

import numpy as np

from firmware.barcode import Frame, Symbol, read_fast
from firmware.camera.exhibits import DOUBTED_MAX, REFUSED_PACE_US, Exhibits, Why
from firmware.camera.voting import Refusal, Voting
from firmware.camera.watcher import SymbolWatcher
from tests.firmware.test_symbol_watcher import Floor

FRAME_US = 50_000


class Kept:
    """Takes what is kept, and numbers it."""

    def __init__(self) -> None:
        self.pictures: list[tuple[Frame, Why, str]] = []

    def keep(self, frame: Frame, why: Why, symbol: Symbol | None) -> str:
        self.pictures.append((frame, why, "" if symbol is None else symbol.text))
        return f"{len(self.pictures):016x}"

    @property
    def whys(self) -> list[tuple[Why, str]]:
        return [(why, text) for _, why, text in self.pictures]


def keeping_floor() -> tuple[Floor, Kept, list[tuple[str, str]], list[tuple[bool, str]]]:
    """A floor whose watcher keeps pictures; what it tells, with the pictures."""
    floor, kept = Floor(), Kept()
    told: list[tuple[str, str]] = []
    unreadable: list[tuple[bool, str]] = []
    floor.watcher = SymbolWatcher(
        lambda: floor.camera,
        on_symbol=lambda symbol, picture: told.append((symbol.text, picture)),
        on_unreadable=lambda present, picture: unreadable.append((present, picture)),
        on_health=lambda ok, why: None,
        now_us=lambda: floor.now_us,
        keep=kept.keep,
    )
    return floor, kept, told, unreadable


def symbol(text: str) -> Symbol:
    return Symbol(text, "Code128", ((0, 0), (50, 0), (50, 20), (0, 20)))


def grey(level: int) -> Frame:
    return np.full((4, 4), level, np.uint8)


def votes(*frames: tuple[str, ...], confirm: Callable[[Symbol], bool | None] = lambda _: True) -> list[list[Refusal]]:
    voting = Voting()
    refused = []
    for n, texts in enumerate(frames):
        voting.take([symbol(text) for text in texts], (), n * FRAME_US, confirm)
        refused.append([why for _, why in voting.refused])
    voting.emptied()
    return [*refused, [why for _, why in voting.refused]]


def test_each_passing_of_a_symbol_has_its_own_picture_and_the_fact_names_it() -> None:
    floor, kept, told, _ = keeping_floor()
    floor.run(0.2)
    for _ in range(2):
        floor.camera.show([("TOTE-0001", "Code128")])
        floor.run(0.5)
        floor.camera.clear()
        floor.run(0.1)
    assert told == [("TOTE-0001", f"{1:016x}"), ("TOTE-0001", f"{2:016x}")]
    assert kept.whys == [("read", "TOTE-0001")] * 2


def test_what_cannot_be_read_has_a_picture_and_its_alarm_names_it() -> None:
    floor, kept, _, unreadable = keeping_floor()
    floor.run(0.1)
    floor.camera.hide_symbol()
    floor.run(1.5)
    floor.camera.clear()
    floor.run(0.1)
    assert kept.whys == [("unreadable", "")]
    assert unreadable == [(True, f"{1:016x}"), (False, "")]


def test_a_symbol_that_left_before_it_had_its_votes_is_kept_as_outvoted_with_the_frame_that_showed_it() -> None:
    floor, kept, told, _ = keeping_floor()
    floor.run(0.2)
    floor.camera.show([("4006381333931", "EAN-13")])
    floor.run(0.05)
    floor.camera.clear()
    floor.run(0.1)
    assert told == []
    assert kept.whys == [("outvoted", "4006381333931")]
    assert [s.text for s in read_fast(kept.pictures[0][0])] == ["4006381333931"]


def test_a_symbol_that_falls_out_of_the_window_is_outvoted_once() -> None:
    assert votes(("A",), (), (), (), (), (), ()) == [[], [], [], [], [], ["outvoted"], [], []]


def test_a_symbol_that_the_second_reader_denies_is_contradicted_and_not_outvoted_too() -> None:
    assert votes(("A",), ("A",), ("A",), confirm=lambda _: False)[2:] == [["contradicted"], []]


def test_a_symbol_that_is_believed_is_not_refused() -> None:
    assert votes(("A",), ("A",), ("A",), (), (), (), ()) == [[]] * 8


def test_of_what_is_refused_only_so_many_pictures_are_kept() -> None:
    kept = Kept()
    exhibits = Exhibits(kept.keep)
    for n in range(10):
        exhibits.refused(grey(n), symbol("A"), "contradicted", n * REFUSED_PACE_US // 4)
    assert [int(frame[0, 0]) for frame, _, _ in kept.pictures] == [0, 4, 8]


def test_so_many_frames_at_most_are_held_for_what_is_in_doubt() -> None:
    kept = Kept()
    exhibits = Exhibits(kept.keep)
    texts = [f"T-{n}" for n in range(DOUBTED_MAX + 1)]
    exhibits.doubt(grey(1), texts)
    for n, text in enumerate(texts):
        exhibits.refused(grey(2), symbol(text), "outvoted", n * REFUSED_PACE_US)
    assert [int(frame[0, 0]) for frame, _, _ in kept.pictures] == [1] * DOUBTED_MAX + [2]
