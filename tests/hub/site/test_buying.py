"""How SKUs are bought and suppliers are ordered from, as a site's files say it; who says nothing works as ever."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.contract.site import load_site
from hub.site.catalogue import load_catalogue
from hub.site.check import check_site
from hub.site.golive import policy_of
from hub.storage import buying
from hub.storage.buying import SkuTerms
from tests.hub.built_hub import SKUS, build_hub, small_site
from tests.hub.site.test_catalogue import fault


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def change(site: Path, sku: str, **columns: str) -> None:
    """Write cells of an SKU's row; a column that was not there is made."""
    rows = list(csv.DictReader(io.StringIO((site / "items.csv").read_text("utf-8"))))
    for row in rows:
        for column, value in columns.items():
            row[column] = value if row["sku"] == sku else row.get(column, "")
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (site / "items.csv").write_text(text.getvalue(), "utf-8")


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def terms(tmp_path: Path, sku: str) -> SkuTerms:
    """As the database has them after a start."""
    hub = build_hub(tmp_path)
    try:
        with hub.engine.begin() as connection:
            known = buying.sku_terms(connection)
            [row] = connection.exec_driver_sql(f"SELECT id FROM sku WHERE code = '{sku}'").all()
            return known.get(row.id, SkuTerms())
    finally:
        hub.close()


def test_a_site_without_these_columns_buys_one_by_one_at_its_own_reorder_points(tmp_path: Path, site: Path) -> None:
    assert terms(tmp_path, SKUS[0]) == SkuTerms()
    item = load_catalogue(site).items[SKUS[0]]
    assert item.reorder_point_units is not None


def test_the_columns_are_taken_over_and_changed_at_a_later_start(tmp_path: Path, site: Path) -> None:
    wanted = {"pack_units": "6", "order_units_min": "12", "price_breaks": "24:90 144:80", "service_class": "A"}
    change(site, SKUS[0], **wanted, shelf_life_days="30", stop_sell="", reorder_point_units="", reorder_units="")
    assert terms(tmp_path, SKUS[0]) == SkuTerms(
        fixed=False,
        pack_units=6,
        order_units_min=12,
        price_breaks="24:90 144:80",
        service_class="A",
        shelf_life_days=30,
        stop_sell=False,
    )
    change(site, SKUS[0], stop_sell="1", reorder_point_units="4", reorder_units="8")
    after = terms(tmp_path, SKUS[0])
    assert (after.stop_sell, after.fixed, after.pack_units) == (True, True, 6)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("pack_units", "0", "line 2: pack_units: expected a whole number of 1 to 1000000, got '0'"),
        ("price_breaks", "24", "line 2: price_breaks: expected pairs of units and the cost of one"),
        ("price_breaks", "24:90 12:80", "line 2: price_breaks: expected units that rise from 2 on, got '24:90 12:80'"),
        ("price_breaks", "1:90", "line 2: price_breaks: expected units that rise from 2 on, got '1:90'"),
        ("service_class", "D", "line 2: service_class: expected one of"),
        ("shelf_life_days", "0", "line 2: shelf_life_days: expected a whole number of 1 to 36500, got '0'"),
        ("stop_sell", "2", "line 2: stop_sell: expected a whole number of 0 to 1, got '2'"),
        ("drop_ship", "sometimes", "line 2: drop_ship: expected one of"),
        (
            "drop_ship",
            "always",
            "line 2: drop_ship: expected no reorder_point_units and reorder_units where it is always",
        ),
        ("reorder_units", "", "line 2: reorder_units: expected it with reorder_point_units or not at all"),
    ],
)
def test_a_cell_that_makes_no_sense_is_told(site: Path, column: str, value: str, told: str) -> None:
    first = (site / "items.csv").read_text("utf-8").split("\n")[1].split(",")[0]
    change(site, first, **{column: value})
    assert told in fault(site)


def test_an_item_may_be_sent_by_its_supplier(tmp_path: Path, site: Path) -> None:
    change(site, SKUS[0], drop_ship="always", reorder_point_units="", reorder_units="")
    assert terms(tmp_path, SKUS[0]).drop_ship == "always"
    change(site, SKUS[0], drop_ship="when_out")
    assert terms(tmp_path, SKUS[0]).drop_ship == "when_out"
    change(site, SKUS[0], stop_sell="1")
    told = "drop_ship: expected never, for stop_sell says that it is ordered no more, got 'when_out'."
    assert told in fault(site)
    change(site, SKUS[0], stop_sell="", supplier="Nobody")
    assert "supplier: expected one of suppliers.toml" in fault(site)


def test_an_item_that_its_supplier_always_sends_needs_no_bin_and_no_reorder_point(site: Path) -> None:
    change(site, SKUS[0], drop_ship="always", reorder_point_units="", reorder_units="")
    edit(site / "bins.csv", lambda t: "\n".join(row for row in t.split("\n") if f",{SKUS[0]}," not in row))
    edit(site / "site.toml", lambda t: t.replace('restock = "forecast"', 'restock = "fixed"'))
    assert not [finding.text for finding in check_site(site) if f"SKU {SKUS[0]}:" in finding.text]


def test_a_supplier_may_have_a_minimum_and_a_way_to_be_told(tmp_path: Path, site: Path) -> None:
    more = 'cutoff = "16:00"\norder_value_min_minor = 5000\nemail = "orders@corner.example"\n'
    edit(site / "suppliers.toml", lambda t: t.replace('cutoff = "16:00"\n', more))
    hub = build_hub(tmp_path)
    try:
        with hub.engine.begin() as connection:
            [corner] = [s for s in buying.suppliers(connection).values() if s.name == "Corner Wholesale"]
    finally:
        hub.close()
    assert (corner.terms.order_value_min_minor, corner.terms.email) == (5_000, "orders@corner.example")
    edit(site / "suppliers.toml", lambda t: t.replace("orders@corner.example", "nobody"))
    assert "email: expected an e-mail address, as orders@example.com, got 'nobody'" in fault(site)


def test_the_sites_file_says_what_restocks_it_and_whose_yes_it_takes(site: Path) -> None:
    policy = policy_of(load_site(site), load_catalogue(site))
    assert (policy.restock, policy.review_days, policy.approval_minor) == ("forecast", 7, 0)
    assert policy.service_percent == (("A", 98), ("B", 95), ("C", 90))
    edit(
        site / "site.toml",
        lambda t: t.replace('restock = "forecast"', 'restock = "croston"').replace(
            "restock_approval_minor = 0", "restock_approval_minor = 100"
        ),
    )
    policy = policy_of(load_site(site), load_catalogue(site))
    assert (policy.restock, policy.approval_minor) == ("croston", 100)


def test_an_sku_without_a_reorder_point_where_only_those_count_is_warned_of(site: Path) -> None:
    change(site, SKUS[0], reorder_point_units="", reorder_units="")
    assert not [finding for finding in check_site(site) if "reorder point" in finding.text]
    edit(site / "site.toml", lambda t: t.replace('restock = "forecast"', 'restock = "fixed"'))
    [found] = [finding for finding in check_site(site) if "reorder point" in finding.text]
    assert found.level == "warning"
    assert found.text.startswith(f"SKU {SKUS[0]}: it has no reorder point, and restock of site.toml is fixed")
