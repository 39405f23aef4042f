"""``shelflight restock``: what the restocking of a running hub is told."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.token_command import Client

restock_app = typer.Typer(help="Restocking.", no_args_is_help=True)
FAILED = 1
BAD_INPUT = 2


@restock_app.command("import")
def import_demand(
    file: Annotated[Path, typer.Argument(help="CSV (or .gz) of order lines of before go-live.")],
    hub_url: Annotated[str, typer.Option("--hub", help="The hub's address.")] = "http://127.0.0.1:8080",
    client: Client = "",
) -> None:
    """Give a hub the demand of before its first order, in the columns of an order file; again replaces.

    Exit codes: 0 taken, 1 there is no hub, 2 the file cannot be read.
    """
    from hub.bench.order_lines import BadHistory
    from hub.demand_import import send_history

    try:
        failed = send_history(file, hub_url, client)
    except BadHistory as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    if failed:
        raise typer.Exit(FAILED)
