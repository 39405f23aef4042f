"""``shelflight orders import``: a file of orders, sent to a running hub."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.token_command import Client

FAILED = 1
BAD_FILE = 2


def import_orders(
    file: Annotated[Path, typer.Argument(help="CSV of order lines, or (.jsonl) an order as JSON a line.")],
    hub_url: Annotated[str, typer.Option("--hub", help="The hub's address.")] = "http://127.0.0.1:8080",
    report: Annotated[Path | None, typer.Option(help="Write what became of the file to this JSON file.")] = None,
    valid_only: Annotated[
        bool, typer.Option("--valid-only", help="Leave out orders that have a refused line, take the others.")
    ] = False,
    one_by_one: Annotated[
        bool, typer.Option("--one-by-one", help="Send each valid order of a CSV file by itself, however long it is.")
    ] = False,
    client: Client = "",
) -> None:
    """Send the orders of a file to a running hub: all of them or, if a line is refused, none.

    The same file again changes nothing. A file has at most 2,000 order lines and 4 MiB, unless it is sent one by one.

    Exit codes: 0 all were taken, 1 something was not (each line is named) or there is no hub, 2 the file cannot be
    read.
    """
    from hub.order_import import BadOrderFile, NoHub, send_one_by_one, send_whole, whole_summary

    try:
        if one_by_one:
            if send_one_by_one(file, hub_url, client=client):
                raise typer.Exit(FAILED)
            return
        told = send_whole(file, hub_url, valid_only=valid_only, client=client)
        if report is not None:
            report.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    except (BadOrderFile, NoHub, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED if isinstance(error, NoHub) else BAD_FILE) from None
    for line in told["refused"]:
        order = f"order {line['order']}, " if line["order"] else ""
        where = f"{file}, line {line['line']}: {order}{line['field'] or 'the line'}"
        print(f"{where}: expected {line['expected']}, got '{line['got']}'", file=sys.stderr)
    print(whole_summary(told))
    if told["refused_lines"] or "detail" in told:
        raise typer.Exit(FAILED)
