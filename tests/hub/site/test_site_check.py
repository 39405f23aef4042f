"""The site check: what is wrong with a site's files, and what its devices cannot do."""

from pathlib import Path

import pytest

from hub.demo.site_maker import write_site
from hub.domain.certainty import is_sure
from hub.site.catalogue import load_catalogue
from hub.site.check import Finding, check_site, has_errors
from tests.hub.demo_site import a_day, default_site, sale, site_of
from tests.hub.site.test_catalogue import cell, change


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site in which nothing is to be warned of."""
    write_site(tmp_path, site_of(a_day(sale("A", "10", 3), sale("A", "11", 4)).orders))
    for row, unit in (("10", "100000"), ("11", "50000")):
        lines = (tmp_path / "items.csv").read_text("utf-8").split("\n")
        edited = []
        for line in lines:
            cells = line.split(",")
            if cells[0] == row:
                cells[3:8] = [unit, "500", "80", "60", "50"]
            edited.append(",".join(cells))
        (tmp_path / "items.csv").write_text("\n".join(edited), "utf-8")
    return tmp_path


def only(site: Path) -> Finding:
    """The one thing found."""
    [finding] = check_site(site)
    return finding


def test_a_good_site_has_no_findings(site: Path) -> None:
    assert check_site(site) == ()


def test_of_the_demos_site_exactly_the_light_skus_are_told(tmp_path: Path) -> None:
    write_site(tmp_path, default_site())
    catalogue = load_catalogue(tmp_path)
    light = {
        i.sku
        for i in catalogue.items.values()
        if not is_sure(unit_mg=i.unit_mg, spread_mg=i.spread_mg, division_mg=1_000, units=1)
    }
    findings = check_site(tmp_path)
    assert light
    assert {f.text.split(":")[0].removeprefix("SKU ") for f in findings} == light
    assert not has_errors(findings)


def test_an_sku_too_light_to_tell_one_from_two_is_told_in_full(site: Path) -> None:
    cell(site, "items.csv", "unit_mg", "300")
    cell(site, "items.csv", "spread_mg", "4")
    assert [str(finding) for finding in check_site(site)] == [
        f"warning: SKU 10: one unit weighs 0.3 g ± 0.004 g; the scale of bin {row.bin} (division 1 g) cannot tell one"
        " from two: picks there are proven by button only."
        for row in load_catalogue(site).bins
        if row.sku == "10"
    ]


def test_a_stock_heavier_than_its_scale_carries_is_told(site: Path) -> None:
    cell(site, "bins.csv", "units", "5000")
    finding = only(site)
    assert finding.level == "warning"
    assert "5000 units weigh" in finding.text
    assert "carries 30.0 kg" in finding.text


def test_a_unit_that_fits_no_tote_and_no_carton_is_told(site: Path) -> None:
    for side in ("length_mm", "width_mm", "height_mm"):
        cell(site, "items.csv", side, "900")
    tote, carton = check_site(site)
    assert "one unit (900 x 900 x 900 mm, 0.1 kg) is too much for a tote (60 l, 20.0 kg)" in tote.text
    assert "goes into no carton" in carton.text


def test_a_carton_that_no_carrier_takes_is_told(site: Path) -> None:
    change(site, "cartons.toml", "length_mm = 700", "length_mm = 1900")
    assert only(site).text == "Carton XXL (1900 x 500 x 450 mm, girth 3800 mm): no carrier takes it."


def test_a_bin_without_a_scale_is_told(site: Path) -> None:
    place = next(row.bin for row in load_catalogue(site).bins if row.sku == "10")
    channel = int(place.split("/")[1]) - 1
    change(site, "stations/bay-01.toml", f'{{ name = "{place}", channel = {channel},', f'{{ name = "{place}",')
    assert only(site).text == f"SKU 10: bin {place} has no scale: picks there are proven by button only."


def test_an_sku_without_a_bin_is_told(site: Path) -> None:
    rows = (site / "bins.csv").read_text("utf-8").split("\n")
    (site / "bins.csv").write_text("\n".join(r for r in rows if ",11," not in r), "utf-8")
    assert only(site).text.startswith("SKU 11: no bin of bins.csv is its own")


def test_a_floor_without_a_dock_or_a_receiver_cannot_work(site: Path) -> None:
    (site / "stations" / "dock-1.toml").unlink()
    change(site, "people.toml", 'role = "receiver"', 'role = "manager"')
    findings = check_site(site)
    assert has_errors(findings)
    assert [f.text.split(": ")[1] for f in findings] == [
        "expected at least one dock station, there is none.",
        "expected at least one receiver, there is none.",
    ]


def test_a_site_with_fewer_totes_than_a_cart_has_places_cannot_work(site: Path) -> None:
    change(site, "totes.toml", "tote_count = 160", "tote_count = 3")
    finding = only(site)
    assert finding.level == "error"
    assert finding.text.endswith("tote_count: expected at least the 8 of one cart (cart_totes of site.toml), got 3.")


def test_a_broken_stations_file_and_a_broken_table_are_both_told(site: Path) -> None:
    change(site, "stations/pack-1.toml", "kind", "sort")
    cell(site, "items.csv", "unit_mg", "x")
    first, second = check_site(site)
    assert str(site / "stations" / "pack-1.toml") in first.text
    assert "items.csv, line 2: unit_mg" in second.text
    assert has_errors((first, second))


def test_errors_come_before_warnings(site: Path) -> None:
    cell(site, "items.csv", "unit_mg", "300")
    cell(site, "items.csv", "supplier", "Nobody")
    assert [f.level for f in check_site(site)] == ["error", "warning", "warning"]


def test_what_is_no_directory_is_one_finding(site: Path, tmp_path: Path) -> None:
    assert "got a file" in only(site / "site.toml").text
    assert "got none of this name" in only(tmp_path / "nowhere").text


def test_a_directory_in_place_of_a_file_is_told(site: Path) -> None:
    (site / "cartons.toml").unlink()
    (site / "cartons.toml").mkdir()
    assert "cartons.toml: expected a file that can be read" in only(site).text
