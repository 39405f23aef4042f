"""Labels that wait: for a printer that is not ready, in order, bounded, never printed twice, and said on the screen."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.events import LabelPrinted, PrintFailed
from edge.contract.state import PRINT_JOBS_MAX, PrintJob
from edge.logic.printing import LABEL_WAIT_US, Printing
from tests.edge.logic.test_bench_logic import Bench

OUT = "printer 10.0.0.4:9100: out of paper; nothing was sent."


def labels(count: int) -> tuple[PrintJob, ...]:
    return tuple(PrintJob(job=f"j{n}", zpl=f"^XA{n}^XZ") for n in range(1, count + 1))


def ends(bench: Bench) -> list[str]:
    """Jobs that have ended, in order."""
    return [event.job for event in bench.outbox if isinstance(event, LabelPrinted | PrintFailed)]


def out_of_paper(bench: Bench) -> None:
    """The printer says so of the label that is to go to it."""
    job = bench.logic.to_print()
    assert job is not None
    bench.commit(bench.logic.on_part("printer", False, OUT, bench.now_us))
    bench.commit(bench.logic.on_printed(job.job, OUT, bench.now_us, sent=False))


def test_labels_wait_in_their_order_for_paper_and_the_screen_says_what_waits_and_why() -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=labels(3))
    assert bench.logic.screen().trouble == ""
    out_of_paper(bench)
    assert bench.logic.to_print() is None, "nothing is sent to a printer without paper"
    assert (bench.logic.screen().trouble, bench.logic.screen().tone) == ("Printer: out of paper, 3 labels wait", "warn")
    assert [key for key in bench.memory if key.startswith("printing/")] == [], "nothing of it is out"
    bench.later(60)
    assert ends(bench) == []
    bench.commit(bench.logic.on_part("printer", True, "", bench.now_us))
    for n in range(1, 4):
        job = bench.logic.to_print()
        assert job == labels(3)[n - 1]
        bench.commit(bench.logic.on_printed(job.job, None, bench.now_us))
    assert ends(bench) == ["j1", "j2", "j3"]
    assert bench.logic.screen().trouble == ""


def test_a_label_that_has_waited_its_time_is_told_as_not_printed_and_is_not_printed_later() -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=labels(1))
    out_of_paper(bench)
    bench.later(LABEL_WAIT_US / 1e6 - 1)
    assert ends(bench) == []
    bench.later(1)
    assert bench.outbox[-1] == PrintFailed(job="j1", reason=OUT, sent=False)
    bench.commit(bench.logic.on_part("printer", True, "", bench.now_us))
    assert bench.logic.to_print() is None
    assert bench.logic.wake_us() is None


def test_a_label_that_comes_while_the_printer_is_out_has_its_own_time() -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=labels(1))
    out_of_paper(bench)
    bench.later(LABEL_WAIT_US / 2e6)
    bench.ask("s1", "scan", jobs=labels(2))
    bench.later(LABEL_WAIT_US / 2e6)
    assert ends(bench) == ["j1"]
    assert bench.logic.screen().trouble == "Printer: out of paper, 1 label waits"
    bench.later(LABEL_WAIT_US / 2e6)
    assert ends(bench) == ["j1", "j2"]


def test_a_label_that_nobody_wants_any_more_does_not_wait() -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=labels(2))
    out_of_paper(bench)
    bench.ask("s1", "scan", jobs=labels(2)[1:])
    assert bench.logic.screen().trouble == "Printer: out of paper, 1 label waits"
    bench.commit(bench.logic.on_part("printer", True, "", bench.now_us))
    job = bench.logic.to_print()
    assert job is not None and job.job == "j2"


def test_what_is_more_than_fits_waits_at_the_hub_and_is_told_by_nobody() -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=labels(PRINT_JOBS_MAX + 5))
    out_of_paper(bench)
    assert f", {PRINT_JOBS_MAX} labels wait" in bench.logic.screen().trouble
    bench.later(LABEL_WAIT_US / 1e6)
    assert ends(bench) == [job.job for job in labels(PRINT_JOBS_MAX)]


@pytest.mark.parametrize("sent", [True, False])
def test_a_killed_station_prints_no_label_that_may_be_out_and_every_one_that_surely_is_not(sent: bool) -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=labels(1))
    if not sent:
        out_of_paper(bench)
    bench.later(1)
    bench.start()
    bench.commit(bench.logic.on_link(True, bench.now_us))
    job = bench.logic.to_print()
    assert (job is None, ends(bench)) == ((True, ["j1"]) if sent else (False, []))


class Paper:
    """A printer's tray, and a spool that is killed and begun again from what was committed."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.memory: dict[str, bytes] = {}
        self.told: list[LabelPrinted | PrintFailed] = []
        self.out: list[str] = []
        self.now_us = 0
        self.begin()

    def begin(self) -> None:
        self.spool = Printing(self.memory)
        for event in self.told:
            self.spool.note(event)
        self.spool.want(labels(4))

    def commit(self) -> None:
        events, memory = self.spool.go_on(self.now_us)
        self.keep(memory)
        self.told += [event for event in events if isinstance(event, LabelPrinted | PrintFailed)]

    def keep(self, memory: Mapping[str, bytes | None]) -> None:
        for key, value in memory.items():
            if value is None:
                self.memory.pop(key, None)
            else:
                self.memory[key] = value

    def step(self) -> None:
        """Anything that can happen to one label."""
        self.now_us += self.rng.randrange(LABEL_WAIT_US // 3)
        self.commit()
        job = self.spool.at_printer()
        what = self.rng.choice(["print", "print", "no paper", "cut off", "cut off blank", "kill", "mended"])
        if what == "mended":
            self.spool.printer(True, "")
        if job is None:
            return
        if what in ("print", "cut off"):
            self.out.append(job.job)
        if what == "print":
            self.spool.end(job.job, None, sent=True)
        elif what == "no paper":
            self.spool.printer(False, OUT)
            self.spool.end(job.job, OUT, sent=False)
        elif what.startswith("cut off"):
            self.spool.end(job.job, "cut off", sent=True)
        elif what == "kill":
            if self.rng.random() < 0.5:
                self.out.append(job.job)
            self.begin()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_happens_no_label_comes_out_twice_and_each_ends_once(seed: int) -> None:
    paper = Paper(random.Random(seed))
    for _ in range(60):
        paper.step()
    assert len(paper.out) == len(set(paper.out)), "no label comes out twice"
    told = [event.job for event in paper.told]
    assert len(told) == len(set(told))
    assert {e.job for e in paper.told if isinstance(e, LabelPrinted)} <= set(paper.out)
    surely_not = {e.job for e in paper.told if isinstance(e, PrintFailed) and not e.sent}
    assert not surely_not & set(paper.out), "what is told as not sent is not out"
