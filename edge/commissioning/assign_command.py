"""``shelflight-edge device assign``: which bin's label is stuck at which position of a bay."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from msgspec import json, structs

from edge.commissioning.assigning import Assigning, BadProgress, Progress, begun
from edge.commissioning.site_edit import CannotEdit, difference, read_text, renamed, replace_file, write_whole
from edge.contract.site import BadSite, Scanner, Station, load_site

NOT_DONE = 1
BAD_CONFIGURATION = 2


def assign(
    station: Annotated[str, typer.Option(help="The bay's name, as its file is called.")],
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    data: Annotated[Path, typer.Option(help="Where the agent keeps its outbox, and an interrupted walk.")] = Path(
        "/var/lib/shelflight"
    ),
    simulate: Annotated[bool, typer.Option(help="On simulated metal, with hands to move it.")] = False,
    hands: Annotated[Path, typer.Option(help="Directory of the hands' sockets.")] = Path("/run/shelflight"),
    scanner: Annotated[
        str, typer.Option(help="The port of a scanner plugged in for this: /dev/input/by-id/... or /dev/serial/...")
    ] = "",
    anew: Annotated[bool, typer.Option(help="Forget an interrupted walk and begin at the first position.")] = False,
    yes: Annotated[bool, typer.Option(help="Write without asking.")] = False,
) -> None:
    """Walk along a bay: each position lights up, its label is scanned; then the bay's file is written.

    Stopped, it goes on where it was. The file is changed only in the names of its bins, after its changes were shown; a
    copy of it as it was stays beside it.

    Exit codes: 0 written, or nothing to change; 1 not (stopped, refused, not agreed to), what was scanned is kept;
    2 the configuration or an option is wrong, 3 the GPIO header cannot be used, 4 the station's agent is running and
    has the devices.
    """
    from edge.commissioning.session import opened
    from edge.commissioning.walking import Walking
    from edge.main import monotonic_us

    ended = threading.Event()
    path = site / "stations" / f"{station}.toml"
    kept = data / f"{station}.assign.json"
    with opened(site, station, data, hands if simulate else None, ended, _with_scanner(scanner, simulate)) as bench:
        try:
            text = read_text(path)
            walk = Assigning(_progress(kept, bench.station, anew=anew), _elsewhere(site, station))
        except (BadSite, BadProgress) as error:
            print(error, file=sys.stderr)
            raise typer.Exit(BAD_CONFIGURATION) from None

        def keep() -> None:
            write_whole(kept, json.encode(walk.progress).decode())

        walking = Walking(bench.station, walk, bench.devices, say=_say, keep=keep, ended=ended, now_us=monotonic_us)
        bench.listen(walking.inputs())
        threading.Thread(target=walking.read, args=(sys.stdin,), name="typed", daemon=True).start()
        well = walking.run() == "done" and _write(path, text, walk, None if yes else walking)
    if not well:
        print(f"not written; what was scanned is kept in {kept}: the same command goes on there")
        raise typer.Exit(NOT_DONE)
    kept.unlink(missing_ok=True)


def _write(path: Path, text: str, walk: Assigning, asks: object) -> bool:
    """Show what changes, and write it if it is agreed to."""
    from edge.commissioning.walking import Walking

    try:
        after = renamed(path, text, walk.result())
        changes = difference(path, text, after)
        if not changes:
            _say("every label is where the file says: nothing to change")
            return True
        _say(changes)
        if isinstance(asks, Walking):
            _say(f"Write this to {path}? Type yes or no.")
            if asks.answer() not in ("yes", "y"):
                return False
        backup = replace_file(path, text, after, time.time_ns() // 1000)
    except (BadSite, CannotEdit, ValueError) as error:
        print(error, file=sys.stderr)
        return False
    except OSError as error:
        print(f"{path.parent}: expected a directory that can be written, got: {error}. Use sudo?", file=sys.stderr)
        return False
    _say(f"written: {path}; as it was: {backup}")
    _say("Copy this file to the hub's site directory and to the card image too, then start hub and station anew.")
    return True


def _with_scanner(port: str, simulate: bool) -> Callable[[Station], Station]:
    def adapt(station: Station) -> Station:
        if not station.is_bay:
            print(f"{station.name}: expected a bay, for only a bay has bins; it is a {station.kind} station.")
            raise typer.Exit(BAD_CONFIGURATION)
        if port:
            serial = "/serial/" in port or "/tty" in port
            return structs.replace(station, scanner=Scanner(port=port, kind="serial" if serial else "keyboard"))
        if simulate and station.scanner is None:
            return structs.replace(station, scanner=Scanner(port="simulated"))
        return station

    return adapt


def _progress(kept: Path, station: Station, *, anew: bool) -> Progress:
    """Where the walk stands. Raises: BadProgress."""
    planned = [bin_.name for bin_ in station.bins]
    before = kept.read_bytes() if kept.exists() and not anew else None
    progress = begun(before, station.name, planned)
    if progress.labels:
        _say(f"going on: {len(progress.labels)} of {len(planned)} positions were done before; --anew begins again")
    return progress


def _elsewhere(site: Path, station: str) -> dict[str, str]:
    others = load_site(site).stations.values()
    return {bin_.name: other.name for other in others if other.name != station for bin_ in other.bins}


def _say(words: str) -> None:
    print(words, flush=True)
