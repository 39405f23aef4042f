"""Asking a station, and what becomes of questions that nobody answers."""

import threading

import pytest

from edge.contract.commands import AnyCommand, Identify, Result
from hub.asking import ASKED_MAX, Asking, NotAsked
from hub.link.broker import OutgoingFull


class Line:
    """The way to the stations: keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.there = {"pack-1"}
        self.takes = True
        self.now_s = 0.0
        self.asking = Asking(self.send, self.there.__contains__, lambda: self.now_s)

    def send(self, station: str, command: AnyCommand, expires_s: int) -> None:
        if not self.takes:
            raise OutgoingFull("full")
        self.sent.append((station, command.command, expires_s))


def done(command: str) -> Result:
    return Result(command=command, outcome="done")


def test_an_answer_reaches_who_asked_and_nobody_else() -> None:
    line = Line()
    one, other = (line.asking.ask("pack-1", Identify(command=name), 5) for name in ("a", "b"))
    line.asking.answered("pack-2", done("a"))
    line.asking.answered("pack-1", done("b"))
    line.asking.answered("pack-1", done("b"))
    assert (one.done(), other.result(0)) == (False, done("b"))
    assert line.sent == [("pack-1", "a", 5), ("pack-1", "b", 5)]


def test_the_same_command_asked_twice_has_one_answer_for_both() -> None:
    line = Line()
    both = [line.asking.ask("pack-1", Identify(command="a"), 5) for _ in range(2)]
    line.asking.answered("pack-1", done("a"))
    assert [answer.result(0) for answer in both] == [done("a")] * 2


def test_a_station_that_is_away_is_not_asked() -> None:
    line = Line()
    with pytest.raises(NotAsked, match="pack-2 is away"):
        line.asking.wait("pack-2", Identify(command="a"), 5)
    assert line.sent == []


def test_a_broker_that_takes_nothing_is_told_and_leaves_no_question_behind() -> None:
    line = Line()
    line.takes = False
    for _ in range(ASKED_MAX + 1):
        with pytest.raises(NotAsked, match="full"):
            line.asking.ask("pack-1", Identify(command="a"), 5)


def test_so_many_questions_wait_at_most_and_those_whose_time_is_over_make_room() -> None:
    line = Line()
    waiting = [line.asking.ask("pack-1", Identify(command=str(n)), 5) for n in range(ASKED_MAX)]
    with pytest.raises(NotAsked, match="wait for their stations already"):
        line.asking.ask("pack-1", Identify(command="more"), 5)
    line.now_s = 5.0
    line.asking.ask("pack-1", Identify(command="more"), 5)
    assert all(isinstance(answer.exception(0), TimeoutError) for answer in waiting)


def test_who_waits_is_answered_from_another_thread_and_is_not_held_longer_than_said() -> None:
    line = Line()
    answer = threading.Timer(0.05, lambda: line.asking.answered("pack-1", done("a")))
    answer.start()
    assert line.asking.wait("pack-1", Identify(command="a"), 10) == done("a")
    answer.join()
    with pytest.raises(TimeoutError, match="pack-1 did not answer within 0 s"):
        line.asking.wait("pack-1", Identify(command="b"), 0.01)
