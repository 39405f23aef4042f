"""``shelflight token``: made, listed and revoked at a running hub."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from hub.token_command import token_app
from tests.hub.api_floor import ApiFloor


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with ApiFloor(tmp_path) as floor, floor.served() as url:
        yield url


def may_ask(url: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/v1/availability", params={"sku": "10"}, headers=headers).status_code


def test_a_token_is_made_works_is_listed_and_is_revoked(url: str) -> None:
    run = CliRunner()
    made = run.invoke(token_app, ["create", "webshop", "--scopes", "stock:read", "--hub", url])
    assert made.exit_code == 0, made.output
    token = made.stdout.strip()
    assert token.startswith("sf_")
    assert may_ask(url, token) == 200
    listed = run.invoke(token_app, ["list", "--hub", url.removeprefix("http://")]).stdout
    assert "webshop" in listed and "stock:read" in listed and token not in listed
    public = listed.split()[0]
    assert run.invoke(token_app, ["revoke", public, "--hub", url]).exit_code == 0
    assert may_ask(url, token) == 401
    assert "revoked 2011-03-01" in run.invoke(token_app, ["list", "--hub", url]).stdout
    again = run.invoke(token_app, ["revoke", public, "--hub", url])
    assert (again.exit_code, "Expected the id of a token that is not revoked" in again.stderr) == (2, True)


def test_a_scope_that_is_none_and_a_hub_that_is_not_there_are_told(url: str) -> None:
    run = CliRunner()
    refused = run.invoke(token_app, ["create", "webshop", "--scopes", "all", "--hub", url])
    assert (refused.exit_code, "Expected scopes out of" in refused.stderr) == (2, True)
    nowhere = run.invoke(token_app, ["list", "--hub", "127.0.0.1:1"])
    assert (nowhere.exit_code, "Start it, or give its address with --hub." in nowhere.stderr) == (1, True)
