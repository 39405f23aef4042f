"""``shelflight shop``: made known with a secret from a file, listed without it, revoked."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from hub.api.webhooks import signature_of
from hub.web_shop_command import shop_app
from tests.hub.api_floor import ApiFloor

SECRET = "shpss_0123456789"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with ApiFloor(tmp_path) as floor, floor.served() as url:
        yield url


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n", "utf-8")
    file.chmod(0o600)
    return file


def add(url: str, secret: Path, kind: str = "shopify") -> list[str]:
    source = "https://kari.myshopify.com/"
    return ["add", "Kari", "--kind", kind, "--source", source, "--secret-file", str(secret), "--hub", url]


def sends(url: str) -> int:
    headers = {
        **{"X-Shopify-Shop-Domain": "kari.myshopify.com", "X-Shopify-Topic": "products/update"},
        "X-Shopify-Hmac-Sha256": signature_of(SECRET, b"{}"),
    }
    return httpx.post(f"{url}/v1/webhooks/shopify", content=b"{}", headers=headers).status_code


def test_a_shop_is_made_known_listed_and_revoked_and_its_secret_told_to_nobody(url: str, secret: Path) -> None:
    run = CliRunner()
    assert sends(url) == 401
    made = run.invoke(shop_app, add(url, secret))
    assert made.exit_code == 0, made.output
    assert sends(url) == 200
    listed = run.invoke(shop_app, ["list", "--hub", url]).stdout
    assert "Kari  shopify  kari.myshopify.com" in listed
    assert SECRET not in made.output + listed
    public = listed.split()[0]
    assert run.invoke(shop_app, ["revoke", public, "--hub", url]).exit_code == 0
    assert sends(url) == 401
    assert "revoked 2011-03-01" in run.invoke(shop_app, ["list", "--hub", url]).stdout


def test_a_secret_that_others_can_read_and_a_kind_that_is_none_are_refused(url: str, secret: Path) -> None:
    run = CliRunner()
    unknown = run.invoke(shop_app, add(url, secret, kind="ebay"))
    assert (unknown.exit_code, "kind: " in unknown.stderr) == (2, True)
    secret.chmod(0o644)
    refused = run.invoke(shop_app, add(url, secret))
    assert (
        refused.exit_code,
        "expected a file that only you can read, got mode 644: chmod 600." in refused.stderr,
    ) == (
        2,
        True,
    )
    gone = run.invoke(shop_app, add(url, secret.parent / "none"))
    assert (gone.exit_code, "expected a file with a secret" in gone.stderr) == (2, True)
