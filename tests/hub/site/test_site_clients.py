"""A site's files with several clients: whose each row is, what is refused, and what a database takes over."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from edge.contract.site import BadSite, load_site
from hub.demo.site_maker import write_site
from hub.hub import Hub
from hub.site.catalogue import Catalogue, load_catalogue
from hub.storage import clients
from hub.storage.floor import contents
from hub.storage.setup import skus
from tests.hub.built_hub import build_hub
from tests.hub.demo_site import a_day, sale, site_of
from tests.hub.two_clients import ALPHA, BETA, two_clients

SHARED, ONLY_BETA = "10", "11"


def files() -> dict[str, str]:
    return two_clients(dict(site_of(a_day(sale("A", "10", 3), sale("A", "11", 4)).orders)), only_beta=ONLY_BETA)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write_site(tmp_path / "site", files())
    return tmp_path / "site"


def change(site: Path, name: str, old: str, new: str) -> None:
    text = (site / name).read_text("utf-8")
    assert old in text
    (site / name).write_text(text.replace(old, new, 1), "utf-8")


def fault(site: Path) -> str:
    with pytest.raises(BadSite) as told:
        load_catalogue(site)
    return str(told.value)


def test_clients_may_have_items_of_one_code_and_one_gtin(site: Path) -> None:
    catalogue: Catalogue = load_catalogue(site)
    assert list(catalogue.items) == [SHARED, f"{BETA}:{SHARED}", f"{BETA}:{ONLY_BETA}"]
    assert catalogue.items[SHARED].gtin == catalogue.items[f"{BETA}:{SHARED}"].gtin
    assert list(catalogue.of("").items) == [SHARED]
    assert list(catalogue.of(BETA).items) == [SHARED, ONLY_BETA]


def test_the_first_client_may_be_named_too(site: Path) -> None:
    text = (site / "bins.csv").read_text("utf-8")
    (site / "bins.csv").write_text(text.replace("10,0,\n", f"10,0,{ALPHA}\n"), "utf-8")
    assert [stock.key for stock in load_catalogue(site).bins if stock.sku == SHARED] == [SHARED, f"{BETA}:{SHARED}"]


def test_what_is_wrong_with_clients_is_said(site: Path) -> None:
    change(site, "bins.csv", f",{BETA}\n", ",gamma\n")
    assert "bins.csv, line 2: client: expected one of alpha, beta, got 'gamma'" in fault(site)
    write_site(site, files())
    change(site, "items.csv", "11,GOODS 11", "10,GOODS 11")
    assert "line 4: sku: expected each SKU once, got '10' again" in fault(site)
    write_site(site, files())
    change(site, "bins.csv", "bay-01/02,10,0,\n", "bay-01/02,11,0,\n")
    assert "bin bay-01/02: sku: expected an SKU of items.csv, got '11'" in fault(site)
    (site / "substitutes.csv").write_text(f"sku,substitute,client\n10,11,{BETA}\n10,11,\n", "utf-8")
    assert "substitute: expected an SKU of items.csv, got '11'" in fault(site), "the first client has none"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("clients = [", 'client = "demo"\nclients = [', "expected either the key client or [[clients]]"),
        ('{ key = "alpha", name = "Alpha" }, { key = "beta", name = "Beta Ltd" }', "", "got neither"),
        ('key = "beta"', 'key = "alpha"', "clients: key: expected each once, got 'alpha' again"),
        ('name = "Beta Ltd"', 'name = "Alpha"', "clients: name: expected each once, got 'Alpha' again"),
        ('key = "beta"', 'key = "B:1"', "expected at most 20 small letters, digits and -"),
    ],
)
def test_a_wrong_list_of_clients_is_said(site: Path, old: str, new: str, words: str) -> None:
    change(site, "site.toml", old, new)
    with pytest.raises(BadSite) as told:
        load_site(site)
    assert words in str(told.value)


@pytest.fixture
def built(tmp_path: Path) -> Iterator[partial[Hub]]:
    hubs: list[Hub] = []

    def build(site: Path) -> Hub:
        for hub in hubs:
            hub.close()
        hubs.append(build_hub(tmp_path, site=site))
        return hubs[-1]

    yield partial(build)
    for hub in hubs:
        hub.close()


def test_a_site_of_one_client_takes_another_in_and_renames_its_own(tmp_path: Path, built: partial[Hub]) -> None:
    one = tmp_path / "one"
    write_site(one, dict(site_of(a_day(sale("A", "10", 3)).orders)))
    hub = built(one)
    assert [(client.key, client.name) for client in hub.clients] == [("demo", "demo")]
    two = tmp_path / "two"
    write_site(two, files())
    hub = built(two)
    assert [(client.id, client.key, client.name) for client in hub.clients] == [
        (hub.client_id, ALPHA, "Alpha"),
        (hub.client_id + 1, BETA, "Beta Ltd"),
    ]
    with hub.engine.begin() as connection:
        known = clients.listed(connection)
        assert [sorted(skus(connection, client.id)) for client in known] == [[SHARED], [SHARED, ONLY_BETA]]


def test_a_station_can_tell_items_of_one_code_apart(site: Path, built: partial[Hub]) -> None:
    hub = built(site)
    with hub.engine.begin() as connection:
        shown = {content.bin: content.sku for content in contents(connection, "bay-01")}
    assert shown == {
        "bay-01/01": f"{BETA}:{ONLY_BETA}",
        "bay-01/02": SHARED,
        "bay-01/04": f"{BETA}:{ONLY_BETA}",
        "bay-01/05": f"{BETA}:{SHARED}",
    }
