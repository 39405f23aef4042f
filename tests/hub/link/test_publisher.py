"""The publisher against a change table that the test writes and a wire that it cuts."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from hub.link.publisher import RETRY_FIRST_S, RETRY_MAX_S, Publisher
from tests.waiting import wait_until


class Wire:
    """What changed, what cannot be published, and what went out."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.changes: list[str] = []
        self.broken: set[str] = set()
        self.unreadable = False
        self.sent: list[str] = []
        self.stations = ["a", "b", "c"]
        self.during_step: Callable[[], None] = lambda: None
        self.while_read: Callable[[], None] = lambda: None
        self.tried: Callable[[], None] = lambda: None
        self.publisher = Publisher(
            changed_since=self.changed_since,
            desired=self.desired,
            publish=self.publish,
            monotonic_s=lambda: self.now_s,
        )

    def changed_since(self, cursor: int | None) -> tuple[int, list[str]]:
        if self.unreadable:
            raise OSError("disk")
        self.during_step()
        return len(self.changes), self.stations if cursor is None else self.changes[cursor:]

    def desired(self, station: str) -> tuple[int, bytes]:
        version = len(self.changes)
        self.while_read()
        return version, station.encode()

    def publish(self, station: str, payload: bytes) -> None:
        self.tried()
        if station in self.broken:
            raise OSError(f"{station} is broken")
        assert payload == station.encode()
        self.sent.append(station)

    def step(self) -> list[str]:
        self.sent.clear()
        self.publisher.step()
        return list(self.sent)


@pytest.fixture
def wire() -> Wire:
    wire = Wire()
    assert wire.step() == ["a", "b", "c"]
    return wire


def test_one_station_that_fails_holds_up_no_other_and_is_tried_again(wire: Wire) -> None:
    wire.changes += ["a", "b", "c"]
    wire.broken = {"b"}
    assert wire.step() == ["a", "c"]
    wire.broken = set()
    assert wire.step() == []
    wire.now_s += RETRY_FIRST_S
    assert wire.step() == ["b"]
    assert wire.step() == []


def test_a_station_that_keeps_failing_is_tried_ever_more_rarely_but_always_again(wire: Wire) -> None:
    wire.changes.append("b")
    wire.broken = {"b"}
    tried_s: list[float] = []
    wire.tried = lambda: tried_s.append(wire.now_s)
    for _ in range(1_000):
        assert wire.step() == []
        wire.now_s += 0.25
    pauses = [later - sooner for sooner, later in itertools.pairwise(tried_s)]
    assert pauses[:7] == [0.5, 1, 2, 4, 8, 16, RETRY_MAX_S]
    assert set(pauses[6:]) == {RETRY_MAX_S}
    wire.broken = set()
    wire.now_s += RETRY_MAX_S
    assert wire.step() == ["b"]


def test_what_changes_is_tried_at_once_even_if_it_has_just_failed(wire: Wire) -> None:
    wire.changes.append("b")
    wire.broken = {"b"}
    assert wire.step() == []
    wire.broken = set()
    wire.changes.append("b")
    assert wire.step() == ["b"]


def test_a_reconnect_during_a_step_publishes_everything_again_in_the_next(wire: Wire) -> None:
    wire.during_step = wire.publisher.again
    wire.changes.append("a")
    assert wire.step() == ["a"]
    wire.during_step = lambda: None
    assert wire.step() == ["a", "b", "c"]
    assert wire.step() == []


def test_a_database_that_cannot_be_read_loses_neither_a_change_nor_a_reconnect(wire: Wire) -> None:
    wire.unreadable = True
    wire.publisher.again()
    with pytest.raises(OSError, match="disk"):
        wire.step()
    wire.unreadable = False
    assert wire.step() == ["a", "b", "c"]


def test_what_went_out_with_its_commit_is_not_sent_again_by_the_next_step(wire: Wire) -> None:
    wire.changes += ["a", "b"]
    wire.publisher.first("b", 2, b"b")
    assert wire.sent[-1:] == ["b"]
    assert wire.step() == ["a"]
    wire.changes.append("b")
    assert wire.step() == ["b"]


def test_what_did_not_go_out_with_its_commit_is_sent_by_the_next_step(wire: Wire) -> None:
    wire.changes.append("b")
    wire.broken = {"b"}
    wire.publisher.first("b", 1, b"b")
    wire.broken = set()
    assert wire.step() == ["b"]


def test_a_state_that_was_read_before_a_newer_one_went_out_does_not_follow_it(wire: Wire) -> None:
    wire.changes.append("b")

    def newer() -> None:
        wire.while_read = lambda: None
        wire.changes.append("b")
        wire.publisher.first("b", 2, b"b")

    wire.while_read = newer
    assert wire.step() == ["b"], "the newer one alone"


def test_a_reconnect_sends_again_what_went_out_first(wire: Wire) -> None:
    wire.changes.append("b")
    wire.publisher.first("b", 1, b"b")
    wire.publisher.again()
    assert wire.step() == ["a", "b", "c"]


@pytest.fixture
def running() -> Iterator[Wire]:
    wire = Wire()
    wire.publisher = Publisher(
        changed_since=wire.changed_since, desired=wire.desired, publish=wire.publish
    )  # on the real clock
    wire.publisher.start()
    yield wire
    wire.publisher.close()


def test_the_thread_tries_a_failed_station_again_without_being_woken(running: Wire) -> None:
    running.broken = {"b"}
    running.publisher.wake()
    wait_until(lambda: running.sent == ["a", "c"], 5, "the other stations")
    running.broken = set()
    wait_until(lambda: running.sent == ["a", "c", "b"], 5, "the station that had failed")


def test_the_thread_outlives_a_database_that_cannot_be_read(running: Wire) -> None:
    running.unreadable = True
    running.publisher.wake()
    running.unreadable = False
    wait_until(lambda: running.sent == ["a", "b", "c"], 5, "every station")
