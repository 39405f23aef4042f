"""The clock of a station goes by what happened, and never back."""

import pytest

from edge.intake import Intake


class Clock:
    """The time that it is, moved by the test."""

    def __init__(self) -> None:
        self.now_us = 1_000_000

    def __call__(self) -> int:
        return self.now_us


def test_what_waited_is_taken_in_order_at_the_time_at_which_it_happened() -> None:
    now_us = Clock()
    intake = Intake(now_us)
    seen: list[tuple[str, int]] = []
    for name, at_us in (("down", 1_100_000), ("up", 1_160_000)):
        intake.put(lambda name=name: seen.append((name, intake.clock_us)), at_us)  # type: ignore[misc]
    now_us.now_us = 4_000_000
    while call := intake.take():
        call()
    assert seen == [("down", 1_100_000), ("up", 1_160_000)]
    assert intake.pass_time() == 4_000_000


def test_while_something_waits_time_is_no_later_than_that() -> None:
    now_us = Clock()
    intake = Intake(now_us)
    intake.put(lambda: None, 1_200_000)
    now_us.now_us = 3_000_000
    assert intake.pass_time() == 1_200_000


def test_the_clock_never_goes_back_and_never_ahead_of_now() -> None:
    now_us = Clock()
    intake = Intake(now_us)
    for at_us, clock_us in ((900_000, 1_000_000), (99_000_000, 1_000_000)):
        intake.put(lambda: None, at_us)
        assert intake.take() is not None
        assert intake.clock_us == clock_us


def test_what_is_too_much_is_dropped_and_nothing_else() -> None:
    taken: list[int] = []
    intake = Intake(Clock(), waiting_max=2)
    for n in range(3):
        intake.put(lambda n=n: taken.append(n))  # type: ignore[misc]
    while call := intake.take():
        call()
    assert taken == [0, 1]


def test_an_answer_that_is_awaited_is_taken_however_many_wait() -> None:
    taken: list[str] = []
    intake = Intake(Clock(), waiting_max=1)
    intake.put(lambda: taken.append("press"))
    intake.put(lambda: taken.append("press that is too much"))
    intake.put(lambda: taken.append("label printed"), awaited=True)
    while call := intake.take():
        call()
    assert taken == ["press", "label printed"]


def test_losing_is_said_once_and_how_many_when_there_is_room_again(capsys: pytest.CaptureFixture[str]) -> None:
    intake = Intake(Clock(), waiting_max=1)
    for _ in range(5):
        intake.put(lambda: None)
    assert capsys.readouterr().out.count("input lost") == 1
    assert intake.take() is not None
    assert "lost=4" in capsys.readouterr().out


def test_once_closed_nothing_waits_and_nothing_is_taken() -> None:
    intake = Intake(Clock())
    intake.put(lambda: None)
    intake.close()
    intake.put(lambda: None, awaited=True)
    assert intake.take() is None


def test_nothing_comes_within_the_time_that_is_waited() -> None:
    assert Intake(Clock()).take(0.01) is None
