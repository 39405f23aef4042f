"""Facts that wait, are unreadable, or come from another outbox: what the hub's file holds of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, text

from edge.contract.codec import BadMessage, decode_event, encode
from edge.contract.events import BinCounted, Envelope, WeightSettled
from edge.contract.state import Ack
from hub.handlers.facts import WAITING_MAX_US, WAITING_TRIED_MAX, Fact, FactTaker, SetAside, Waiting
from hub.ids import Ids
from hub.storage import inbox, places, setup
from hub.storage.database import open_database
from hub.storage.transaction import Tx
from hub.storage.verify import CHECKS
from hub.storage.writer import Writer
from tests.databases import database_of
from tests.hub.storage.bay_facts import ANA, JOURNAL, WALL_US, envelope, one_taken, recorded

BAY = "bay-1"
SPEED = 10


class Desk:
    """A taker over a real file whose handler obeys the bin's name; what it did is a list of (seq, bin)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now_us = WALL_US
        self.ready = False
        self.done: list[tuple[int, str]] = []
        self.booked: list[tuple[int, str]] = []
        self.journals: list[Fact] = []
        self.doubts: list[str] = []
        site_id, client_id, _, _ = setup.found_site(engine, "site", "client", 0)
        self.writer = Writer(
            engine, now_us=lambda: self.now_us, ids=Ids(lambda: 7, Random(1)), site_id=site_id, client_id=client_id
        )
        self.taker = FactTaker(
            {WeightSettled: self._settled},
            generation=3,
            business_us=lambda us: us * SPEED,
            on_new_journal=lambda tx, fact: self.journals.append(fact),
            on_doubt=lambda tx, name, why: self.doubts.append(name),
            on_overdue=lambda tx, fact, event: self.booked.append((fact.seq, event.bin)),
        )

    def _settled(self, tx: Tx, fact: Fact, event: WeightSettled) -> None:
        places.make(tx, f"{fact.journal}/{fact.seq}/{event.bin}", "plate")
        if event.bin == "waits" and not self.ready:
            raise Waiting(f"the cause of {fact.seq}")
        if event.bin == "aside":
            raise SetAside("no room")
        if event.bin == "broken":
            raise LookupError("no such thing")
        self.done.append((fact.seq, event.bin))

    def call(self, job: Callable[[Tx], Any]) -> Any:
        return self.writer.call(ANA, job)

    def take(self, message: Envelope) -> Ack:
        ack: Ack = self.call(lambda tx: self.taker.take(tx, message))
        return ack

    def send(self, first: int, *bins: str, journal: str = JOURNAL) -> Ack:
        """Facts about these bins, from a seq on."""
        events = (recorded(first + n, one_taken(name)) for n, name in enumerate(bins))
        return self.take(envelope(BAY, *events, journal=journal))

    def review(self) -> None:
        self.call(self.taker.review)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def states(self) -> list[str]:
        return [state for (state,) in self.rows("SELECT state FROM fact ORDER BY id")]

    def made(self) -> int:
        """Places that handlers have made and that stand."""
        return len(self.rows("SELECT id FROM location WHERE kind = 'plate'"))

    def sound(self) -> bool:
        with self.engine.begin() as connection:
            return not CHECKS["no_gap"](connection) and not CHECKS["applied_once"](connection)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = open_database(database_of(tmp_path))
    yield Desk(engine)
    engine.dispose()


def test_a_fact_that_waits_is_kept_leaves_nothing_else_and_holds_up_nobody(desk: Desk) -> None:
    assert desk.send(1, "waits", "a") == Ack(generation=3, journal=JOURNAL, seq=2)
    assert desk.states() == ["waiting", "applied"]
    assert desk.rows("SELECT detail FROM fact WHERE state = 'waiting'") == [("the cause of 1",)]
    assert (desk.done, desk.made()) == ([(2, "a")], 1)
    desk.review()
    assert desk.states() == ["waiting", "applied"]
    desk.ready = True
    desk.review()
    assert desk.states() == ["applied", "applied"]
    assert desk.done == [(2, "a"), (1, "waits")]
    assert desk.rows("SELECT detail FROM fact") == [("",), ("",)]
    assert desk.sound()


def test_a_fact_waits_for_as_long_as_is_stated_and_is_then_booked_once(desk: Desk) -> None:
    desk.send(1, "waits")
    desk.now_us += WAITING_MAX_US
    desk.review()
    assert (desk.booked, desk.states()) == ([], ["waiting"])
    desk.now_us += 1
    desk.review()
    desk.review()
    assert (desk.booked, desk.states()) == ([(1, "waits")], ["applied"])
    assert not desk.taker.may_wait


def test_of_very_many_waiting_facts_a_bounded_number_is_tried_at_once_the_oldest_first(desk: Desk) -> None:
    desk.send(1, *["waits"] * (WAITING_TRIED_MAX + 3))
    desk.ready = True
    desk.review()
    assert [seq for seq, _ in desk.done] == list(range(1, WAITING_TRIED_MAX + 1))
    assert desk.taker.may_wait
    desk.review()
    assert desk.states() == ["applied"] * (WAITING_TRIED_MAX + 3)


def test_a_waiting_fact_that_comes_again_is_not_tried_for_that(desk: Desk) -> None:
    desk.send(1, "waits")
    desk.ready = True
    assert desk.send(1, "waits").seq == 1
    assert (desk.done, desk.states()) == ([], ["waiting"])
    assert desk.rows("SELECT duplicates FROM inbox") == [(1,)]


