"""The demo's site: made from a day's orders, the same every time, and one that works."""

import csv
import tomllib
from collections import Counter
from dataclasses import fields
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.site import BadSite, Site, Station, load_site
from edge.devices import wiring_of
from firmware.panel import Panel
from firmware.twin.panel_twin import PanelTwin
from hub.demo.day_demand import demand_of
from hub.demo.floor_plan import bay_count, bins_by_nearness, plan_floor
from hub.demo.opening_stock import DEMAND_STOCKED_MAX, plan_stock
from hub.demo.site_maker import make_site, read_templates, write_site
from hub.demo.toml_text import toml_text
from hub.domain.cartons import Carton, choose_carton
from hub.domain.gtin import ean13, gtin14
from hub.domain.packing.goods import Goods
from hub.domain.rates import Destination, Shipment, cheapest
from hub.site.carriers import services_of
from hub.site.catalogue import Catalogue, load_catalogue
from tests.hub.demo_site import CONFIG, a_day, default_day, default_site, sale, site_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Catalogue]:
    """The demo's site, written and read again."""
    directory = tmp_path_factory.mktemp("site")
    write_site(directory, default_site())
    return load_site(directory), load_catalogue(directory)


def test_the_default_day_has_22_bays_and_every_bench(made: tuple[Site, Catalogue]) -> None:
    site, _ = made
    bays = [s for s in site.stations.values() if s.is_bay]
    assert [s.name for s in bays] == [f"bay-{n:02d}" for n in range(1, 23)]
    assert [len(s.bins) for s in bays] == [40] * 21 + [6]
    assert {s.name: s.kind for s in site.stations.values() if not s.is_bay} == {
        "induct-1": "induct",
        "pack-1": "pack",
        "pack-2": "pack",
        "dock-1": "dock",
    }


def test_the_same_seed_makes_the_same_files_and_another_seed_others() -> None:
    orders = default_day().orders
    assert site_of(orders) == default_site()
    assert site_of(orders, seed=8)["items.csv"] != default_site()["items.csv"]


def test_an_sku_draws_the_same_gtin_on_any_day() -> None:
    def gtins(text: str) -> dict[str, str]:
        return {row["sku"]: row["gtin"] for row in csv.DictReader(text.splitlines())}

    whole, part = default_day().orders, default_day().orders[:5]
    assert gtins(site_of(part)["items.csv"]).items() <= gtins(site_of(whole)["items.csv"]).items()


def test_every_gtin_is_valid_restricted_and_fits_an_ean_13_symbol(made: tuple[Site, Catalogue]) -> None:
    _, catalogue = made
    for item in catalogue.items.values():
        assert gtin14(item.gtin) == item.gtin
        assert ean13(item.gtin).startswith("20")


def test_stock_is_enough_for_most_skus_and_short_for_some(made: tuple[Site, Catalogue]) -> None:
    _, catalogue = made
    stock: Counter[str] = Counter()
    for row in catalogue.bins:
        stock[row.sku] += row.units
    short = [d for d in demand_of(default_day().orders) if stock[d.sku] < d.units]
    assert 0.03 <= len(short) / len(catalogue.items) <= 0.05


def test_every_sku_has_a_bin_and_the_six_bins_to_spare_are_second_bins_of_the_most_popular(
    made: tuple[Site, Catalogue],
) -> None:
    _, catalogue = made
    bins = Counter(row.sku for row in catalogue.bins)
    assert set(bins) == set(catalogue.items)
    popular = [d.sku for d in demand_of(default_day().orders)[:6]]
    assert {sku for sku, times in bins.items() if times == 2} == set(popular)
    assert max(bins.values()) == 2


def test_fast_movers_lie_nearer_to_packing_than_slow_ones(made: tuple[Site, Catalogue]) -> None:
    site, catalogue = made
    near = {b.name: rank for rank, b in enumerate(bins_by_nearness(tuple(site.stations.values())))}
    rank = {row.sku: near[row.bin] for row in catalogue.bins}
    demands = demand_of(default_day().orders)
    assert max(rank[d.sku] for d in demands[:50]) < min(rank[d.sku] for d in demands[-50:])


