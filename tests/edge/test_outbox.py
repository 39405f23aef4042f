"""The outbox on real files: durable, gapless, bounded, and honest about what it no longer has."""

import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from edge.contract.codec import decode_event
from edge.contract.events import ButtonPressed, LabelPrinted
from edge.outbox import KEEP_US, PRUNE_ROWS, AckOutcome, Outbox, OutboxDamaged

DAY_US = 86_400_000_000


class Card:
    """A station's card with its clocks; the outbox can be opened on it again and again."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "bay-01.db"
        self.wall_us = 100 * DAY_US
        self.synced = True
        self.boot_id = "boot"
        self._ids = count(1)

    def open(self, unacknowledged_max: int = 50_000) -> Outbox:
        return Outbox(
            self.path,
            new_id=lambda: f"{next(self._ids):032x}",
            wall_us=lambda: self.wall_us,
            monotonic_us=lambda: 7,
            boot_id=self.boot_id,
            synced=lambda: self.synced,
            unacknowledged_max=unacknowledged_max,
        )

    def kept_watermark(self) -> int:
        """The watermark in the file, as another program reads it."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT acknowledged FROM journal").fetchone()[0])


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path)


def press(step: str) -> ButtonPressed:
    return ButtonPressed(step=step, button="confirm")


def fill(outbox: Outbox, events: int) -> None:
    outbox.record([press(str(n)) for n in range(events)], {})


def steps(outbox: Outbox) -> list[tuple[int, str]]:
    """(seq, step) of everything that is kept."""
    found = []
    for recorded in outbox.kept():
        event = decode_event(recorded.event)
        assert isinstance(event, ButtonPressed)
        found.append((recorded.seq, event.step))
    return found


def test_events_get_gapless_numbers_that_go_on_after_a_restart(card: Card) -> None:
    outbox = card.open()
    assert [r.seq for r in outbox.record([press("a"), press("b")], {})] == [1, 2]
    outbox.close()
    again = card.open()
    assert again.journal == outbox.journal
    assert [r.seq for r in again.record([press("c")], {})] == [3]
    assert steps(again) == [(1, "a"), (2, "b"), (3, "c")]


def test_events_and_memory_are_committed_together_or_not_at_all(card: Card) -> None:
    outbox = card.open()
    outbox.record([press("a")], {"bin/1": b"old", "bin/2": b"gone soon"})
    with pytest.raises(sqlite3.Error):
        outbox.record([press("b")], {"bin/1": b"new", "bin/2": object()})  # type: ignore[dict-item]
    assert steps(outbox) == [(1, "a")]
    assert outbox.memory() == {"bin/1": b"old", "bin/2": b"gone soon"}
    assert outbox.last_seq == 1
    outbox.record([], {"bin/2": None})
    assert card.open().memory() == {"bin/1": b"old"}


def test_each_event_carries_its_clocks(card: Card) -> None:
    card.synced = False
    recorded = card.open().record([LabelPrinted(job="j")], {})[0]
    assert (recorded.wall_us, recorded.monotonic_us, recorded.boot_id) == (card.wall_us, 7, "boot")
    assert not recorded.clock_synced


def test_the_watermark_moves_forth_and_never_back_within_a_generation(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 5)
    assert outbox.acknowledge(1, 3) is AckOutcome.MOVED
    assert outbox.acknowledge(1, 3) is AckOutcome.REPEATED
    assert outbox.acknowledge(1, 2) is AckOutcome.OLD
    assert outbox.unacknowledged == 2
    again = card.open()
    assert (again.acknowledged, again.generation) == (3, 1)


def test_a_restored_hub_moves_the_watermark_back_and_an_older_one_is_not_heard(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 5)
    outbox.acknowledge(1, 5)
    assert outbox.acknowledge(2, 1) is AckOutcome.MOVED
    assert outbox.acknowledged == 1
    assert outbox.acknowledge(1, 5) is AckOutcome.OLD
    assert outbox.acknowledged == 1


def test_acknowledged_events_are_kept_for_a_week_and_then_pruned_in_steps(card: Card) -> None:
    outbox = card.open()
    fill(outbox, PRUNE_ROWS + 10)
    outbox.acknowledge(1, PRUNE_ROWS + 5)
    card.wall_us += KEEP_US
    assert outbox.prune() == 0
    card.wall_us += 1
    assert outbox.prune() == PRUNE_ROWS
    assert outbox.prune() == 5
    assert outbox.prune() == 0
    assert outbox.oldest_seq == PRUNE_ROWS + 6, "what is not acknowledged is never pruned"


def test_a_clock_that_nobody_set_prunes_nothing(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 3)
    outbox.acknowledge(1, 3)
    card.wall_us += 2 * KEEP_US
    card.synced = False
    assert outbox.prune() == 0