def test_a_handler_that_fails_leaves_nothing_and_its_fact_is_kept_with_the_reason(desk: Desk) -> None:
    assert desk.send(1, "broken", "a").seq == 2
    assert desk.states() == ["quarantined", "applied"]
    assert desk.rows("SELECT detail FROM fact WHERE seq = 1") == [("LookupError: no such thing",)]
    assert desk.rows("SELECT kind, place, detail FROM exception") == [
        ("quarantine", f"{BAY}#1", "LookupError: no such thing")
    ]
    assert (desk.made(), desk.doubts) == (1, ["broken"])
    desk.review()
    assert desk.states() == ["quarantined", "applied"]


def test_what_a_handler_wrote_before_it_set_its_fact_aside_stands(desk: Desk) -> None:
    desk.send(1, "aside")
    assert desk.rows("SELECT state, detail FROM fact") == [("quarantined", "no room")]
    assert (desk.made(), desk.doubts) == (1, ["aside"])


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"\xff\xfe"}',
        b'{"type":"WeightSettled","bin":"\xff"}',
        b'{"bin":"a"}',
        b"[]",
        b"7",
        b"[" * 400 + b"]" * 400,
    ],
    ids=["a type of no UTF-8", "a bin of no UTF-8", "no type", "a list", "a number", "very deep"],
)
def test_a_fact_of_a_damaged_card_never_blocks_its_station(desk: Desk, body: bytes) -> None:
    with pytest.raises(BadMessage):
        decode_event(body)
    damaged = recorded(1, body)
    assert desk.take(envelope(BAY, damaged, recorded(2, one_taken("a")))).seq == 2
    assert desk.states() == ["quarantined", "applied"]
    assert desk.rows("SELECT body FROM fact WHERE seq = 1") == [(body,)]
    assert desk.take(envelope(BAY, damaged)).seq == 2
    assert desk.rows("SELECT kind FROM exception") == [("quarantine",)]
    assert desk.sound()


@pytest.mark.parametrize("wall_us", [0, -1, 2**62, 2**64, 10**30])
def test_a_time_that_no_clock_has_is_the_time_of_taking(desk: Desk, wall_us: int) -> None:
    assert desk.take(envelope(BAY, recorded(1, one_taken("a"), wall_us=wall_us))).seq == 1
    assert desk.rows("SELECT state, occurred_us, received_us FROM fact") == [("applied", 0, WALL_US)]


def test_the_time_of_a_fact_is_business_time_where_its_clock_was_right_and_unknown_where_not(desk: Desk) -> None:
    desk.take(envelope(BAY, recorded(1, one_taken("a")), recorded(2, one_taken("a"), clock_synced=False)))
    assert desk.rows("SELECT occurred_us FROM fact ORDER BY seq") == [(WALL_US * SPEED,), (0,)]


def test_a_new_outbox_is_told_once_and_the_old_ones_late_facts_are_taken_too(desk: Desk) -> None:
    desk.send(1, "a", "b", journal="old")
    assert desk.journals == []
    assert desk.send(1, "c", journal="new") == Ack(generation=3, journal="new", seq=1)
    assert [fact.journal for fact in desk.journals] == ["new"]
    assert desk.send(2, "d", journal="new").seq == 2
    assert len(desk.journals) == 1
    assert desk.send(3, "e", journal="old") == Ack(generation=3, journal="old", seq=3)
    assert desk.done == [(1, "a"), (2, "b"), (1, "c"), (2, "d"), (3, "e")]
    assert desk.rows("SELECT journal, watermark FROM inbox ORDER BY journal") == [("new", 2), ("old", 3)]
    assert desk.sound()


def test_a_new_outbox_whose_first_fact_is_missing_is_told_and_asked_from_its_beginning(desk: Desk) -> None:
    desk.send(1, "a", journal="old")
    assert desk.send(2, "b", journal="new") == Ack(generation=3, journal="new", seq=0)
    assert desk.send(1, "a", "b", journal="new").seq == 2
    assert len(desk.journals) == 1
    assert desk.sound()


def test_a_message_without_facts_is_answered_with_the_watermark(desk: Desk) -> None:
    desk.send(1, "a")
    assert desk.take(envelope(BAY)).seq == 1
    assert desk.take(envelope("bay-2")).seq == 0


def test_a_conflict_is_kept_beside_what_was_taken_and_shown_once(desk: Desk) -> None:
    desk.send(1, "a")
    for _ in range(3):
        assert desk.send(1, "b").seq == 1
    assert desk.done == [(1, "a")]
    assert desk.rows("SELECT kind, place, COUNT(*) FROM exception GROUP BY kind, place") == [("conflict", BAY, 1)]
    assert desk.states() == ["applied", "conflict"]
    assert desk.sound()


def test_two_facts_under_one_seq_in_one_message_are_a_conflict(desk: Desk) -> None:
    message = envelope(BAY, recorded(1, one_taken("a")), recorded(1, one_taken("b")), recorded(2, one_taken("c")))
    assert desk.take(message).seq == 2
    assert desk.done == [(1, "a"), (2, "c")]
    assert sorted(desk.states()) == ["applied", "applied", "conflict"]


def test_a_fact_whose_kind_nobody_handles_is_kept_and_counted_as_applied(desk: Desk) -> None:
    body = encode(BinCounted(task="t", bin="a", units=1, by="button"))
    assert desk.take(envelope(BAY, recorded(1, body))).seq == 1
    assert desk.rows("SELECT type, state FROM fact") == [("BinCounted", "applied")]


def test_the_inbox_knows_no_station_that_never_spoke(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        assert inbox.watermark(connection, BAY, JOURNAL) == 0
        assert inbox.current_journal(connection, BAY) is None
        assert inbox.digests(connection, BAY, JOURNAL, [1, 2]) == {}
        assert inbox.waiting(connection, 10) == []
