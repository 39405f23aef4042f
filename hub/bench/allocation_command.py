"""``shelflight bench allocation``: how fast orders are promised, beside the same rule in plain statements."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

BAD_INPUT = 2


def allocation(
    orders: Annotated[int, typer.Option(help="How many orders are taken.", min=50, max=1_000_000)] = 1_000,
    transfers: Annotated[int, typer.Option(help="Of the ledger whose stock is asked.", min=1_000)] = 100_000,
    database: Annotated[
        str, typer.Option(help="An empty database of PostgreSQL, as postgresql://HOST/NAME; it is filled and stays.")
    ] = "",
    work: Annotated[
        Path | None, typer.Option(help="Directory on the disk that is to be measured; a temporary one if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the orders drawn.", min=0)] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Take orders in at 1,000 bins, one commit each: through the hub's own code, and by plain statements.

    Orders have as many lines as those of the demo's trading day. ratio: the hub's lines a second over the plain rule's
    in the same run. With --database the same on PostgreSQL, and with 1, 2 and 4 processes at once.

    Exit codes: 0 measured, 2 the database is not empty or does not answer, or a file cannot be written.
    """
    from hub.bench.allocation import draw, measure
    from hub.demo.day import DEFAULT_ORDERS
    from hub.order_import import read_orders
    from hub.storage.postgres import check_empty, parse_url
    from hub.storage.versions import BadDatabase

    lengths = [len({line.sku for line in order.lines}) for order in read_orders(DEFAULT_ORDERS).orders]
    try:
        if json_file is not None:
            json_file.open("ab").close()
        url = parse_url(database) if database else None
        if url is not None:
            check_empty(url)
        with tempfile.TemporaryDirectory(dir=work) as directory:
            figures = measure(
                draw(lengths, orders, seed), Path(directory), url, transfers, lambda s: print(s, file=sys.stderr)
            )
    except (BadDatabase, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    text = json.dumps(figures, indent=2)
    print(text)
    if json_file is not None:
        json_file.write_text(text + "\n", "utf-8")
