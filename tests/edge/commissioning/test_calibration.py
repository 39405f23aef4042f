"""A scale is checked against a known weight: what can be trusted is well, what cannot is said with what to mend."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.commissioning.calibration import STEADY_US, Listening, Verdict, division_of
from edge.contract.hands import HandsRequest, Place
from edge.hands_client import HandsClient
from tests.edge.small_site import write_site
from tests.waiting import wait_until

WELL = Verdict(
    zero_mg=3_000, zeroed_mg=0, loaded_mg=2_001_000, known_mg=2_000_000, returned_mg=0, step_mg=1_000, distinct=20
)


def changed(**fields: int) -> Verdict:
    return Verdict(**{**{name: getattr(WELL, name) for name in Verdict.__dataclass_fields__}, **fields})


@pytest.mark.parametrize(
    ("verdict", "fault"),
    [
        (WELL, None),
        (changed(loaded_mg=2_010_000), "2000 g is shown +10 g off, at most 2 g may be"),
        (changed(zeroed_mg=3_000, loaded_mg=2_004_000, returned_mg=3_000), "empty and zeroed it shows 3 g"),
        (changed(returned_mg=5_000), "it does not come back to zero: +5 g"),
        (changed(step_mg=5_000), "steps of 5 g, the station's file says division_mg = 1000"),
        (changed(step_mg=500, distinct=3), "steps of 0.5 g, the station's file says division_mg = 1000"),
        (changed(step_mg=2_000_000, distinct=3), None),
    ],
)
def test_what_a_scale_shows_is_judged_as_one_in_use_is(verdict: Verdict, fault: str | None) -> None:
    faults = verdict.faults(1_000)
    assert faults == [] if fault is None else len(faults) == 1 and fault in faults[0]


def test_a_weight_is_taken_when_it_has_been_at_rest_long_enough() -> None:
    heard = Listening(3)
    heard.take(3, "motion", 1_500, 0)
    heard.take(3, "stable", 2_000, 100)
    heard.take(4, "stable", 777, 200)
    heard.take(3, "stable", 2_000, 300)
    assert heard.at_rest_mg(100 + STEADY_US - 1) is None
    assert heard.at_rest_mg(100 + STEADY_US) == 2_000
    heard.take(3, "over", None, 400)
    assert heard.at_rest_mg(10 * STEADY_US) is None
    assert (heard.state, division_of(heard.weights_mg)) == ("over", 500)


class Calibration:
    """The command, running on simulated metal."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.socket = directory / "run" / "bay-01.sock"
        self._said = directory / "said"
        command = [sys.executable, "-u", "-c", "from edge.cli import main; main()", "device", "calibrate"]
        where = ["--site", directory / "site", "--data", directory / "data", "--hands", directory / "run"]
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--station", "bay-01", "--simulate", *map(str, where), *options],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def asks(self, words: str) -> None:
        wait_until(lambda: words in self.said or self.process.poll() is not None, 30, f"it asks '{words}'")
        assert words in self.said, self.said

    def enter(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def act(self, *requests: HandsRequest) -> None:
        with HandsClient(self.socket) as hands:
            for request in requests:
                hands.do(request)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()


@pytest.fixture
def calibrate(tmp_path: Path) -> Iterator[Calibration]:
    write_site(tmp_path / "site")
    running = Calibration(tmp_path, "--bin", "02", "--known", "2kg")
    yield running
    running.close()


@pytest.mark.parametrize(
    ("shown_mg", "code", "told"), [(2_000_000, 0, "well: "), (2_030_000, 1, "fault: 2000 g is shown")]
)
def test_a_person_is_led_from_zero_over_the_known_weight_to_the_verdict(
    calibrate: Calibration, shown_mg: int, code: int, told: str
) -> None:
    calibrate.asks("Empty bay-01/02")
    wait_until(calibrate.socket.exists, 10, "hands")
    others = [Place(scale=f"bay-01/0{n}", mass_mg=0) for n in (1, 3, 4)]
    calibrate.act(*others, Place(scale="bay-01/02", mass_mg=7_000))  # something that belongs to the empty bin
    calibrate.enter()
    calibrate.asks("zeroed")
    calibrate.asks("Lay the known weight of 2000 g")
    calibrate.enter()
    calibrate.act(Place(scale="bay-01/02", mass_mg=7_000 + shown_mg))
    calibrate.asks("Take it off again")
    calibrate.enter()
    calibrate.act(Place(scale="bay-01/02", mass_mg=7_000))
    assert calibrate.process.wait(30) == code, calibrate.said
    assert told in calibrate.said
    assert "empty: 7 g" in calibrate.said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--bin", "bay-01/09", "--known", "2kg"),
            r"--bin: expected a bin of bay-01 with a scale \(bay-01/01, .*got 'bay-01/09'",
        ),
        (("--bin", "bay-01/02", "--known", "two"), "--known: Expected a weight such as 250g or 1.5kg, got 'two'"),
        (("--bin", "bay-01/02", "--known", "1g"), "--known: expected more than a division and at most 60000 g, got 1g"),
    ],
)
def test_an_option_that_is_wrong_is_told(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    write_site(tmp_path / "site")
    refused = Calibration(tmp_path, *options)
    try:
        assert refused.process.wait(30) == 2
        assert re.search(told, refused.said), refused.said
    finally:
        refused.close()
