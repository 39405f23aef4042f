"""The walk along a bay's bins: every label is taken once, refused in words, undone, skipped, resumed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.commissioning.assigning import Assigning, BadProgress, Progress, begun
from edge.commissioning.site_edit import CannotEdit, difference, renamed
from edge.contract.hands import HandsRequest, Look, Press, Scan, Seen
from edge.contract.site import load_site
from edge.hands_client import HandsClient, NoHands
from tests.edge.small_site import BAY, write_site
from tests.waiting import wait_until

BINS = tuple(f"bay-01/0{n}" for n in range(1, 5))


def a_walk(*labels: str | None) -> Assigning:
    progress = Progress(station="bay-01", planned=BINS, labels=labels)
    return Assigning(progress, {"bay-02/01": "bay-02"})


def test_a_walk_ends_with_the_label_of_every_position() -> None:
    walk = a_walk()
    for name in (BINS[1], BINS[0], BINS[2], BINS[3]):
        assert walk.scan(name).ok
    assert walk.position is None
    assert walk.result() == [BINS[1], BINS[0], BINS[2], BINS[3]]


@pytest.mark.parametrize(
    ("scanned", "words"),
    [
        (BINS[0], "was scanned at position 1 already"),
        ("bay-02/01", "is a bin of bay-02, not of bay-01"),
        ("bay-01", "is the label of the station"),
        ("4006381333931", "Expected the label of a bin of bay-01 (bay-01/01, bay-01/02, bay-01/03, ... bay-01/04)"),
        (" ", "Nothing was read"),
    ],
)
def test_a_label_that_cannot_be_there_is_refused_in_words(scanned: str, words: str) -> None:
    walk = a_walk(BINS[0])
    told = walk.scan(scanned)
    assert not told.ok and words in told.words
    assert walk.position == 1


def test_back_undoes_one_position() -> None:
    walk = a_walk(BINS[0], BINS[1])
    assert walk.back().ok and walk.position == 1
    assert walk.scan(BINS[2]).ok
    assert walk.names == (BINS[0], BINS[2], None, None)
    assert walk.back().ok and walk.back().ok and not walk.back().ok


def test_what_was_skipped_is_asked_for_once_more_and_then_stays_as_it_was() -> None:
    walk = a_walk(BINS[0], None, BINS[2], None)
    assert walk.ask_again() == 2
    assert walk.position == 1 and walk.skip().ok
    assert walk.position == 3 and walk.skip().ok
    assert walk.position is None
    assert walk.result() == list(BINS)


def test_a_skipped_position_whose_name_was_scanned_elsewhere_is_not_guessed() -> None:
    walk = a_walk(BINS[1], None, BINS[2], BINS[3])
    with pytest.raises(ValueError, match=r"position 2 \(in the file bay-01/02\).*labels bay-01/01 none"):
        walk.result()


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (b"{", "Expected a walk of bay-01"),
        (b'{"station":"bay-01","planned":["x"],"labels":[]}', "has changed since the walk was interrupted"),
    ],
)
def test_an_interrupted_walk_that_does_not_fit_is_not_gone_on_with(kept: bytes, words: str) -> None:
    with pytest.raises(BadProgress, match=words):
        begun(kept, "bay-01", BINS)


SECTIONS = """# the bay at the door
name = "bay-01" # not a bin
kind = 'bay'
bay_button_pin = 20
[beacon]
red = 17
green = 27
blue = 22
[strip]
[displays]
[expanders]
addresses = [0x20]
[[bins]]
name = 'bay-01/01'   # "bay-01/02" stood here once
level = 2
[[bins]]
"name" = "bay-01/\\u0030\\u0032"
"""


def test_only_the_names_change_and_comments_and_spelling_stay(tmp_path: Path) -> None:
    path = tmp_path / "bay-01.toml"
    after = renamed(path, SECTIONS, ["bay-01/02", "bay-01/01"])
    assert "'bay-01/01'   #" not in after
    assert '"bay-01/02"   # "bay-01/02" stood here once' in after
    assert [line for line in difference(path, SECTIONS, after).split("\n") if line[:1] in "+-"][2:] == [
        "-name = 'bay-01/01'   # \"bay-01/02\" stood here once",
        '+name = "bay-01/02"   # "bay-01/02" stood here once',
        '-"name" = "bay-01/\\u0030\\u0032"',
        '+"name" = "bay-01/01"',
    ]
    assert difference(path, BAY, renamed(path, BAY, BINS)) == ""


def test_names_that_stand_where_they_cannot_be_replaced_are_left_alone(tmp_path: Path) -> None:
    dotted = SECTIONS.partition("[[bins]]")[0].replace("kind", "bins = [{ 'na\\u006de' = 'x' }]\nkind", 1)
    odd = dotted.replace("'na\\u006de' = 'x'", '"na\\u006de" = "bay-01/01"')
    with pytest.raises(CannotEdit, match="Write the names of its bins by hand, in this order: b"):
        renamed(tmp_path / "bay-01.toml", odd, ["b"])


class Walk:
    """The command, running on simulated metal."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.socket = directory / "run" / "bay-01.sock"
        self._said = directory / "said"
        command = [sys.executable, "-u", "-c", "from edge.cli import main; main()", "device", "assign"]
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

    def says(self, words: str) -> None:
        wait_until(lambda: words in self.said or self.process.poll() is not None, 20, f"it says '{words}'")
        assert words in self.said, self.said

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def act(self, request: HandsRequest) -> None:
        with HandsClient(self.socket) as hands:
            hands.do(request)

    def shows(self, place: str, colour: str) -> bool:
        try:
            with HandsClient(self.socket) as hands:
                seen = hands.do(Look())
        except NoHands:
            return False
        assert isinstance(seen, Seen)
        return any(light.place == place and light.colour == colour for light in seen.lights)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Callable[..., Walk]]:
    write_site(tmp_path / "site")
    walks: list[Walk] = []

    def start(*options: str) -> Walk:
        walks.append(Walk(tmp_path, *options))
        return walks[-1]

    yield start
    for each in walks:
        each.close()


