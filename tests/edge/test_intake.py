"""The clock of a station goes by what happened, and never back."""

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


def test_nothing_comes_within_the_time_that_is_waited() -> None:
    assert Intake(Clock()).take(0.01) is None
