"""A disk that is full for a while: nobody is told that something was written which was not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from edge.contract.events import WeightSettled
from hub.handlers.facts import FactTaker
from hub.storage import exceptions
from hub.storage.prepared import RolledBack
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import StockedFloor
from tests.hub.storage.bay_facts import ANA, envelope, one_taken, recorded, together

pytestmark = pytest.mark.sqlite_only

PLENTY_PAGES = 1_000_000


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    made = StockedFloor(tmp_path)
    yield made
    made.close()


def leave_room(floor: StockedFloor, pages: int) -> None:
    """Let the database grow by so many pages and no more."""

    def go(tx: Tx) -> None:
        used = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {used + pages}")

    floor.call(go)


def note(words: str) -> Callable[[Tx], int]:
    return lambda tx: exceptions.open_once(tx, "note", words, words)


def fill(tx: Tx) -> None:
    """Write more than there is room for."""
    for number in range(40):
        tx.connection.execute(text("INSERT INTO change (what, ref) VALUES ('x', :ref)"), {"ref": f"{number:04096d}"})


def first_bin(floor: StockedFloor) -> tuple[str, str]:
    """A bay and its first bin."""
    [row] = floor.rows("SELECT station, name FROM location WHERE kind = 'bin' ORDER BY id LIMIT 1")
    return row["station"], row["name"]


def notes(floor: StockedFloor) -> list[str]:
    return [row["place"] for row in floor.rows("SELECT place FROM exception WHERE kind = 'note' ORDER BY id")]


def test_jobs_in_one_commit_with_one_that_fills_the_disk_are_all_told_that_nothing_stands(floor: StockedFloor) -> None:
    leave_room(floor, 3)
    done = together(floor.writer, note("before"), fill, note("after"))
    for future in done:
        with pytest.raises(RolledBack, match="database or disk is full"):
            future.result(10)
    assert notes(floor) == []
    leave_room(floor, PLENTY_PAGES)
    floor.call(note("room again"))
    assert notes(floor) == ["room again"]
    assert floor.sound()


@pytest.mark.parametrize("pages", [0, 1, 4])
def test_facts_that_find_the_disk_full_are_neither_acknowledged_nor_set_aside_and_taken_when_they_come_again(
    floor: StockedFloor, pages: int
) -> None:
    bay, bin_name = first_bin(floor)
    long = one_taken(bin_name)[:-1] + b',"of_a_newer_station":"' + b"x" * 8_000 + b'"}'
    facts = envelope(bay, *(recorded(seq, long) for seq in range(1, 16)))
    leave_room(floor, pages)
    done = floor.writer.submit(ANA, lambda tx: floor.taker.take(tx, facts))
    with pytest.raises(Exception, match="database or disk is full"):
        done.result(10)
    assert floor.rows("SELECT * FROM fact") == []
    assert floor.rows("SELECT * FROM exception") == []
    assert floor.rows(f"SELECT * FROM inbox WHERE device = '{bay}'") == []
    leave_room(floor, PLENTY_PAGES)
    assert floor.call(lambda tx: floor.taker.take(tx, facts)).seq == 15
    assert sum(floor.at(bin_name).values()) == 5
    assert floor.facts_set_aside() == 0
    assert floor.sound()


def test_a_fact_whose_handler_finds_the_disk_full_is_not_quarantined(floor: StockedFloor) -> None:
    bay, bin_name = first_bin(floor)
    taker = FactTaker(
        {WeightSettled: lambda tx, fact, event: fill(tx)},
        generation=1,
        business_us=lambda us: us,
        on_new_journal=lambda tx, fact: None,
        on_doubt=lambda tx, name, why: None,
        on_overdue=lambda tx, fact, event: None,
    )
    leave_room(floor, 3)
    done = floor.writer.submit(ANA, lambda tx: taker.take(tx, envelope(bay, recorded(1, one_taken(bin_name)))))
    with pytest.raises(RolledBack, match="database or disk is full"):
        done.result(10)
    leave_room(floor, PLENTY_PAGES)
    assert floor.rows("SELECT * FROM fact") == []
    assert floor.rows("SELECT * FROM exception") == []
    assert floor.sound()
