"""The made site: what is known on the first morning, and nothing later, decides what lies where."""

from pathlib import Path
from zoneinfo import ZoneInfo

from edge.contract.site import load_site
from hub.demo.site_maker import read_templates, write_site
from hub.handlers.policy import RestockBy
from hub.replay.replay import TEMPLATES
from hub.replay.site import KNOWN_DAYS, NEW_UNITS, PICKERS, TIMEZONE, known_demands, replay_site
from hub.replay.walking import Walking
from hub.site.catalogue import load_catalogue
from tests.hub.demo_site import a_day, sale
from tests.hub.replay.played import some_weeks

ZONE = ZoneInfo(TIMEZONE)


def files(seed: int = 1, known_days: int = KNOWN_DAYS, restock: RestockBy = "forecast") -> dict[str, str]:
    return replay_site(
        some_weeks().orders,
        zone=ZONE,
        seed=seed,
        templates=read_templates(TEMPLATES),
        known_days=known_days,
        restock=restock,
    )


def test_the_same_orders_and_seed_make_the_same_site() -> None:
    assert files() == files()
    assert files() != files(seed=2)


def test_its_files_are_a_site_with_a_bin_for_each_sku_and_a_cart_for_each_picker(tmp_path: Path) -> None:
    write_site(tmp_path, files())
    site, catalogue = load_site(tmp_path), load_catalogue(tmp_path)
    assert {stock.sku for stock in catalogue.bins} == {"RED", "BLUE", "GREEN", "JAR"} == set(catalogue.items)
    assert len(catalogue.with_role("picker")) == len(PICKERS) == catalogue.totes.cart_count
    assert site.file.cart_totes * len(PICKERS) <= catalogue.totes.tote_count


def test_an_sku_that_sells_only_after_the_known_days_begins_with_a_few(tmp_path: Path) -> None:
    write_site(tmp_path, files(known_days=2, restock="fixed"))
    catalogue = load_catalogue(tmp_path)
    opening: dict[str, int] = {}
    for stock in catalogue.bins:
        opening[stock.sku] = opening.get(stock.sku, 0) + stock.units
    assert opening["JAR"] == NEW_UNITS
    assert catalogue.items["JAR"].reorder_point_units == NEW_UNITS // 4
    point = catalogue.items["RED"].reorder_point_units
    assert point is not None and opening["RED"] > point > 3


def test_only_by_fixed_reorder_points_the_items_name_them_and_the_stock_is_the_same() -> None:
    by_forecast, fixed = files(), files(restock="fixed")
    assert by_forecast["bins.csv"] == fixed["bins.csv"]
    assert by_forecast["items.csv"] != fixed["items.csv"]
    assert 'restock = "fixed"' in fixed["site.toml"]


def test_one_huge_line_does_not_say_what_an_sku_sells() -> None:
    orders = a_day(sale("A", "JAR", 74_215), sale("B", "JAR", 1), sale("C", "RED", 1)).orders
    known = {demand.sku: demand.units for demand in known_demands(orders, orders)}
    assert known == {"JAR": 601, "RED": 1}


def test_a_tour_is_counted_by_both_rules(tmp_path: Path) -> None:
    write_site(tmp_path, files())
    walking = Walking(load_site(tmp_path))
    bins = [stock.bin for stock in load_catalogue(tmp_path).bins]
    walking.tour(bins[:1])
    walking.tour(bins)
    assert walking.tours == 2
    assert 0 < walking.shortest_mm <= walking.s_shape_mm
