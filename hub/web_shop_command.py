"""``shelflight shop``: which web shops may send signed orders, told to a running hub."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.token_command import BAD_INPUT, HERE, Client, HubUrl, ask_hub, day_of

shop_app = typer.Typer(help="Web shops that send their orders by signed webhooks.", no_args_is_help=True)
SECRET_BYTES_MAX = 512
OTHERS = 0o077
"""The rights of everybody but the owner."""


@shop_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is called here.")],
    kind: Annotated[str, typer.Option(help="shopify or woocommerce.")],
    source: Annotated[str, typer.Option(help="What it calls itself: NAME.myshopify.com, or its address.")],
    secret_file: Annotated[Path, typer.Option(help="File with the secret that it signs with; only yours to read.")],
    client: Client = "",
    hub_url: HubUrl = HERE,
) -> None:
    """Believe a shop's signatures. To replace a secret, add the shop with the new one, then revoke the old.

    Exit codes: 0 added, 1 there is no hub, 2 the secret cannot be read or there is no such kind.
    """
    body = {"name": name, "kind": kind, "source": source, "secret": _secret(secret_file)}
    body |= {"client": client, "actor": getpass.getuser()}
    made = ask_hub(hub_url, "POST", "/api/web-shops", body)
    print(f"Web shop {made['id']}: {made['name']}, {made['kind']} at {made['source']}.")


@shop_app.command("list")
def listed(hub_url: HubUrl = HERE) -> None:
    """Print every web shop's id, name, kind, address and client. Exit codes: 0, or 1: there is no hub."""
    for shop in ask_hub(hub_url, "GET", "/api/web-shops"):
        gone = f", revoked {day_of(shop['revoked_us'])}" if shop["revoked_us"] else ""
        since = day_of(shop["created_us"])
        print(
            f"{shop['shop']}  {shop['name']}  {shop['kind']}  {shop['source']}  {shop['client']}  since {since}{gone}"
        )


@shop_app.command("revoke")
def revoke(
    shop: Annotated[str, typer.Argument(help="The shop's id, as `list` prints it.")], hub_url: HubUrl = HERE
) -> None:
    """Believe a shop's signatures no more. Exit codes: 0 revoked, 1 there is no hub, 2 there is no such shop."""
    ask_hub(hub_url, "POST", f"/api/web-shops/{shop}/revoke", {"actor": getpass.getuser()})
    print(f"Web shop {shop} is revoked.")


def _secret(file: Path) -> str:
    """The secret in a file that only its owner may read. Raises: typer.Exit."""
    try:
        mode = file.stat().st_mode
        secret = file.read_bytes()[: SECRET_BYTES_MAX + 1].decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        print(f"{file}: expected a file with a secret, got: {error}.", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    if mode & OTHERS:
        print(f"{file}: expected a file that only you can read, got mode {mode & 0o777:o}: chmod 600.", file=sys.stderr)
        raise typer.Exit(BAD_INPUT)
    return secret
