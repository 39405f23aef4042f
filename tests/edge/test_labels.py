"""What became of a label: printed, surely not sent, or nobody knows."""

from collections.abc import Iterator

import pytest

from edge.contract.state import PrintJob
from edge.labels import LOOK_FIRST_US, LOOK_MAX_US, Labels
from firmware.printer.zpl import network_printer
from firmware.twin.label_printer import LabelPrinterTwin
from tests.waiting import wait_until

JOB = PrintJob(job="J1", zpl="^XA^FO10,10^A0N,30^FDhello^FS^XZ")
TIMEOUT_S = 0.3


class Driver:
    """The shipped driver as a station's devices offer it."""

    def __init__(self, twin: LabelPrinterTwin) -> None:
        self._printer = network_printer("127.0.0.1", twin.port, TIMEOUT_S)

    def print(self, zpl: str) -> None:
        """Print one label."""
        self._printer.print(zpl)

    def ask_printer(self) -> None:
        """Ask whether it is ready."""
        self._printer.ready()


@pytest.fixture
def twin() -> Iterator[LabelPrinterTwin]:
    twin = LabelPrinterTwin()
    yield twin
    twin.close()


def end_of(twin: LabelPrinterTwin) -> tuple[str, str | None, bool]:
    """(job, error, sent) of one job."""
    ends: list[tuple[str, str | None, bool]] = []
    labels = Labels(Driver(twin), lambda *end: ends.append(end), lambda _: None)
    labels.go_on(JOB, 0)
    wait_until(lambda: bool(ends), 5, "the end of the job")
    assert labels.busy, "until its end was heard"
    labels.ended(ready=True, printed=True, now_us=0)
    assert not labels.busy
    return ends[0]


def test_a_label_that_is_printed_has_no_error(twin: LabelPrinterTwin) -> None:
    assert end_of(twin)[:2] == ("J1", None)
    assert twin.waiting == 1


def test_a_printer_that_is_off_got_nothing(twin: LabelPrinterTwin) -> None:
    twin.unplug()
    job, error, sent = end_of(twin)
    assert (job, error is None, sent) == ("J1", False, False)


def test_a_printer_that_goes_silent_after_the_last_label_of_its_roll_may_have_printed(twin: LabelPrinterTwin) -> None:
    twin.load_paper(1)
    _, error, sent = end_of(twin)
    assert error is not None
    assert sent
    assert twin.waiting == 1, "and this one has"


def test_a_printer_is_asked_at_the_start_and_then_ever_more_rarely_until_it_is_ready(twin: LabelPrinterTwin) -> None:
    seen: list[str | None] = []
    labels = Labels(Driver(twin), lambda *_: None, seen.append)
    twin.paper_out = True
    now_us, pauses = 0, []
    for turn in range(5):
        labels.go_on(None, now_us)
        wait_until(lambda due=turn + 1: len(seen) == due, 5, "an answer")  # type: ignore[misc]
        labels.ended(ready=seen[-1] is None, printed=False, now_us=now_us)
        assert labels.look_at_us is not None
        pauses.append(labels.look_at_us - now_us)
        labels.go_on(None, labels.look_at_us - 1)
        assert not labels.busy, "not before it is time"
        now_us = labels.look_at_us
    assert pauses == [LOOK_FIRST_US, 2 * LOOK_FIRST_US, 4 * LOOK_FIRST_US, LOOK_MAX_US, LOOK_MAX_US]
    assert all(why is not None and "look for paper" in why for why in seen)
    twin.paper_out = False
    labels.go_on(None, now_us)
    wait_until(lambda: seen[-1] is None, 5, "it is ready")
    labels.ended(ready=True, printed=False, now_us=now_us)
    assert labels.look_at_us is None, "a printer that is ready is not asked"
