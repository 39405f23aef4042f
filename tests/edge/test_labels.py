"""What became of a label: printed, surely not sent, or nobody knows."""

from collections.abc import Iterator

import pytest

from edge.contract.state import PrintJob
from edge.labels import Labels
from firmware.printer.zpl import network_printer
from firmware.twin.label_printer import LabelPrinterTwin
from tests.waiting import wait_until

JOB = PrintJob(job="J1", zpl="^XA^FO10,10^A0N,30^FDhello^FS^XZ")
TIMEOUT_S = 0.3


@pytest.fixture
def twin() -> Iterator[LabelPrinterTwin]:
    twin = LabelPrinterTwin()
    yield twin
    twin.close()


def end_of(twin: LabelPrinterTwin) -> tuple[str, str | None, bool]:
    """(job, error, sent) of one job."""
    ends: list[tuple[str, str | None, bool]] = []
    labels = Labels(network_printer("127.0.0.1", twin.port, TIMEOUT_S), lambda *end: ends.append(end))
    labels.begin(JOB)
    wait_until(lambda: bool(ends), 5, "the end of the job")
    assert labels.busy, "until its end was heard"
    labels.ended()
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
