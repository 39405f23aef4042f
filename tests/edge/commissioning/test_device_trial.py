"""A station's devices are tried without agent and hub: what was heard is told, and what was not is listed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.commissioning.trial import controls_of
from edge.contract.hands import HandsRequest, Look, Place, Press, Scan, Seen, Show, Shown, Unplug
from edge.contract.site import load_site
from edge.hands_client import HandsClient, NoHands
from tests.edge.small_site import write_site
from tests.waiting import wait_until

BINS = [f"bay-01/0{n}" for n in range(1, 5)]


class Trial:
    """The command, running on simulated metal."""

    def __init__(self, directory: Path, station: str, *options: str) -> None:
        self.station = load_site(directory / "site").station(station)
        self.socket = directory / "run" / f"{station}.sock"
        self._said = directory / "said"
        command = [sys.executable, "-u", "-c", "from edge.cli import main; main()", "device", "test"]
        where = ["--site", directory / "site", "--data", directory / "data", "--hands", directory / "run"]
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--station", station, "--simulate", *map(str, where), *options],
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def hears(self, words: str) -> None:
        wait_until(lambda: words in self.said or self.process.poll() is not None, 60, f"it says '{words}'")
        assert words in self.said, self.said

    def act(self, *requests: HandsRequest) -> None:
        with HandsClient(self.socket) as hands:
            for request in requests:
                hands.do(request)

    def look(self) -> Seen | None:
        try:
            with HandsClient(self.socket) as hands:
                seen = hands.do(Look())
        except NoHands:
            return None
        assert isinstance(seen, Seen)
        return seen

    def shows(self, place: str, colour: str) -> bool:
        seen = self.look()
        return seen is not None and any(light.place == place and light.colour == colour for light in seen.lights)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


Try = Callable[..., Trial]


@pytest.fixture
def attempt(tmp_path: Path) -> Iterator[Try]:
    write_site(tmp_path / "site")
    trials: list[Trial] = []

    def start(station: str, *options: str) -> Trial:
        trials.append(Trial(tmp_path, station, *options))
        return trials[-1]

    yield start
    for trial in trials:
        trial.close()


def test_a_bay_of_which_everything_was_heard_is_well(attempt: Try) -> None:
    trial = attempt("bay-01")
    trial.hears("simulated: in another terminal: shelflight-edge hands --station bay-01 --hands ")
    trial.hears("load all 0g")
    wait_until(lambda: trial.shows("beacon", "green"), 20, "the lamps")
    wait_until(lambda: trial.shows(BINS[2], "blue"), 20, "the next colour")
    trial.hears("the buzzer: confirmed")
    trial.hears("the buzzer: alarm")
    trial.hears("Ctrl-C ends")
    wait_until(lambda: trial.shows(BINS[0], "amber"), 5, "each bin shows its number")
    trial.act(Press(control=f"confirm {BINS[0]}", held_ms=1500))
    wait_until(lambda: trial.shows(BINS[0], "white"), 2, "the pressed one is lit")
    wait_until(lambda: trial.shows(BINS[0], "green"), 5, "and then done")
    trial.act(*(Press(control=f"confirm {name}") for name in BINS[1:]), *(Press(control=f"short {n}") for n in BINS))
    trial.act(Press(control="bay"), *(Place(scale=name, mass_mg=1_234_000) for name in BINS))
    assert trial.process.wait(20) == 0, trial.said
    assert "scale channel 03: stable at 1234 g" in trial.said
    assert trial.said.endswith("everything was heard and works\n")


def test_a_bench_whose_camera_is_dark_and_whose_button_was_forgotten_is_not(attempt: Try) -> None:
    trial = attempt("pack-1", "--label", "--seconds", "60")
    trial.hears("a label was printed")
    trial.hears("Ctrl-C ends")
    trial.act(Show(symbols=(Shown(text="TOTE-0001", symbology="Code128"),)))
    trial.hears("by camera: TOTE-0001 (Code128 ]C0)")
    trial.act(Scan(text="4006381333931", aim="]E0"))
    trial.hears("by scanner: 4006381333931 (EAN-13 ]E0)")
    trial.act(Place(scale="bench", mass_mg=2_000_000), *(Press(control=c) for c in ("confirm", "minus", "plus")))
    trial.act(*(Scan(text=f"TOTE-{n:04}") for n in range(6)))
    trial.hears("symbol 8 by scanner")
    trial.hears("scale channel 00: stable at 2000 g")
    trial.act(Unplug(part="camera", plugged=False))
    trial.hears("camera: ")
    trial.process.terminate()
    assert trial.process.wait(20) == 1
    assert "missing: buttons never pressed: problem\n" in trial.said
    assert "has read nothing" not in trial.said
    assert trial.said.endswith(" to mend or to try again\n")


def test_an_agent_that_is_running_keeps_its_devices(attempt: Try) -> None:
    first = attempt("bay-01")
    first.hears("every lamp is red")
    second = attempt("bay-01")
    assert second.process.wait(20) == 4
    assert "but an agent of bay-01 is running there already" in second.said


def test_everything_that_was_not_heard_is_listed(attempt: Try) -> None:
    trial = attempt("bay-01", "--seconds", "1")
    assert trial.process.wait(60) == 1
    assert f"missing: buttons never pressed: {', '.join(controls_of(trial.station))}\n" in trial.said
    assert len(controls_of(trial.station)) > 6