def test_no_bins_stock_is_heavier_than_its_scale_carries(made: tuple[Site, Catalogue]) -> None:
    site, catalogue = made
    scales = {b.name: s.scale for s in site.stations.values() for b in s.bins}
    for row in catalogue.bins:
        scale = scales[row.bin]
        item = catalogue.items[row.sku]
        assert scale is not None
        assert (row.units + item.reorder_units) * item.unit_mg <= scale.capacity_mg


def test_weights_and_sizes_are_those_of_gifts(made: tuple[Site, Catalogue]) -> None:
    _, catalogue = made
    light = [i for i in catalogue.items.values() if i.unit_mg < 2_000]
    assert 1 <= len(light) <= 20
    for item in catalogue.items.values():
        assert item.unit_mg <= 2_500_000
        assert item.spread_mg <= item.unit_mg * 0.021 + 1
        density = item.unit_mg / item.volume_mm3
        assert density <= 0.61
        assert max(item.sides_mm) <= 600


def test_some_suppliers_deliver_the_same_day_and_some_in_days(made: tuple[Site, Catalogue]) -> None:
    _, catalogue = made
    used = Counter(item.supplier for item in catalogue.items.values())
    assert len(used) == 6
    hours = [s.lead_business_hours for s in catalogue.suppliers.values()]
    assert sum(h <= 4 for h in hours) >= 2
    assert sum(h > 8 for h in hours) >= 2


def test_bins_stand_in_different_places_and_bays_do_not_overlap(made: tuple[Site, Catalogue]) -> None:
    site, _ = made
    spots = [(b.x_mm, b.y_mm, b.level) for s in site.stations.values() for b in s.bins]
    assert len(set(spots)) == len(spots)
    stands = [(s.x_mm, s.y_mm) for s in site.stations.values()]
    assert len(set(stands)) == len(stands)


def test_the_starter_bay_uses_each_of_24_pins_once_leaves_the_display_bus_and_opens_on_simulated_metal(
    made: tuple[Site, Catalogue],
) -> None:
    wiring = wiring_of(made[0].station("bay-22"))
    pins = [pin for rgb in wiring.rgb_pins for pin in rgb] + list(wiring.confirm_pins)
    assert sorted(pins) == list(range(4, 28))
    panel = Panel(wiring, PanelTwin(wiring), on_health=lambda *_: None, now_us=lambda: 0)
    panel.close()


def test_whatever_the_order_file_asks_of_a_country_a_carrier_takes_the_largest_carton_there(
    made: tuple[Site, Catalogue],
) -> None:
    _, catalogue = made
    services = services_of(catalogue.carriers)
    largest = max(catalogue.cartons, key=lambda c: c.load_max_mg)
    sides = (largest.length_mm, largest.width_mm, largest.height_mm)
    weight_mg = largest.load_max_mg + largest.tare_mg
    for country in {order.country for order in default_day().orders} | {"Brazil", "Unspecified"}:
        shipment = Shipment(weight_mg=weight_mg, sides_mm=sides, to=Destination(country=country))
        assert cheapest(services, shipment) is not None, country