def test_a_bay_is_walked_with_a_scanner_stopped_gone_on_with_and_written(
    walk: Callable[..., Walk], tmp_path: Path
) -> None:
    first = walk()
    wait_until(lambda: first.shows(BINS[0], "white"), 20, "the first position is lit")
    first.act(Scan(text=BINS[1]))
    wait_until(lambda: first.shows(BINS[1], "white") and first.shows(BINS[0], "green"), 5, "the next position")
    first.act(Scan(text=BINS[1]))
    first.says("was scanned at position 1 already")
    first.act(Press(control=f"short {BINS[1]}"))
    first.says("position 2: skipped")
    first.act(Press(control="bay"))
    first.says("back at position 2")
    first.type("stop")
    assert first.process.wait(10) == 1
    second = walk()
    second.says("going on: 1 of 4 positions were done before")
    second.type(BINS[0])
    second.says("position 3 of 4 is lit")
    second.act(Scan(text=BINS[2]))
    second.says("position 4 of 4 is lit")
    second.act(Scan(text=BINS[3]))
    second.says("Type yes or no")
    second.type("yes")
    assert second.process.wait(10) == 0, second.said
    bins = load_site(tmp_path / "site").stations["bay-01"].bins
    assert [(bin_.name, bin_.channel) for bin_ in bins] == [(BINS[1], 1), (BINS[0], 2), (BINS[2], 3), (BINS[3], 4)]
    [backup] = (tmp_path / "site" / "stations").glob("bay-01.toml.*.bak")
    assert backup.read_text("utf-8") == BAY
    assert not (tmp_path / "data" / "bay-01.assign.json").exists()
