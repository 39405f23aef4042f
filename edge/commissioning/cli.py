"""``shelflight-edge device``: a station's devices without agent and hub."""

import random
import secrets
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from edge.contract.site import BadSite, load_site

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)

SOMETHING_MISSING = 1
BAD_CONFIGURATION = 2
NO_DEVICE = 3
IN_USE = 4


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
    from edge.alone import AlreadyRunning, alone
    from edge.commissioning.trying import Trying
    from edge.ending import on_end
    from edge.hands import HandsServer
    from edge.main import monotonic_us
    from edge.metal import MetalDevices
    from edge.simulated import SimulatedDevices
    from firmware.errors import DeviceMissing

    try:
        chosen = load_site(site).station(station)
    except BadSite as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    ended = threading.Event()
    on_end(ended.set)
    if seconds:
        clock = threading.Timer(seconds, ended.set)
        clock.daemon = True
        clock.start()
    twins = SimulatedDevices(chosen, monotonic_us, random.Random(secrets.randbits(64))) if simulate else None
    devices = twins or MetalDevices(chosen, monotonic_us)
    server: HandsServer | None = None
    try:
        with alone(data / f"{station}.lock", f"an agent of {station}", "End it first: it has the devices."):
            trying = Trying(chosen, devices, print, ended, prints=label)
            trying.start()
            if twins is not None:
                server = HandsServer(hands / f"{station}.sock", twins)
            missing = trying.run()
    except AlreadyRunning as error:
        print(error, file=sys.stderr)
        raise typer.Exit(IN_USE) from None
    except DeviceMissing as error:
        print(error, file=sys.stderr)
        raise typer.Exit(NO_DEVICE) from None
    finally:
        if server is not None:
            server.close()
        devices.close()
    for line in missing:
        print(f"missing: {line}")
    print("everything was heard and works" if not missing else f"{station}: {len(missing)} to mend or to try again")
    raise typer.Exit(SOMETHING_MISSING if missing else 0)
