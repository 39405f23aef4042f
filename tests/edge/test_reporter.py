"""A change is reported soon, a flood of changes rarely."""

from msgspec.structs import replace

from edge.contract.state import Ack, Reported
from edge.reporter import REPORT_AFTER_US, REPORT_EVERY_US, ROWS_EVERY_US, Reporter

STATE = Reported(
    version="0.1.0",
    simulated=True,
    desired_generation=1,
    desired_version=1,
    lit=(),
    open_tasks=(),
    alarms=(),
    parts=(),
    outbox_rows=0,
)


def test_the_first_state_and_each_change_go_out_and_the_same_state_does_not() -> None:
    reporter = Reporter()
    assert reporter.due(STATE, 0)
    assert not reporter.due(STATE, REPORT_EVERY_US)
    assert reporter.wake_us is None
    changed = replace(STATE, desired_version=2)
    assert not reporter.due(changed, REPORT_EVERY_US)
    assert reporter.wake_us == REPORT_EVERY_US + REPORT_AFTER_US
    assert reporter.due(changed, REPORT_EVERY_US + REPORT_AFTER_US)


def test_a_change_that_was_taken_back_is_not_reported() -> None:
    reporter = Reporter()
    reporter.due(STATE, 0)
    assert not reporter.due(replace(STATE, desired_version=2), REPORT_EVERY_US)
    assert not reporter.due(STATE, REPORT_EVERY_US + 10)
    assert reporter.wake_us is None


def test_a_second_change_waits_and_the_newest_state_goes_out() -> None:
    reporter = Reporter()
    reporter.due(STATE, 0)
    assert not reporter.due(replace(STATE, desired_version=2), 10)
    assert reporter.wake_us == REPORT_EVERY_US
    assert reporter.due(replace(STATE, desired_version=3), REPORT_EVERY_US)


def test_the_number_of_waiting_events_alone_is_reported_rarely() -> None:
    reporter = Reporter()
    reporter.due(STATE, 0)
    rows = replace(STATE, outbox_rows=5, acknowledged=Ack(generation=1, journal="j", seq=7))
    assert not reporter.due(rows, REPORT_EVERY_US)
    assert reporter.wake_us == ROWS_EVERY_US
    assert reporter.due(rows, ROWS_EVERY_US)


def test_after_a_lost_link_the_same_state_goes_out_again() -> None:
    reporter = Reporter()
    reporter.due(STATE, 0)
    reporter.forget()
    assert reporter.due(STATE, 1)
