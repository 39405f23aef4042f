"""``shelflight-edge device``: a station's devices without agent and hub."""

import threading
from pathlib import Path
from typing import Annotated

import typer

from edge.commissioning.adopt_command import adopt
from edge.commissioning.aim_command import aim
from edge.commissioning.assign_command import assign
from edge.commissioning.identify_command import identify

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)

SOMETHING_MISSING = 1

app.command()(assign)
app.command()(adopt)
app.command()(aim)
app.command()(identify)


@app.callback()
def root() -> None:
    """Try a station's devices, without agent and hub."""


@app.command()
def test(
    station: Annotated[str, typer.Option(help="The station's name, as its file is called.")],
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    data: Annotated[Path, typer.Option(help="Where the agent keeps its outbox.")] = Path("/var/lib/shelflight"),
    simulate: Annotated[bool, typer.Option(help="On simulated metal, with hands to move it.")] = False,
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
    seconds: Annotated[float, typer.Option(help="End after so long; 0: only with Ctrl-C.", min=0)] = 0,
    label: Annotated[bool, typer.Option(help="Print a label too.")] = False,
) -> None:
    """Light every lamp, then tell what buttons, scales, camera and scanner say, until everything was heard.

    A button that is pressed lights its own bin: wires in the wrong place are seen at once.

    Exit codes: 0 everything was heard and works, 1 something was not or does not (it is listed), 2 the configuration is
    wrong, 3 the GPIO header cannot be used, 4 the station's agent is running and has the devices.
    """
    from edge.commissioning.session import opened
    from edge.commissioning.trying import Trying

    ended = threading.Event()
    if seconds:
        clock = threading.Timer(seconds, ended.set)
        clock.daemon = True
        clock.start()
    with opened(site, station, data, hands if simulate else None, ended) as bench:
        if simulate:
            print(f"simulated: in another terminal: shelflight-edge hands --station {station} --hands {hands}")
            if bench.station.scale is not None:
                print("its scales are silent until they were told what they carry; there: load all 0g")
        missing = Trying(bench.station, bench.devices, print, ended, prints=label).run(bench.listen)
    for line in missing:
        print(f"missing: {line}")
    print("everything was heard and works" if not missing else f"{station}: {len(missing)} to mend or to try again")
    raise typer.Exit(SOMETHING_MISSING if missing else 0)


@app.command()
def calibrate(
    station: Annotated[str, typer.Option(help="The station's name, as its file is called.")],
    known: Annotated[str, typer.Option(help="A weight that is known, such as 2kg.")],
    bin_name: Annotated[str, typer.Option("--bin", help="The bin; a bench has one scale and needs none.")] = "",
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    data: Annotated[Path, typer.Option(help="Where the agent keeps its outbox.")] = Path("/var/lib/shelflight"),
    simulate: Annotated[bool, typer.Option(help="On simulated metal, with hands to move it.")] = False,
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
) -> None:
    """Check one scale against a known weight: its zero, its span, its division.

    Leads through it step by step and says what to mend, and what to write in the station's file.

    Exit codes: 0 the scale can be trusted, 1 it cannot, or it was ended before, 2 the configuration or an option is
    wrong, 3 the GPIO header cannot be used, 4 the station's agent is running and has the devices.
    """
    from edge.commissioning.session import opened
    from edge.commissioning.weighing import check_scale

    with opened(site, station, data, hands if simulate else None, threading.Event()) as bench:
        well = check_scale(bench, bin_name, known)
    raise typer.Exit(0 if well else SOMETHING_MISSING)


@app.command("print")
def print_labels(
    file: Annotated[Path, typer.Argument(help="ZPL, as shelflight site labels writes it.")],
    station: Annotated[str, typer.Option(help="A station with a [printer], as its file is called.")],
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
) -> None:
    """Print the labels of a file, one by one, and say which was the last if the printer fails.

    Exit codes: 0 all were printed, 1 not all, 2 the configuration or the file is wrong.
    """
    from edge.commissioning.printing_labels import print_file

    raise typer.Exit(print_file(file, site, station, print))
