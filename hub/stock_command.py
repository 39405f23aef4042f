"""``shelflight stock``: what lies in the bins, told to a running hub."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from hub.token_command import HERE, HubUrl

stock_app = typer.Typer(help="Stock.", no_args_is_help=True)
TIMEOUT_S = 60.0
FAILED = 1
BAD_FILE = 2


@stock_app.callback()
def stock() -> None:
    """Stock."""


@stock_app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="CSV with the columns bin,sku,units.")],
    hub_url: HubUrl = HERE,
    count: Annotated[bool, typer.Option("--count", help="Hold each bin until it was counted by light.")] = False,
) -> None:
    """Set the book of bins to what a file says: all of them or, if a row is refused, none.

    Exit codes: 0 loaded, 1 a row was refused (each is named) or there is no hub, 2 the file cannot be read.
    """
    url = hub_url if "://" in hub_url else f"http://{hub_url}"
    try:
        body = file.read_bytes()
    except OSError as error:
        print(f"{file}: expected a file of stock, got: {error.strerror}.", file=sys.stderr)
        raise typer.Exit(BAD_FILE) from None
    try:
        params: dict[str, str | bool] = {"actor": getpass.getuser(), "count": count}
        answer = httpx.post(f"{url}/api/stock/load", params=params, content=body, timeout=TIMEOUT_S)
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        print(f"Expected a hub at {url}, got: {error}. Start it, or give its address with --hub.", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    if not answer.is_success:
        for row in told.get("refused", ()):
            where = f"{file}, line {row['line']}: {row['field'] or 'the row'}"
            print(f"{where}: expected {row['expected']}, got '{row['got']}'", file=sys.stderr)
        print(told.get("detail", answer.text), file=sys.stderr)
        raise typer.Exit(FAILED if "refused" in told else BAD_FILE)
    follows = f" {told['to_count']} wait for their count by light." if count else ""
    print(f"{told['bins']} bins loaded, {told['change']:+} units.{follows}")
