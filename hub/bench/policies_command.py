"""``shelflight bench policies``: a replay's days ordered for by our forecast, by Croston's, and by a minimum and a
maximum."""

import sys
from pathlib import Path
from typing import Annotated

import typer

BAD_INPUT = 2


def policies(
    orders: Annotated[Path, typer.Option(help="CSV of order lines, plain or .gz.")],
    days: Annotated[int, typer.Option(help="Only the first so many trading days; 0: all.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the site and of late deliveries, as a replay's.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Fill rate against average stock of three ways of ordering, on the orders and the site of a replay.

    Stock alone: purchase orders, lead times, receipts and backorders, no picking. The site is the one that
    `shelflight replay` makes with the same seed.

    Exit codes: 0 measured, 2 a file is wrong, or the figures cannot be written.
    """
    import json
    from zoneinfo import ZoneInfo

    from hub.order_import import BadOrderFile, read_orders
    from hub.replay.policies import compared
    from hub.replay.site import TIMEZONE

    try:
        if json_file is not None:
            json_file.open("ab").close()  # a long run must not fail at its end for want of a directory
        parsed = read_orders(orders, ZoneInfo(TIMEZONE))
        if not parsed.orders:
            raise BadOrderFile(f"{orders}: expected at least one sale line, found none.")
    except (BadOrderFile, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    found = compared(
        parsed.orders, days=days, seed=seed, progress=lambda way, level: print(f"{way} at {level}", file=sys.stderr)
    )
    text = json.dumps(found, indent=2)
    print(text)
    if json_file is not None:
        json_file.write_text(text + "\n", "utf-8")
