"""``shelflight-edge device identify``: which station is this, and what is plugged in."""

import secrets
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer


def identify(
    station: Annotated[str, typer.Option(help="The station's name, as its file is called.")],
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    data: Annotated[Path, typer.Option(help="Where the agent keeps its outbox.")] = Path("/var/lib/shelflight"),
    simulate: Annotated[bool, typer.Option(help="On simulated metal, with hands to look at it.")] = False,
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
    seconds: Annotated[float, typer.Option(help="How long it blinks.", min=1, max=60)] = 10,
) -> None:
    """Blink this station's beacon, or all its bins, and say which station, board and devices these are.

    Here, without agent and hub; while the agent runs, "Blink it, so that I find it" on the hub's map leads to a bin.

    Exit codes: 0 it blinked, 2 the configuration is wrong, 3 the GPIO header cannot be used, 4 the station's agent is
    running and has the devices.
    """
    from edge.commissioning.identifying import blink, identity_lines
    from edge.commissioning.session import BAD_CONFIGURATION, opened
    from edge.commissioning.trial import Trial
    from edge.identity import board_id

    ended = threading.Event()
    with opened(site, station, data, hands if simulate else None, ended) as bench:
        try:
            board = board_id(data, lambda: secrets.token_hex(16))
        except OSError as error:
            print(f"--data {data}: expected a directory to write the board's number in, got: {error}", file=sys.stderr)
            raise typer.Exit(BAD_CONFIGURATION) from None
        for line in identity_lines(bench.station, board, simulated=simulate):
            print(line)
        bench.listen(Trial(bench.station).inputs())
        blink(bench.station, bench.devices, seconds, ended, print)
