"""Somebody types what their hands do, and reads what is seen."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from edge.contract.hands import Place, Press, Scan, Seen, SeenLight, Show, Shown, There, Unplug
from edge.contract.state import Prompt
from edge.hands_client import HandsClient
from edge.hands_terminal import HandsTerminal
from edge.hands_words import NotUnderstood, changes, requests_of
from tests.edge.test_hands import Bench
from tests.waiting import wait_until

BAY = There(
    station="bay-01",
    controls=("confirm bay-01/01", "confirm bay-01/02", "short bay-01/01", "bay"),
    scales=("bay-01/01", "bay-01/02"),
    parts=("scale",),
)
BENCH = There(station="pack-1", controls=("confirm", "minus", "plus", "problem"), scales=("bench",))


@pytest.mark.parametrize(
    ("there", "typed", "meant"),
    [
        (BAY, "press confirm 2", [Press(control="confirm bay-01/02")]),
        (BAY, "press short bay-01/01 for 1.2", [Press(control="short bay-01/01", held_ms=1200)]),
        (BAY, "press bay", [Press(control="bay")]),
        (BENCH, "press plus", [Press(control="plus")]),
        (BAY, "load 01 250 g", [Place(scale="bay-01/01", mass_mg=250_000)]),
        (BAY, "load all 0g", [Place(scale=name, mass_mg=0) for name in BAY.scales]),
        (BENCH, "load bench 1.5kg", [Place(scale="bench", mass_mg=1_500_000)]),
        (BENCH, "show 4006381333931", [Show(symbols=(Shown(text="4006381333931", symbology="EAN-13"),))]),
        (BENCH, "show TOTE-0001", [Show(symbols=(Shown(text="TOTE-0001", symbology="Code128"),))]),
        (BENCH, "show two words QRCode", [Show(symbols=(Shown(text="two words", symbology="QRCode"),))]),
        (BENCH, "show nothing", [Show()]),
        (BENCH, "hide", [Show(hidden=True)]),
        (BENCH, "scan TOTE-0001 ]C0", [Scan(text="TOTE-0001", aim="]C0")]),
        (BENCH, "unplug camera", [Unplug(part="camera", plugged=False)]),
    ],
)
def test_what_is_typed_is_understood(there: There, typed: str, meant: list[object]) -> None:
    assert requests_of(typed, there) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "press confirm 9",
            "press: expected a button of bay-01 (confirm bay-01/01, confirm bay-01/02, short bay-01/01, bay",
        ),
        ("press bay for long", "Expected seconds, at most 60, got 'long'."),
        ("load 01 heavy", "Expected a weight such as 250g or 1.5kg, got 'heavy'."),
        ("load 7 1g", "load: expected a scale of bay-01 (bay-01/01, bay-01/02), got '7'."),
        ("show APPLE Aztec", "show: expected a symbology of EAN-13, Code128, DataMatrix, QRCode, got 'Aztec'."),
        ("unplug hub", "unplug: expected one of scale, camera, scanner, printer, supply, got 'hub'."),
        ("dance", "Expected one of these, got 'dance':\npress CONTROL"),
    ],
)
def test_what_is_not_understood_is_told_with_what_was_expected(typed: str, told: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        requests_of(typed, BAY)
    assert str(refused.value).startswith(told)


def test_only_what_has_changed_is_told() -> None:
    dark = Seen(station="bay-01", lights=())
    lit = Seen(station="bay-01", lights=(SeenLight(place="bay-01/01", colour="blue", pattern="steady", text="A  5"),))
    asked = Seen(
        station="pack-1", lights=(), prompt=Prompt(step="s", ask="count", title="Apples", lines=("How many?",))
    )
    assert changes(dark, lit) == ["bay-01/01: blue  [A  5]"]
    assert changes(lit, lit) == []
    assert changes(lit, dark) == ["bay-01/01: dark"]
    assert changes(dark, asked) == ["count: Apples", "    How many?"]
    assert changes(asked, dark) == ["nothing is asked any more"]


def test_acts_are_done_at_the_station_and_what_is_refused_is_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pack-1")
    said: list[str] = []
    try:
        wait_until(lambda: ("scanner", True) in bench.parts, 3, "the scanner is open")
        typed = io.StringIO(
            "# a comment\nload bench 2kg\npress confirm\nscan TOTE-0001 ]C0\nlabel\nwait 0.1\nquit\npress plus\n"
        )
        with HandsClient(bench.path) as acting, HandsClient(bench.path) as watching:
            assert not HandsTerminal(acting, watching, typed, said.append).run()
        assert said[0] == "pack-1: 4 buttons, 1 scales, a scale, a camera, a scanner, a printer, a supply. Try: help"
        assert "  bench carries 2000 g now" in said
        assert said[-1] == "The tray is empty."
        wait_until(lambda: ("confirm", False) in bench.edges, 3, "the press")
        wait_until(lambda: bench.scans == [("TOTE-0001", "Code128", "]C0")], 3, "the scan")
        wait_until(lambda: (0, "stable", 2_000_000) in bench.readings, 3, "the weight")
        assert ("plus", True) not in bench.edges
    finally:
        bench.close()


def hands(station: str, where: Path, typed: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from edge.cli import main; main()", "hands", "--station", station]
    return subprocess.run([*command, "--hands", str(where)], input=typed, capture_output=True, text=True, timeout=60)


def test_the_command_tells_what_is_seen_and_where_no_station_is(tmp_path: Path) -> None:
    nobody = hands("pack-1", tmp_path, "")
    assert nobody.returncode == 2
    assert nobody.stderr.startswith(f"{tmp_path}/pack-1.sock: expected the hands of a simulated station, got: ")
    bench = Bench(tmp_path, "pack-1")
    try:
        done = hands("pack-1", tmp_path, "load bench 1kg\nlook\n")
        assert (done.returncode, done.stderr) == (0, "")
        assert "nothing is lit" in done.stdout
        assert "  bench carries 1000 g now\n" in done.stdout
    finally:
        bench.close()
