"""A symbol that a person's page has read: a fact as the scanner's, once, and refused where nobody asked for it."""

from edge.contract.commands import ScanSymbol
from edge.contract.events import SymbolScanned
from tests.edge.logic.test_bench_logic import Bench


def sent(bench: Bench, scan: str = "scan-1", step: str = "s1") -> str:
    """A page sends a symbol; why it is refused, empty if it is not."""
    command = ScanSymbol(command=scan, step=step, text="TOTE-0001", symbology="Code128")
    outcome, refused = bench.logic.on_page_scan(command, bench.now_us)
    bench.commit(outcome)
    return refused


def scans(bench: Bench) -> list[SymbolScanned]:
    return [event for event in bench.outbox if isinstance(event, SymbolScanned)]


def test_a_pages_scan_is_a_fact_that_says_it_was_no_device_of_the_station() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    assert sent(bench) == ""
    [told] = scans(bench)
    assert (told.step, told.text, told.source, told.scan) == ("s1", "TOTE-0001", "page", "scan-1")


def test_the_same_scan_sent_again_tells_nothing_even_when_the_bench_has_gone_on() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    assert sent(bench) == ""
    bench.ask("s2", "count")
    assert sent(bench) == ""
    assert len(scans(bench)) == 1


def test_a_page_is_refused_where_no_scan_is_asked() -> None:
    bench = Bench()
    assert sent(bench) == "No scan is asked for now: look at the bench."
    bench.ask("s1", "count")
    assert sent(bench) == "No scan is asked for now: look at the bench."
    assert not scans(bench)


def test_a_page_that_shows_an_older_question_is_refused() -> None:
    bench = Bench()
    bench.ask("s2", "scan")
    assert sent(bench, step="s1") == "The bench asks something else by now: look, and scan again."
    assert not scans(bench)


def test_a_station_that_was_killed_still_knows_what_a_page_has_sent() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    assert sent(bench) == ""
    bench.start()
    assert sent(bench) == ""
    assert len(scans(bench)) == 1
