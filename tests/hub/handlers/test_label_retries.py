"""A printer that is off is tried a few times, then asked after; a label that was seen is never printed again."""

import pytest

from edge.contract.codec import decode_event
from edge.contract.events import LabelPrinted, PrintFailed
from edge.contract.state import PRINT_JOBS_MAX
from hub.handlers.label_printing import PRINT_TRIES_MAX
from hub.storage import benches
from hub.storage.transaction import Tx
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


def fail(floor: PlayedBenches, bench: str = "pack-1", *, sent: bool = False) -> None:
    [job] = floor.jobs(bench)
    floor.tell(bench, PrintFailed(job=job.job, reason="no paper", sent=sent))


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


def test_a_label_that_may_be_out_is_not_printed_again_before_a_person_has_looked_for_it(floor: PlayedBenches) -> None:
    before = floor.prompt("pack-1")
    fail(floor, sent=True)
    floor.call(floor.desk.print_again)
    assert (jobs_ever(floor), floor.jobs("pack-1"), floor.exceptions()) == (1, [], ["print_failed"])
    shown = floor.prompt("pack-1")
    assert shown.step != before.step
    assert "Look for the label. Only if there is none, press problem: it is printed again." in " ".join(shown.lines)
    assert "The label is printed again." in floor.problem("pack-1").lines


def test_a_station_that_does_not_say_what_it_sent_may_have_sent_it(floor: PlayedBenches) -> None:
    [job] = floor.jobs("pack-1")
    floor.tell("pack-1", decode_event(f'{{"type":"PrintFailed","job":"{job.job}","reason":"?"}}'.encode()))
    floor.call(floor.desk.print_again)
    assert jobs_ever(floor) == 1


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


def test_a_station_is_asked_for_no_more_labels_than_it_takes_at_once_and_for_the_others_in_order(
    floor: PlayedBenches,
) -> None:
    def want(tx: Tx) -> None:
        for n in range(PRINT_JOBS_MAX + 3):
            benches.want_print(tx, "pack-2", f"^XA{n}^XZ", "plate", str(n))

    floor.call(want)
    asked = floor.jobs("pack-2")
    assert [job.zpl for job in asked] == [f"^XA{n}^XZ" for n in range(PRINT_JOBS_MAX)]
    floor.tell("pack-2", LabelPrinted(job=asked[0].job))
    assert [job.zpl for job in floor.jobs("pack-2")] == [f"^XA{n}^XZ" for n in range(1, PRINT_JOBS_MAX + 1)]