def test_a_full_tote_goes_into_a_carton(made: tuple[Site, Catalogue]) -> None:
    site, catalogue = made
    cartons = [Carton(**{field.name: getattr(c, field.name) for field in fields(Carton)}) for c in catalogue.cartons]
    units = site.file.tote_volume_ml * 800 // 100**3
    full = Goods(units=units, unit_mg=site.file.tote_weight_mg // units, sides_mm=(100, 100, 100))
    chosen = choose_carton(cartons, [full])
    assert chosen.load_max_mg >= site.file.tote_weight_mg
    assert chosen.volume_mm3 * 0.75 >= units * 100**3


def test_the_broker_and_the_printer_are_those_asked_for(made: tuple[Site, Catalogue]) -> None:
    site, _ = made
    assert (site.file.broker.host, site.file.broker.port) == ("127.0.0.1", 18830)
    printer = site.station("pack-1").printer
    assert printer is not None
    assert printer.port == 9100


@pytest.mark.parametrize(("skus", "bays"), [(1, 1), (6, 1), (7, 2), (46, 2), (47, 3), (840, 22), (4_100, 104)])
def test_as_many_bays_stand_as_the_skus_need(skus: int, bays: int) -> None:
    assert bay_count(skus) == bays
    stations = plan_floor(skus, printer_host="127.0.0.1", printer_port=9100)
    assert sum(s.is_bay for s in stations) == bays
    assert sum(len(s.bins) for s in stations) >= skus


@given(st.integers(1, 400), st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_a_day_of_any_number_of_skus_makes_a_site_that_loads(
    tmp_path_factory: pytest.TempPathFactory, skus: int, seed: int
) -> None:
    directory = tmp_path_factory.mktemp("any")
    day = a_day(*(sale("A", f"{n}", 1 + n * n % 700, line=n + 1) for n in range(skus)))
    write_site(directory, site_of(day.orders, seed))
    assert len(load_catalogue(directory).items) == skus


def test_a_typing_error_of_74215_units_makes_a_site_whose_stock_a_bin_can_carry(tmp_path: Path) -> None:
    day = a_day(sale("A", "23166", 74_215, price="1.04"), sale("B", "7", 2))
    stock = plan_stock(demand_of(day.orders), 1)["23166"]
    assert stock.opening_units <= 3 * DEMAND_STOCKED_MAX
    write_site(tmp_path, site_of(day.orders))
    item = load_catalogue(tmp_path).items["23166"]
    assert item.unit_mg >= 5_000


def test_goods_at_price_0_and_without_description_make_a_site(tmp_path: Path) -> None:
    day = a_day(sale("A", "7", price="0").replace("GOODS 7", ""))
    write_site(tmp_path, site_of(day.orders))
    item = load_catalogue(tmp_path).items["7"]
    assert (item.description, item.price_minor, item.cost_minor) == ("7", 0, 0)


def test_orders_without_a_line_make_no_site() -> None:
    with pytest.raises(BadSite, match="Expected orders of 1 to 20000 SKUs to make a site from, got 0 SKUs"):
        site_of(())


def test_a_template_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSite, match=r"cartons\.toml: expected a template of the demo, got: No such file"):
        read_templates(tmp_path)
    templates = read_templates(CONFIG)
    orders = a_day(sale("A", "7")).orders
    without = {name: text for name, text in templates.items() if not name.startswith("carriers/")}
    with pytest.raises(BadSite, match=r"a template of a carrier in carriers/, there is none"):
        make_site(orders, seed=1, broker_host="h", broker_port=1, templates=without)
    for text in ("suppliers = 3", "[[", "suppliers = []"):
        with pytest.raises(BadSite, match=r"^suppliers\.toml"):
            make_site(orders, seed=1, broker_host="h", broker_port=1, templates=templates | {"suppliers.toml": text})
    with pytest.raises(BadSite, match=r"totes\.toml not among them"):
        make_site(
            orders,
            seed=1,
            broker_host="h",
            broker_port=1,
            templates={k: v for k, v in templates.items() if k != "totes.toml"},
        )


def test_a_site_is_not_written_among_the_stations_of_another(tmp_path: Path) -> None:
    write_site(tmp_path, default_site())
    small = site_of(a_day(sale("A", "7")).orders)
    with pytest.raises(BadSite, match="expected no other stations than those to be written, found bay-02"):
        write_site(tmp_path, small)
    write_site(tmp_path, default_site())


def test_stations_and_names_survive_being_written_as_toml() -> None:
    for station in plan_floor(50, printer_host='odd "host" \\ \t', printer_port=9100):
        text = toml_text(station, "A test.")
        assert msgspec.convert(tomllib.loads(text), Station) == station
