"""Facts are taken once and in their order, whatever the network does with the messages."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.codec import encode
from edge.contract.events import AlarmRaised, Envelope, Event, Recorded, WeightSettled
from edge.contract.state import Ack
from tests.hub.played_benches import PlayedBenches

BAY, JOURNAL = "bay-1", "the bay's journal"
UNITS = 20


@pytest.fixture
def floor() -> PlayedBenches:
    return PlayedBenches()


def taken(units: int) -> Event:
    """A hand that took so many units out of the first bin, which was dark."""
    return WeightSettled(
        bin="bay-1/1",
        cause="unlit",
        tasks=(),
        before_mg=2_000_000,
        after_mg=2_000_000 - 100_000 * units,
        units_confirmed=0,
        units_weighed=-units,
        sure=True,
    )


def fact(seq: int, event: Event | None = None, *, raw: bytes = b"") -> Recorded:
    """One event under a number; each takes one unit unless another is given."""
    body = raw or encode(taken(1) if event is None else event)
    return Recorded(
        seq=seq, wall_us=1_700_000_000_000_000 + seq, monotonic_us=seq, boot_id="b", clock_synced=True,
        event=msgspec.Raw(body),
    )  # fmt: skip


def send(floor: PlayedBenches, *facts: Recorded, journal: str = JOURNAL) -> Ack:
    """A message comes; what is acknowledged."""
    envelope = Envelope(device=BAY, journal=journal, events=facts)
    ack: Ack = floor.call(lambda tx: floor.taker.take(tx, envelope))
    return ack


def left(floor: PlayedBenches) -> int:
    """Units in the first bin by the book."""
    [row] = floor.rows("SELECT on_hand FROM balance b JOIN location l ON l.id = b.location_id AND l.name = 'bay-1/1'")
    return int(row["on_hand"])


def test_what_comes_again_changes_nothing_and_is_acknowledged_again(floor: PlayedBenches) -> None:
    for _ in range(3):
        assert send(floor, fact(1), fact(2)).seq == 2
    assert left(floor) == UNITS - 2
    assert floor.rows("SELECT duplicates FROM inbox") == [{"duplicates": 4}]
    assert floor.sound()


def test_what_comes_behind_a_gap_waits_until_the_gap_is_filled(floor: PlayedBenches) -> None:
    assert send(floor, fact(1)).seq == 1
    assert send(floor, fact(3), fact(4)).seq == 1
    assert left(floor) == UNITS - 1
    assert send(floor, fact(2), fact(3), fact(4)).seq == 4
    assert left(floor) == UNITS - 4
    assert floor.sound()


def test_another_fact_under_a_number_that_was_taken_is_a_conflict(floor: PlayedBenches) -> None:
    send(floor, fact(1))
    assert send(floor, fact(1, taken(5))).seq == 1
    assert left(floor) == UNITS - 1
    assert floor.exceptions() == ["conflict"]
    assert [row["state"] for row in floor.rows("SELECT state FROM fact ORDER BY id")] == ["applied", "conflict"]
    assert floor.sound()


@pytest.mark.parametrize(
    "raw",
    [b'"no object"', b"{}", b'{"type":"Tomorrow","bin":"bay-1/1"}', b'{"type":"WeightSettled","bin":7}'],
    ids=["no object", "no type", "a type of tomorrow", "a field of another type"],
)
def test_what_cannot_be_understood_is_set_aside_and_what_follows_goes_on(floor: PlayedBenches, raw: bytes) -> None:
    assert json.loads(raw) is not None
    assert send(floor, fact(1, raw=raw), fact(2)).seq == 2
    assert floor.facts_set_aside() == 1
    assert "quarantine" in floor.exceptions()
    assert left(floor) == UNITS - 1
    assert floor.sound()


def test_a_fact_without_a_handler_is_kept(floor: PlayedBenches) -> None:
    send(floor, fact(1, raw=b'{"type":"StationStarted","version":"1","simulated":true}'))
    assert floor.rows("SELECT type, state FROM fact") == [{"type": "StationStarted", "state": "applied"}]


def test_stations_do_not_disturb_one_another(floor: PlayedBenches) -> None:
    send(floor, fact(1))
    alarm = encode(AlarmRaised(alarm="a", kind="wrong_bin", place="bay-1/2", task=None, units=1))
    envelope = Envelope(device="bay-2", journal=JOURNAL, events=(fact(1, raw=alarm),))
    ack: Ack = floor.call(lambda tx: floor.taker.take(tx, envelope))
    assert ack.seq == 1
    assert send(floor, fact(2)).seq == 2
    assert floor.sound()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 5)), max_size=20))
def test_however_messages_are_lost_doubled_and_mixed_each_fact_counts_once(chunks: list[tuple[int, int]]) -> None:
    floor = PlayedBenches()
    high = 0
    for first, length in chunks:
        ack = send(floor, *(fact(seq) for seq in range(first, min(first + length, 13))))
        if first <= high + 1:
            high = max(high, min(first + length, 13) - 1)
        assert ack.seq == high
        assert left(floor) == UNITS - high
    assert send(floor, *(fact(seq) for seq in range(1, 13))).seq == 12
    assert left(floor) == UNITS - 12
    assert floor.sound()
