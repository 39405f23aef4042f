"""A printer that is off is tried a few times, then asked after; a label that was seen is never printed again."""

import pytest

from edge.contract.events import LabelPrinted, PrintFailed
from hub.handlers.label_printing import PRINT_TRIES_MAX
from tests.hub.played_benches import UNIT_MG, PlayedBenches


@pytest.fixture
def floor() -> PlayedBenches:
    """A parcel that waits for its label at pack-1."""
    floor = PlayedBenches()
    floor.picked_tote("A", RED=3)
    floor.scan("pack-1", "TOTE-1")
    floor.check_items("pack-1", RED=3)
    floor.weigh("pack-1", 100_000 + 3 * UNIT_MG)
    return floor


def fail(floor: PlayedBenches, bench: str = "pack-1") -> None:
    [job] = floor.jobs(bench)
    floor.tell(bench, PrintFailed(job=job.job, reason="no paper"))


def jobs_ever(floor: PlayedBenches) -> int:
    return int(floor.rows("SELECT COUNT(*) AS n FROM print_job")[0]["n"])


def give_up(floor: PlayedBenches, bench: str = "pack-1") -> None:
    """Let it fail until nothing more is tried by itself."""
    for _ in range(PRINT_TRIES_MAX):
        fail(floor, bench)
        floor.call(floor.desk.print_again)


def test_a_failed_label_is_not_sent_again_before_the_pause_is_over(floor: PlayedBenches) -> None:
    fail(floor)
    assert (floor.jobs("pack-1"), floor.desk.may_print) == ([], True)
    assert floor.exceptions() == ["print_failed"]
    floor.call(floor.desk.print_again)
    assert (len(floor.jobs("pack-1")), floor.desk.may_print) == (1, False)


def test_after_so_many_tries_a_person_is_asked(floor: PlayedBenches) -> None:
    before = floor.prompt("pack-1")
    give_up(floor)
    floor.call(floor.desk.print_again)
    assert (jobs_ever(floor), floor.jobs("pack-1")) == (PRINT_TRIES_MAX, [])
    shown = floor.prompt("pack-1")
    assert shown.step != before.step
    assert shown.title == "Stick the label on, scan it"
    assert "Not printed: no paper. See to the printer, then press problem: it is printed again." in shown.lines


def test_problem_prints_it_again_once(floor: PlayedBenches) -> None:
    give_up(floor)
    assert "The label is printed again." in floor.problem("pack-1").lines
    assert "The label is on its way to the printer." in floor.problem("pack-1").lines
    assert len(floor.jobs("pack-1")) == 1
    fail(floor)
    floor.call(floor.desk.print_again)
    assert floor.jobs("pack-1") == []
    assert "press problem" in " ".join(floor.prompt("pack-1").lines)
    floor.problem("pack-1")
    [job] = floor.jobs("pack-1")
    floor.tell("pack-1", LabelPrinted(job=job.job))
    assert floor.exceptions() == []


def test_a_label_whose_parcel_has_left_is_not_printed_again(floor: PlayedBenches) -> None:
    [job] = floor.jobs("pack-1")
    shown = floor.scan("pack-1", floor.prompt("pack-1").expected[0])
    assert (shown.title, floor.line("A")) == ("Scan a tote", {"shipped": 3})
    floor.tell("pack-1", PrintFailed(job=job.job, reason="nobody knows"))
    floor.call(floor.desk.print_again)
    assert (floor.jobs("pack-1"), jobs_ever(floor), floor.exceptions()) == ([], 1, [])


def test_a_label_on_its_way_is_taken_back_when_the_first_one_is_seen(floor: PlayedBenches) -> None:
    fail(floor)
    floor.call(floor.desk.print_again)
    floor.scan("pack-1", floor.prompt("pack-1").expected[0])
    assert (floor.jobs("pack-1"), floor.exceptions()) == ([], [])


def test_a_plates_label_is_tried_likewise(floor: PlayedBenches) -> None:
    number = floor.purchase(RED=5)
    floor.scan("dock-1", number)
    floor.check_items("dock-1", RED=5)
    give_up(floor, "dock-1")
    assert floor.jobs("dock-1") == []
    assert "The label is printed again." in floor.problem("dock-1").lines
    assert floor.scan("dock-1", f"PLATE-{number}").title == "Scan the delivery note"
    assert floor.jobs("dock-1") == []
    assert floor.sound()
