"""The board's own health: too little voltage and a clock that nobody has set are told, and when they are over."""

import pytest

from firmware.board import LOOK_EVERY_US, Board, trouble_of
from firmware.twin.supply_twin import SupplyTwin


class Desk:
    """A board whose supply and clock are moved by the test."""

    def __init__(self) -> None:
        self.now_us = 0
        self.supply = SupplyTwin()
        self.flags: str | None = self.supply.flags()
        self.clock_set = True
        self.told: list[tuple[str, bool, str]] = []
        self.board = Board(
            flags=lambda: self.flags,
            clock_set=lambda: self.clock_set,
            on_health=lambda *told: self.told.append(told),
            now_us=lambda: self.now_us,
        )

    def look(self) -> None:
        self.flags = None if self.flags is None else self.supply.flags()
        self.later()

    def later(self) -> None:
        self.now_us += LOOK_EVERY_US
        self.board.poll()


@pytest.mark.parametrize(
    ("flags", "trouble"),
    [
        ("0\n", ""),
        ("1\n", "under-voltage"),
        ("50005\n", "under-voltage, it is throttled"),
        ("f0000\n", ""),
        ("8\n", "it is at its soft limit of temperature"),
    ],
)
def test_the_flags_of_now_are_told_in_words_and_those_of_before_are_not(flags: str, trouble: str) -> None:
    assert trouble_of(flags) == trouble


def test_a_weak_supply_is_told_while_it_is_weak() -> None:
    desk = Desk()
    desk.look()
    desk.supply.unplug()
    desk.look()
    desk.look()
    desk.supply.plug()
    desk.look()
    power = [(ok, why) for part, ok, why in desk.told if part == "power"]
    assert power == [
        (True, ""),
        (False, "The board says: under-voltage, it is throttled. Check its supply, its cable, its fan."),
        (True, ""),
    ]


def test_a_clock_that_is_not_set_is_told_until_it_is() -> None:
    desk = Desk()
    desk.clock_set = False
    desk.look()
    desk.clock_set = True
    desk.look()
    assert [ok for part, ok, _ in desk.told if part == "clock"] == [False, True]


def test_a_machine_that_is_no_raspberry_pi_says_nothing_of_its_supply() -> None:
    desk = Desk()
    desk.flags = None
    desk.look()
    assert [part for part, _, _ in desk.told] == ["clock"]


def test_flags_that_are_none_are_told_and_the_board_is_looked_at_again() -> None:
    desk = Desk()
    desk.flags = "error=1"
    desk.later()
    assert desk.told[-1][:2] == ("power", False)
    assert desk.told[-1][2].startswith("Expected the flags of the board's firmware, got: ")
    desk.flags = "0"
    desk.later()
    assert desk.told[-1] == ("power", True, "")
