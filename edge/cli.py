"""``shelflight-edge``: the commands of a station."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from edge.bench.cli import app as bench
from edge.broker_option import broker_of
from edge.commissioning.adopt_command import outbox_app
from edge.commissioning.cli import app as device
from edge.contract.site import BadSite, load_site
from edge.evidence.cli import app as evidence
from edge.version_option import Version

app = typer.Typer(pretty_exceptions_enable=False)
app.add_typer(device, name="device")
app.add_typer(bench, name="bench")
app.add_typer(outbox_app, name="outbox")
app.add_typer(evidence, name="evidence")

BAD_CONFIGURATION = 2
NO_DEVICE = 3
NO_OUTBOX = 4
START_AGAIN = 75
"""The agent ended to be started again: whatever supervises it does so."""


@app.callback()
def root(_version: Version = False) -> None:
    """The agent of a Shelflight station: one Raspberry Pi, one bay, dock or pack station."""


@app.command()
def run(
    station: Annotated[str, typer.Option(help="Its name, as its file is called; else what device adopt made it.")] = "",
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    data: Annotated[Path, typer.Option(help="Where the outbox is kept.")] = Path("/var/lib/shelflight"),
    simulate: Annotated[bool, typer.Option(help="On simulated metal, with hands to move it.")] = False,
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
    broker: Annotated[str, typer.Option(help="HOST:PORT instead of the site's broker.")] = "",
) -> None:
    """Run a station until it is told to stop.

    Exit codes: 0 stopped, 2 the configuration is wrong, 3 the GPIO header cannot be used, 4 the outbox cannot be
    used or another agent uses it, 75 start it again (a command asked for it).
    """
    from edge.alone import AlreadyRunning
    from edge.identity import BadAdoption, adopted
    from edge.main import run_station
    from edge.outbox import OutboxDamaged
    from firmware.errors import DeviceMissing

    try:
        loaded = load_site(site)
        made = None if station else adopted(data)
        if not station and made is None:
            raise BadSite("Expected --station, or a board that was made one: shelflight-edge device adopt.")
        chosen = loaded.station(station if made is None else made.station)
        where = broker_of(broker, loaded.file.broker)
    except (BadSite, BadAdoption) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    try:
        sockets = hands if simulate else None
        again = run_station(loaded, chosen, broker=where, data=data, hands=sockets, simulate=simulate)
    except (BadSite, BadAdoption) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    except (AlreadyRunning, OutboxDamaged, ValueError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(NO_OUTBOX) from None
    except DeviceMissing as error:
        print(error, file=sys.stderr)
        raise typer.Exit(NO_DEVICE) from None
    except PermissionError as error:
        print(f"Expected to write in {data} and, simulated, in {hands}; got: {error}.", file=sys.stderr)
        raise typer.Exit(NO_OUTBOX) from None
    except (FileExistsError, NotADirectoryError) as error:
        print(f"--data {data}, --hands {hands}: expected directories, got: {error}.", file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    if again:
        raise typer.Exit(START_AGAIN)


@app.command()
def hands(
    station: Annotated[str, typer.Option(help="The station's name.")],
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
) -> None:
    """Be the hands at a simulated station: press its buttons, load its scales, show it labels.

    Reads one act a line, from the terminal or a file, and tells what is seen as it changes; "help" lists the acts.

    Exit codes: 0 done, 1 an act of a file was refused or not understood, 2 no such station runs simulated there.
    """
    from edge.hands_client import HandsClient, NoHands
    from edge.hands_terminal import HandsTerminal

    try:
        with HandsClient(hands / f"{station}.sock") as acting, HandsClient(hands / f"{station}.sock") as watching:
            well = HandsTerminal(acting, watching, sys.stdin, print).run()
    except NoHands as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    raise typer.Exit(0 if well else 1)


def main() -> None:
    """The entry of the command."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    app()
