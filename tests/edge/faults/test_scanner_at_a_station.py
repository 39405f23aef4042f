"""A hand scanner that is pulled out, cut off in the middle of a scan, or garbled: no scan that was not made."""

import random

import pytest

from edge.contract.events import SymbolScanned
from firmware.scanners.keys import EVENT
from firmware.scanners.scan import HALF_SCAN_US
from firmware.twin.cable_twin import Spoil, whole
from tests.edge.faults.stricken import Open, Stricken
from tests.waiting import wait_until

RNG = random.Random(20261128)


@pytest.fixture
def bench(stricken: Open) -> Stricken:
    """A bench that asks for a scan, its scanner open."""
    bench = stricken("pack-1")
    wait_until(lambda: "scanner" in bench.well(), 5, "the scanner is open")
    bench.ask("scan")
    return bench


def scanned(bench: Stricken) -> list[str]:
    return [event.text for event in bench.stock() if isinstance(event, SymbolScanned)]


def test_a_scanner_that_is_unplugged_is_told_with_its_port_seen_and_read_again_when_it_is_back(
    bench: Stricken,
) -> None:
    bench.cables["scanner"].unplug()
    bench.is_told("scanner", why=str(bench.cables["scanner"].path), screen="Hand scanner: not there. Check its plug.")
    bench.devices.scan("TOTE-0001", "")
    wait_until(lambda: bench.cables["scanner"].lost_bytes > 0, 3, "nobody hears it")
    assert scanned(bench) == []
    bench.cables["scanner"].plug()
    bench.is_well("scanner")
    bench.devices.scan("TOTE-0002", "")
    wait_until(lambda: scanned(bench) == ["TOTE-0002"], 5, "its scan, and not the one that nobody heard")


class Spoilt:
    """A cable that makes this of each scan, until it is mended."""

    def __init__(self, bench: Stricken, spoil: Spoil) -> None:
        self._cable = bench.cables["scanner"]
        self._spoil = spoil
        self.scans = 0
        self._cable.from_twin = self._pass

    def _pass(self, said: bytes) -> bytes:
        if not said:
            return b""
        self.scans += 1
        return self._spoil(said)

    def mend(self) -> None:
        self._cable.from_twin = whole


def test_half_a_scan_is_none_and_the_next_one_is_whole(bench: Stricken) -> None:
    spoilt = Spoilt(bench, lambda said: said[: -4 * EVENT.size])
    bench.devices.scan("TOTE-0001", "")
    wait_until(lambda: spoilt.scans == 1, 3, "half of it is heard")
    spoilt.mend()
    bench.ask("scan")
    assert scanned(bench) == []
    bench.clock.forward(HALF_SCAN_US + 1)
    bench.devices.scan("TOTE-0002", "")
    wait_until(lambda: scanned(bench) == ["TOTE-0002"], 5, "the next scan, whole")


def test_garbage_on_the_line_is_no_scan(bench: Stricken) -> None:
    spoilt = Spoilt(bench, lambda said: RNG.randbytes(len(said)))
    for n in range(20):
        bench.devices.scan(f"TOTE-{n:04d}", "")
        wait_until(lambda heard=n + 1: spoilt.scans >= heard, 3, "its garbage is heard")  # type: ignore[misc]
    spoilt.mend()
    bench.ask("scan")
    assert scanned(bench) == []
    bench.cables["scanner"].unplug()
    wait_until(lambda: bench.told_of("scanner"), 5, "its plug is pulled")
    bench.cables["scanner"].plug()
    bench.is_well("scanner")
    bench.devices.scan("TOTE-9999", "")
    wait_until(lambda: scanned(bench) == ["TOTE-9999"], 5, "a whole scan")
