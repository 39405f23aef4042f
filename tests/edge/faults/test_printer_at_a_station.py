"""A printer out of paper, open, paused, off, slow or half understood: labels wait, are said, and come out once."""

import re
import time
from collections.abc import Callable

import pytest

from edge.contract.events import PrintFailed
from firmware.twin.label_printer import LabelPrinterTwin
from tests.edge.faults.stricken import Open, Stricken
from tests.waiting import wait_until

SLOW_S = 0.3
_TEXT = re.compile(r"\^FD(.*?)\^FS")

Act = Callable[[LabelPrinterTwin], None]


def set_to(what: str, value: object) -> Act:
    """Set one of the twin's switches."""
    return lambda twin: setattr(twin, what, value)


def sound(said: bytes) -> bytes:
    return said


NOT_READY: dict[str, tuple[Act, Act, str]] = {
    "paper out": (set_to("paper_out", True), set_to("paper_out", False), "look for paper, ribbon, an open head"),
    "head open": (set_to("head_open", True), set_to("head_open", False), "look for paper, ribbon, an open head"),
    "ribbon out, said": (
        set_to("answers", lambda said: said.replace(b"\x02001,0,0,0,", b"\x02001,0,0,1,")),
        set_to("answers", sound),
        "out of ribbon",
    ),
    "paper out, said": (
        set_to("answers", lambda said: said.replace(b"\x02014,0,", b"\x02014,1,")),
        set_to("answers", sound),
        "out of paper",
    ),
    "paused": (set_to("paused", True), set_to("paused", False), "paused"),
    "no reply": (set_to("answers", lambda _: b""), set_to("answers", sound), "no answer in time"),
    "half a reply": (
        set_to("answers", lambda said: said[: len(said) // 2]),
        set_to("answers", sound),
        "no answer in time",
    ),
    "garbage": (
        set_to("answers", lambda _: b"\x02HTTP/1.1\x03\x02400\x03\x02?\x03"),
        set_to("answers", sound),
        "expected three strings",
    ),
    "off": (LabelPrinterTwin.unplug, LabelPrinterTwin.plug, "the line was closed"),
}


def printer_of(bench: Stricken) -> LabelPrinterTwin:
    assert bench.devices.printer_twin is not None
    return bench.devices.printer_twin


def tray(bench: Stricken) -> list[str]:
    """What is printed on the labels that came out, in order; they are taken."""
    found = []
    while (label := printer_of(bench).take()) is not None:
        found += _TEXT.findall(label.zpl)
    return found


@pytest.mark.parametrize("fault", NOT_READY)
def test_labels_wait_for_a_printer_that_is_not_ready_and_come_out_once_in_order_when_it_is(
    stricken: Open, fault: str
) -> None:
    act, mend, why = NOT_READY[fault]
    bench = stricken("pack-1")
    wait_until(lambda: "printer" in bench.well(), 5, "the printer was asked at the start")
    act(printer_of(bench))
    bench.ask("scan", "L1", "L2", "L3")
    bench.is_told("printer", why=why, screen=", 3 labels wait")
    assert why in bench.trouble
    assert tray(bench) == []
    mend(printer_of(bench))
    bench.clock.forward(16_000_000)
    bench.is_well("printer")
    wait_until(lambda: bench.printed() == ["L1", "L2", "L3"], 8, "all are told as printed")
    assert tray(bench) == ["L1", "L2", "L3"]
    assert not bench.has(PrintFailed)


def test_a_port_where_nobody_listens_is_said_and_a_new_printer_there_prints(stricken: Open) -> None:
    bench = stricken("pack-1")
    wait_until(lambda: "printer" in bench.well(), 5, "the printer was asked at the start")
    printer_of(bench).close()
    bench.ask("scan", "L1")
    bench.is_told("printer", why="Connection refused", screen="Connection refused, 1 label waits")
    bench.devices.printer_twin = LabelPrinterTwin()
    bench.clock.forward(16_000_000)
    bench.is_well("printer")
    wait_until(lambda: bench.printed() == ["L1"], 8, "the label")
    assert tray(bench) == ["L1"]


def test_a_slow_printer_is_waited_for_and_is_no_fault(stricken: Open) -> None:
    bench = stricken("pack-1")

    def slowly(said: bytes) -> bytes:
        time.sleep(SLOW_S)  # the twin's own slowness, on the twin's own thread
        return said

    printer_of(bench).answers = slowly
    bench.ask("scan", "L1", "L2")
    wait_until(lambda: bench.printed() == ["L1", "L2"], 10, "both labels")
    assert tray(bench) == ["L1", "L2"]
    assert bench.failed() == {}


def test_a_printer_whose_paper_ends_with_a_label_is_told_once_of_it_and_goes_on_behind_it(stricken: Open) -> None:
    bench = stricken("pack-1")
    printer_of(bench).load_paper(1)
    bench.ask("scan", "L1", "L2")
    bench.is_told("printer", why="look for paper", screen=", 1 label waits")
    [failed] = [event for event in bench.events() if isinstance(event, PrintFailed)]
    assert (failed.job, failed.sent) == ("L1", True), "it may be out, and a person looks"
    printer_of(bench).paper_out = False
    bench.clock.forward(16_000_000)
    bench.is_well("printer")
    wait_until(lambda: bench.printed() == ["L2"], 8, "the next one")
    assert tray(bench) == ["L1", "L2"], "none came out twice"
