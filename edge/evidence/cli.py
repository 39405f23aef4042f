"""``shelflight-edge evidence``: the pictures that a station keeps, looked at on the station itself."""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from edge.contract.site import BadSite, load_site
from edge.evidence.note import Note
from edge.evidence.opening import ring_of
from edge.evidence.ring import NotKept, Ring

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)

NO_PICTURE = 1
BAD_CONFIGURATION = 2
NOT_READ = 4
TEXT_CHARS_SHOWN = 60

StationName = Annotated[str, typer.Option("--station", help="The station's name, as its file is called.")]
SiteDirectory = Annotated[Path, typer.Option("--site", help="The site's directory.")]
DataDirectory = Annotated[Path, typer.Option("--data", help="Where the agent keeps its outbox.")]
SITE, DATA = Path("/etc/shelflight/site"), Path("/var/lib/shelflight")


@app.callback()
def root() -> None:
    """The pictures that a station keeps of what its camera read. Its agent may run meanwhile."""


@app.command("list")
def list_pictures(station: StationName, site: SiteDirectory = SITE, data: DataDirectory = DATA) -> None:
    """List the pictures, the oldest first: id, time by the station's clock, bytes, why it was kept, and what was read.

    Exit codes: 0 listed, 2 the configuration is wrong or no pictures are kept there, 4 they cannot be read.
    """
    noted = _notes(_ring(station, site, data))
    for note, size in noted:
        print(line_of(note, size))
    print(f"{len(noted)} pictures, {sum(size for _, size in noted) / 1e6:.1f} MB", file=sys.stderr)


@app.command()
def show(
    picture: Annotated[str, typer.Argument(help="Its id, as list and the dashboard name it.")],
    station: StationName,
    out: Annotated[Path | None, typer.Option(help="Write the JPEG here instead of PICTURE.jpg.")] = None,
    site: SiteDirectory = SITE,
    data: DataDirectory = DATA,
) -> None:
    """Say what one picture shows, and copy it to where you are.

    Exit codes: 0 copied, 1 there is no such picture (any more), 2 the configuration is wrong, 4 it cannot be read or
    written.
    """
    ring = _ring(station, site, data)
    found = next(((note, size) for note, size in _notes(ring) if note.picture == picture), None)
    try:
        jpeg = None if found is None else ring.jpeg(picture)
    except NotKept as error:
        _end(str(error), NOT_READ)
    if found is None or jpeg is None:
        _end(f"Expected the id of a picture that {station} keeps, got '{picture}': see evidence list.", NO_PICTURE)
    path = out or Path(f"{picture}.jpg")
    try:
        path.write_bytes(jpeg)
    except OSError as error:
        _end(f"{path}: expected a file to write to, got: {error.strerror}.", NOT_READ)
    print(line_of(*found))
    print(path)


@app.command()
def export(
    to: Annotated[Path, typer.Argument(help="A directory; made if it is not there.")],
    station: StationName,
    site: SiteDirectory = SITE,
    data: DataDirectory = DATA,
) -> None:
    """Copy all pictures into a directory, under names that sort by age, with pictures.txt that says what each shows.

    Exit codes: 0 copied, 2 the configuration is wrong, 4 they cannot be read or written.
    """
    ring = _ring(station, site, data)
    copied = []
    try:
        to.mkdir(parents=True, exist_ok=True)
        for note, size in _notes(ring):
            path = ring.path(note.picture)
            if path is not None:
                shutil.copyfile(path, to / path.name)
                copied.append(line_of(note, size))
        (to / "pictures.txt").write_text("".join(f"{line}\n" for line in copied), "utf-8")
    except OSError as error:
        _end(f"{to}: expected a directory to copy into, got: {error}.", NOT_READ)
    print(f"{len(copied)} pictures are in {to}")


def line_of(note: Note, size: int) -> str:
    """A picture in one line, safe for a terminal."""
    moment = datetime.fromtimestamp(note.wall_us / 1e6, UTC)
    shown = "".join(c if c.isprintable() else "|" for c in note.text)[:TEXT_CHARS_SHOWN]
    what = f"{note.symbology} {shown}" if note.text else "nothing that can be read"
    return f"{note.picture}  {moment:%Y-%m-%d %H:%M:%S} UTC  {size:>6}  {note.why:<12} {what}"


def _ring(station: str, site: Path, data: Path) -> Ring:
    try:
        chosen = load_site(site).station(station)
    except BadSite as error:
        _end(str(error), BAD_CONFIGURATION)
    ring = ring_of(data, chosen)
    if ring is None:
        _end(f"{station} keeps no pictures: it has no [camera], or its pictures = 0.", BAD_CONFIGURATION)
    return ring


def _notes(ring: Ring) -> list[tuple[Note, int]]:
    try:
        return ring.notes()
    except NotKept as error:
        _end(str(error), NOT_READ)


def _end(why: str, code: int) -> NoReturn:
    print(why, file=sys.stderr)
    raise typer.Exit(code)
