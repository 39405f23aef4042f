"""``shelflight-edge evidence``: list, show, export, and what it says where there is nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edge.cli import app
from edge.contract.site import load_site
from edge.evidence.note import Note, note_of, with_note
from edge.evidence.opening import ring_of
from tests.edge.small_site import write_site

JPEG = b"\xff\xd8\xff\xd9"
PICTURES = [f"{n:016x}" for n in range(1, 4)]


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """A site and a data directory in which pack-1 has kept three pictures."""
    site = write_site(tmp_path / "site")
    ring = ring_of(tmp_path / "data", load_site(site).station("pack-1"))
    assert ring is not None
    for n, picture in enumerate(PICTURES):
        text = f"TOTE-{n}\x1b[2J"
        note = Note(picture=picture, station="pack-1", why="read", wall_us=n, text=text, symbology="Code128")
        try:
            ring.keep(picture, with_note(JPEG, note))
        except OSError as error:
            pytest.skip(f"this machine's disk is nearly full: {error}")
    return ["--site", str(site), "--data", str(tmp_path / "data")]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["evidence", *words])


def test_pictures_are_listed_the_oldest_first_and_their_text_cannot_steer_the_terminal(options: list[str]) -> None:
    listed = run("list", "--station", "pack-1", *options)
    lines = listed.stdout.splitlines()
    assert [line.split()[0] for line in lines] == PICTURES
    assert lines[0].endswith("read         Code128 TOTE-0|[2J")
    assert listed.exit_code == 0


def test_one_picture_is_copied_and_said_what_it_shows(options: list[str], tmp_path: Path) -> None:
    shown = run("show", PICTURES[1], "--station", "pack-1", "--out", str(tmp_path / "one.jpg"), *options)
    assert shown.exit_code == 0
    assert note_of((tmp_path / "one.jpg").read_bytes()).text.startswith("TOTE-1")


def test_a_picture_that_is_not_there_is_said_to_be(options: list[str]) -> None:
    shown = run("show", "f" * 16, "--station", "pack-1", *options)
    assert shown.exit_code == 1
    assert "Expected the id of a picture that pack-1 keeps" in shown.stderr


def test_all_are_exported_with_a_list_of_what_they_show(options: list[str], tmp_path: Path) -> None:
    exported = run("export", str(tmp_path / "out"), "--station", "pack-1", *options)
    assert exported.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").glob("*.jpg")) == [
        f"{n:010d}-{picture}.jpg" for n, picture in enumerate(PICTURES, 1)
    ]
    assert len((tmp_path / "out" / "pictures.txt").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("station", "words"),
    [("bay-01", "bay-01 keeps no pictures: it has no [camera]"), ("pack-9", "No station 'pack-9'")],
)
def test_a_station_without_pictures_is_said_to_be(options: list[str], station: str, words: str) -> None:
    listed = run("list", "--station", station, *options)
    assert listed.exit_code == 2
    assert words in listed.stderr
