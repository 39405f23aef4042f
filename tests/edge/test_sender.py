"""What is sent when: only the hub's watermark counts, and everything else is sent again until it moves."""

import random
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.events import ButtonPressed, Recorded
from edge.outbox import Outbox
from edge.sender import (
    ENVELOPE_EVENTS,
    GAP_WAIT_US,
    REFUSED_WAIT_US,
    RESEND_FIRST_US,
    RESEND_MAX_US,
    WINDOW_EVENTS,
    Sender,
)


def new_outbox(path: Path) -> Outbox:
    ids = count(1)
    return Outbox(
        path,
        new_id=lambda: f"{next(ids):032x}",
        wall_us=lambda: 0,
        monotonic_us=lambda: 0,
        boot_id="boot",
        synced=lambda: True,
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return new_outbox(tmp_path / "box.db")


def fill(outbox: Outbox, events: int) -> None:
    outbox.record([ButtonPressed(step=str(n), button="confirm") for n in range(events)], {})


def sent(sender: Sender, now_us: int) -> list[int]:
    return [recorded.seq for envelope in sender.due(now_us) for recorded in envelope.events]


def test_nothing_is_sent_without_a_link(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    fill(outbox, 3)
    assert sent(sender, 0) == []
    assert sender.wake_us is None


def test_each_fact_is_sent_once_while_the_hub_keeps_up(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 3)
    assert sent(sender, 0) == [1, 2, 3]
    fill(outbox, 1)
    assert sent(sender, 1) == [4]
    outbox.acknowledge(1, 4)
    sender.acknowledged()
    assert sent(sender, 2) == []
    assert sender.wake_us is None


def test_an_envelope_names_station_and_journal_and_is_bounded(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, ENVELOPE_EVENTS + 1)
    first, second = sender.due(0)
    assert (first.device, first.journal) == ("bay-01", outbox.journal)
    assert (len(first.events), len(second.events)) == (ENVELOPE_EVENTS, 1)


def test_no_more_than_the_window_is_under_way(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, WINDOW_EVENTS + 30)
    assert len(sent(sender, 0)) == WINDOW_EVENTS
    outbox.acknowledge(1, 10)
    sender.acknowledged()
    assert sent(sender, 1) == list(range(WINDOW_EVENTS + 1, WINDOW_EVENTS + 11))


def test_a_silent_hub_gets_everything_again_ever_more_rarely(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 2)
    assert sent(sender, 0) == [1, 2]
    now_us, waits = 0, []
    for _ in range(7):
        assert sender.wake_us is not None
        assert sent(sender, sender.wake_us - 1) == []
        waits.append(sender.wake_us - now_us)
        now_us = sender.wake_us
        assert sent(sender, now_us) == [1, 2]
    assert waits[:2] == [RESEND_FIRST_US, 2 * RESEND_FIRST_US]
    assert waits[-1] == RESEND_MAX_US


def test_a_new_connection_gets_everything_that_is_not_acknowledged(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 3)
    sent(sender, 0)
    outbox.acknowledge(1, 1)
    sender.acknowledged()
    sender.connected(False)
    sender.connected(True)
    assert sent(sender, 5) == [2, 3]


def test_a_restored_hub_gets_what_it_lost(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 3)
    sent(sender, 0)
    outbox.acknowledge(1, 3)
    sender.acknowledged()
    outbox.acknowledge(2, 1)
    sender.acknowledged()
    assert sent(sender, 1) == [2, 3]


def test_a_hub_that_repeats_its_watermark_gets_what_follows_soon(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 3)
    sent(sender, 0)
    sender.asked_again(10)
    assert sender.wake_us is not None
    assert sender.wake_us <= 10 + max(GAP_WAIT_US, RESEND_FIRST_US // 4)
    assert sent(sender, sender.wake_us) == [1, 2, 3]


def test_what_the_link_refuses_is_not_sent_and_comes_again_soon_in_its_order(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 2 * ENVELOPE_EVENTS)
    first, second = sender.due(0)
    sender.refused(second, 0)
    assert sender.wake_us == REFUSED_WAIT_US
    assert sent(sender, REFUSED_WAIT_US - 1) == []
    assert sent(sender, REFUSED_WAIT_US) == [recorded.seq for recorded in second.events]
    outbox.acknowledge(1, first.events[-1].seq)
    sender.acknowledged()
    assert sent(sender, REFUSED_WAIT_US + 1) == []


def test_what_was_refused_is_sent_at_once_over_a_new_connection(outbox: Outbox) -> None:
    sender = Sender("bay-01", outbox)
    sender.connected(True)
    fill(outbox, 1)
    sender.refused(sender.due(0)[0], 0)
    sender.connected(False)
    sender.connected(True)
    assert sent(sender, 1) == [1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_over_any_lossy_link_a_hub_gets_every_fact_in_order(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = random.Random(seed)
    outbox = new_outbox(tmp_path_factory.mktemp("lossy") / "box.db")
    sender = Sender("bay-01", outbox)
    taken: list[Recorded] = []
    now_us, faults_end = 0, 60
    for turn in range(400):
        now_us += rng.randrange(1, 900_000)
        faulty = turn < faults_end
        if faulty and rng.random() < 0.3:
            fill(outbox, rng.randrange(1, 80))
        if turn == 0 or (faulty and rng.random() < 0.1):
            sender.connected(False)
            sender.connected(True)
        for envelope in sender.due(now_us):
            if faulty and rng.random() < 0.3:
                continue
            if faulty and rng.random() < 0.1:
                sender.refused(envelope, now_us)
                break
            for recorded in envelope.events:
                if recorded.seq == len(taken) + 1:
                    taken.append(recorded)
            if faulty and rng.random() < 0.3:
                continue
            outbox.acknowledge(1, len(taken))
            sender.acknowledged()
        if not faulty and outbox.unacknowledged == 0:
            break
    assert [r.seq for r in taken] == list(range(1, outbox.last_seq + 1))
    assert outbox.unacknowledged == 0
    outbox.close()
