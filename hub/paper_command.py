"""``shelflight paper-picks``: what the lights would say, on paper."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

BAD_CONFIGURATION = 2


def paper_picks(
    out: Annotated[Path, typer.Option(help="The PDF to write.")],
    data: Annotated[Path, typer.Option(help="Where the database is.")] = Path("/var/lib/shelflight"),
    cart: Annotated[str, typer.Option(help="Only this cart's list.")] = "",
) -> None:
    """Pick lists of the carts that are out, in walking order, for when lights or hub are down. Nothing is changed.

    What was taken is keyed in on the hub's page Picking, or by POST /api/paper-picks; twice keyed is booked once.

    Exit codes: 0 written, 2 there is no database, it cannot be read or is of another version, there is no such cart
    out, or the file cannot be written.
    """
    from hub.documents.pick_sheets import pick_sheets
    from hub.storage import paper
    from hub.storage.database import BadDatabase, read_existing
    from hub.storage.setup import site_name

    try:
        with read_existing(data / "hub.db") as connection:
            carts = paper.carts_out(connection)
            site = site_name(connection)
        if cart:
            known = ", ".join(one.cart for one in carts) or "none"
            carts = [one for one in carts if one.cart == cart]
            if not carts:
                raise BadDatabase(f"--cart: expected a cart that is out ({known}), got '{cart}'.")
        printed = f"{datetime.fromtimestamp(time.time(), UTC):%Y-%m-%d %H:%M} UTC"
        out.write_bytes(pick_sheets(carts, site=site, printed=printed))
    except (FileNotFoundError, BadDatabase) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    except OSError as error:
        print(f"--out {out}: expected a file that can be written, got: {error}.", file=sys.stderr)
        raise typer.Exit(BAD_CONFIGURATION) from None
    print(f"{out}: {len(carts)} carts, {sum(len(one.picks) for one in carts)} picks")
