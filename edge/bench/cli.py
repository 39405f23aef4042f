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
