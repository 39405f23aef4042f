"""``shelflight-edge bench``: measures on this machine."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from edge.contract.platforms import ScaleArrangement

app = typer.Typer(help="Measure on this machine; nothing is changed.", no_args_is_help=True)

NOT_MET = 1
NO_PICTURES = 2
NOT_WRITTEN = 4


@app.callback()
def root() -> None:
    """Measure on this machine; nothing is changed."""


@app.command()
def read(
    images: Annotated[Path, typer.Option(help="A directory of pictures, with the truth of each.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
    as_station: Annotated[
        bool, typer.Option(help="Only what a station reads unless told otherwise, not every symbology.")
    ] = False,
) -> None:
    """Read pictures with our reader, plain pyzbar and plain zxing-cpp: read rate, misreads and processor time.

    The truth of NAME.png is the text of NAME.txt beside it, or its name if that is a product code's digits
    (4006381333931_2.jpg); in a folder named negative, partial, unsupported or falsepositives nothing may be read.

    Exit codes: 0 measured, 2 there is nothing to measure on, 4 the figures could not be written.
    """
    from rich.console import Console
    from rich.progress import Progress

    from edge.bench.pictures import NoPictures, UnreadablePicture, find_pictures
    from edge.bench.reading import measure, read_as_station, read_ours
    from edge.bench.report import tables

    try:
        pictures = find_pictures(images)
        # Refreshed by hand: a thread of its own would be counted as the readers' processor time.
        with Progress(console=Console(stderr=True), auto_refresh=False, transient=True) as progress:
            task = progress.add_task("Reading", total=len(pictures))

            def done() -> None:
                progress.advance(task)
                progress.refresh()

            measured = measure(pictures, read_as_station if as_station else read_ours, done)
    except (NoPictures, UnreadablePicture) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(NO_PICTURES) from None
    for why in measured.unreadable:
        print(f"Left out: {why}", file=sys.stderr)
    console = Console()
    for table in tables(measured):
        console.print(table)
    if json_file is not None:
        try:
            json_file.write_text(json.dumps(asdict(measured), indent=1) + "\n")
        except OSError as error:
            print(f"--json {json_file}: expected a file to write to, got: {error}.", file=sys.stderr)
            raise typer.Exit(NOT_WRITTEN) from None


@app.command()
def count(
    seed: Annotated[int, typer.Option(help="The same seed gives the same movements.")] = 1,
    movements: Annotated[int, typer.Option(min=1, help="How many movements.")] = 100_000,
    arrangement: Annotated[
        ScaleArrangement, typer.Option(help="A scale a bin, or a platform under the bins of a shelf level.")
    ] = "bin",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """Count simulated movements by weight, at bins or levels whose physics is stated in docs/counting.md.

    Exit codes: 0 nothing wrong was told as certain, and 99 % of what is countable at bins was certain; 1 not so; 4
    the figures could not be written.
    """
    from edge.bench.counting_command import run

    try:
        met = run(seed=seed, movements=movements, arrangement=arrangement, json_file=json_file)
    except OSError as error:
        print(f"--json {json_file}: expected a file to write to, got: {error}.", file=sys.stderr)
        raise typer.Exit(NOT_WRITTEN) from None
    raise typer.Exit(0 if met else NOT_MET)


@app.command()
def idle(
    station: Annotated[str, typer.Option(help="bay-01 or pack-1 of the built-in site, or one of --site.")] = "bay-01",
    site: Annotated[Path | None, typer.Option(help="A site's directory, instead of the built-in one.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="How long it is left alone.")] = 60.0,
    settle: Annotated[float, typer.Option(min=0, help="Seconds before, once its scales are loaded.")] = 10.0,
    picks: Annotated[int, typer.Option(min=0, help="Picks at a bay afterwards, to see what each writes.")] = 0,
    hub: Annotated[bool, typer.Option(help="Whether a hub acknowledges, or there is a broker alone.")] = True,
    work: Annotated[Path, typer.Option(help="Where the outbox goes: on the disk to be measured.")] = Path(),
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """What a station costs that nobody works at: processor, memory, bytes written to the card an hour and a pick.

    Exit codes: 0 within the targets, 1 not so, 2 it could not be measured, 4 the figures could not be written.
    """
    from edge.bench.idle_command import run

    raise typer.Exit(
        run(
            station=station,
            site=site,
            seconds=seconds,
            settle_s=settle,
            picks=picks,
            hub=hub,
            work=work,
            json_file=json_file,
        )
    )


@app.command()
def camera(
    seconds: Annotated[float, typer.Option(min=1, help="How long each empty table is watched.")] = 30,
    frames_per_s: Annotated[int, typer.Option(min=1, max=60, help="Of the camera over the empty table.")] = 10,
    films: Annotated[int, typer.Option(min=1, help="Films of each label.")] = 10,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """What a camera costs: an empty table and small labels, at 640 x 480 and at 1920 x 1080, on simulated films.

    Exit codes: 0 an empty table costs at most 15 % of one core, 1 it costs more, 4 the figures could not be written.
    """
    from edge.bench.watching_command import run

    try:
        met = run(seconds=seconds, frames_per_s=frames_per_s, films=films, json_file=json_file)
    except OSError as error:
        print(f"--json {json_file}: expected a file to write to, got: {error}.", file=sys.stderr)
        raise typer.Exit(NOT_WRITTEN) from None
    raise typer.Exit(0 if met else NOT_MET)