def test_events_from_before_the_clock_was_set_go_with_the_next_one_that_has_a_time(card: Card) -> None:
    card.wall_us, card.synced = 0, False
    outbox = card.open()
    fill(outbox, 2)
    card.wall_us, card.synced = 100 * DAY_US, True
    fill(outbox, 1)
    outbox.acknowledge(1, 3)
    assert outbox.prune() == 0, "they look old, and are of today"
    card.wall_us += KEEP_US + 1
    assert outbox.prune() == 3


def test_numbers_go_on_even_when_everything_was_pruned_and_the_hub_was_restored(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 9)
    outbox.acknowledge(1, 9)
    card.wall_us += KEEP_US + 1
    outbox.prune()
    again = card.open()
    assert again.record([press("x")], {})[0].seq == 10


def test_a_watermark_before_what_is_kept_lies_elsewhere_and_a_new_journal_keeps_what_there_is(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 4)
    outbox.acknowledge(1, 4)
    card.wall_us += KEEP_US + 1
    outbox.prune()
    fill(outbox, 3)
    journal = outbox.journal
    assert outbox.acknowledge(2, 1) is AckOutcome.ELSEWHERE
    assert outbox.acknowledged == 4, "nothing has changed yet"
    outbox.begin_anew(2, 1)
    again = card.open()
    assert again.journal != journal
    assert steps(again) == [(1, "0"), (2, "1"), (3, "2")]
    assert (again.acknowledged, again.generation, again.last_seq) == (0, 2, 3)
    assert again.acknowledge(2, 3) is AckOutcome.MOVED


def test_a_card_from_a_backup_begins_a_new_journal_with_what_was_done_since_and_tells_no_fact_twice(
    card: Card,
) -> None:
    outbox = card.open()
    fill(outbox, 4)
    outbox.acknowledge(1, 2)
    outbox.close()
    card.boot_id = "first boot after the backup was put in"
    card.open().record([press("offline")], {})
    card.boot_id = "second boot"
    again = card.open()
    again.record([press("offline too")], {})
    assert again.acknowledge(1, 9) is AckOutcome.ELSEWHERE, "the hub has more of this journal than this card"
    again.begin_anew(1, 9)
    assert steps(again) == [(1, "offline"), (2, "offline too")], "3 and 4 are the hub's already"
    assert (again.last_seq, again.acknowledged) == (2, 0)
    assert again.record([press("new")], {})[0].seq == 3


def test_an_outbox_is_full_when_too_much_waits_for_the_hub(card: Card) -> None:
    outbox = card.open(unacknowledged_max=3)
    fill(outbox, 2)
    assert not outbox.full
    fill(outbox, 1)
    assert outbox.full
    outbox.acknowledge(1, 1)
    assert not outbox.full


def test_a_file_that_is_no_outbox_is_an_error_that_says_what_to_do(card: Card) -> None:
    card.path.write_bytes(b"not a database, but long enough to look at" * 40)
    with pytest.raises(OutboxDamaged, match=r"expected a station's outbox that can be written, got: .* move it away"):
        card.open()


def test_reading_stops_at_its_limit(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 9)
    read: Callable[[int, int], list[int]] = lambda seq, limit: [r.seq for r in outbox.after(seq, limit)]  # noqa: E731
    assert read(3, 2) == [4, 5]
    assert read(9, 2) == []


def test_a_full_card_is_an_error_that_names_the_file_and_nothing_is_kept(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(
            OutboxDamaged, match=r"bay-01\.db: expected an outbox that can be written, got: .* Make room"
        ):
            fill(outbox, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert steps(outbox) == [(1, "0")]
    fill(outbox, 1)
    assert outbox.last_seq == 2


def test_a_watermark_is_written_with_the_next_facts_and_one_that_a_power_cut_took_is_taken_again(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 2)
    outbox.acknowledge(1, 0)
    outbox.acknowledge(1, 2)
    assert card.kept_watermark() == 0, "no commit of its own"
    fill(outbox, 1)
    assert card.kept_watermark() == 2
    outbox.acknowledge(1, 3)
    assert card.kept_watermark() == 2
    after_a_cut = card.open()
    assert (after_a_cut.acknowledged, after_a_cut.last_seq) == (2, 3)
    assert after_a_cut.acknowledge(1, 3) is AckOutcome.MOVED
    after_a_cut.prune()
    assert card.kept_watermark() == 3, "at the latest when rows are looked through"


def test_a_newer_generation_s_watermark_is_written_at_once(card: Card) -> None:
    outbox = card.open()
    fill(outbox, 2)
    outbox.acknowledge(1, 2)
    outbox.acknowledge(2, 1)
    assert card.kept_watermark() == 1
