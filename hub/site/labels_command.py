"""``shelflight site labels``: the labels to stick on a station and its bins."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from edge.contract.site import BadSite, Station, load_site
from hub.site.zones import zone_labels

BAD_CONFIGURATION = 2
SUFFIXES = (".zpl", ".pdf")


def labels(
    station: Annotated[str, typer.Option(help="Whose labels, as its file is called.")],
    site: Annotated[Path, typer.Option(help="The site's directory.")] = Path("/etc/shelflight/site"),
    bins: Annotated[
        str, typer.Option(help="Only these bins, by name or number: 03,17. Else all and the station.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="A .zpl or .pdf file to write; else ZPL to the terminal.")] = None,
) -> None:
    """Labels of a bay's bins, 70 x 37 mm: name and Code 128, with one for the station itself in front.

    Of an induct station, those of the zones whose pickers sign on there as well.

    A .pdf is for A4 sheets of 24 labels. ZPL goes to a label printer: shelflight-edge device print FILE at a station
    that has one.

    Exit codes: 0 done, 2 the configuration or an option is wrong.
    """
    try:
        whole = load_site(site)
        chosen = whole.station(station)
        wanted = [*_wanted(chosen, bins), *(() if bins else zone_labels(whole, chosen))]
        if out is not None and out.suffix not in SUFFIXES:
            raise BadSite(f"--out {out}: expected a file that ends with {' or '.join(SUFFIXES)}.")
        made = _made(wanted, chosen, pdf=out is not None and out.suffix == ".pdf")
        if out is None:
            sys.stdout.buffer.write(made)
            return
        out.write_bytes(made)
    except (BadSite, ValueError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    except OSError as error:
        print(f"--out {out}: expected a file that can be written, got: {error}.", file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    print(f"{out}: {len(wanted)} labels")


def _made(names: list[str], station: Station, *, pdf: bool) -> bytes:
    from hub.domain.code_128 import code_128
    from hub.domain.labels import stick_on_label
    from hub.domain.sheet import StickOn, sheets
    from hub.domain.zones import LABEL

    for name in names:
        code_128(name)  # ValueError, before anything is written
    places = {b.name: f"level {b.level}, column {b.column}" for b in station.bins}
    small = {name: places.get(name, f"{station.kind} station") for name in names}
    small |= {name: "zone" for name in names if name.startswith(LABEL) and name != station.name}
    if pdf:
        return sheets([StickOn(name, small[name]) for name in names])
    return "".join(stick_on_label(name, small[name]) for name in names).encode()


def _wanted(station: Station, bins: str) -> list[str]:
    """The texts of the labels. Raises: BadSite, there is no such bin."""
    there = [bin_.name for bin_ in station.bins]
    if not bins:
        return [station.name, *there]
    wanted = []
    for word in bins.split(","):
        found = [name for name in there if word.strip() in (name, name.rpartition("/")[2].lstrip("0"))]
        found = found or [name for name in there if name.rpartition("/")[2] == word.strip()]
        if not found:
            raise BadSite(
                f"--bins: expected bins of {station.name} ({', '.join(there[:3])}, ...), got '{word.strip()}'."
            )
        wanted += found
    return wanted
