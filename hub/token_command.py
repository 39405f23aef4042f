"""``shelflight token``: who may ask over the network, told to a running hub."""

import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import typer

token_app = typer.Typer(help="Tokens of shops, for the interface at /v1.", no_args_is_help=True)
TIMEOUT_S = 60.0
FAILED = 1
BAD_INPUT = 2
HubUrl = Annotated[str, typer.Option("--hub", help="The hub's address.")]
Client = Annotated[str, typer.Option(help="The client's key, as site.toml has it; needed where there are several.")]
HERE = "http://127.0.0.1:8080"


@token_app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose it is, such as the shop's name.")],
    scopes: Annotated[
        str, typer.Option(help="Out of orders:write, orders:read, stock:read, separated by spaces; none: all.")
    ] = "",
    client: Client = "",
    hub_url: HubUrl = HERE,
) -> None:
    """Make a token and print it, once: the hub keeps only its hash.

    Exit codes: 0 made, 1 there is no hub, 2 there is no such scope or client.
    """
    wanted = {"name": name, "scopes": scopes, "client": client, "actor": getpass.getuser()}
    made = ask_hub(hub_url, "POST", "/api/tokens", wanted)
    print(
        f"Token {made['id']} of {made['name']} ({', '.join(made['scopes'])}); it is shown this once:", file=sys.stderr
    )
    print(made["token"])


@token_app.command("list")
def listed(hub_url: HubUrl = HERE) -> None:
    """Print every token's id, whose it is, its scopes, and since when. Exit codes: 0, or 1: there is no hub."""
    for token in ask_hub(hub_url, "GET", "/api/tokens"):
        gone = f", revoked {day_of(token['revoked_us'])}" if token["revoked_us"] else ""
        since = day_of(token["created_us"])
        print(f"{token['token']}  {token['name']}  {token['client']}  {token['scopes']}  since {since}{gone}")


@token_app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="The token's id, as `list` prints it.")], hub_url: HubUrl = HERE
) -> None:
    """Let a token open nothing any more. Exit codes: 0 revoked, 1 there is no hub, 2 there is no such token."""
    ask_hub(hub_url, "POST", f"/api/tokens/{token}/revoke", {"actor": getpass.getuser()})
    print(f"Token {token} is revoked.")


def ask_hub(hub_url: str, method: str, path: str, body: object = None) -> Any:
    """What a hub answers; what it refuses is said. Raises: typer.Exit."""
    hub_url = hub_url if "://" in hub_url else f"http://{hub_url}"
    try:
        answer = httpx.request(method, hub_url + path, json=body, timeout=TIMEOUT_S)
        told = answer.json() if answer.content else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        print(f"Expected a hub at {hub_url}, got: {error}. Start it, or give its address with --hub.", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    if not answer.is_success:
        print(told.get("detail", answer.text) if isinstance(told, dict) else answer.text, file=sys.stderr)
        raise typer.Exit(BAD_INPUT if answer.status_code in (404, 422) else FAILED)
    return told


def day_of(time_us: int) -> str:
    """The day of a time, in UTC."""
    return datetime.fromtimestamp(time_us / 1e6, UTC).strftime("%Y-%m-%d")
