"""Zones as a site's file states them: what becomes of them, and what is said of those that cannot be."""

import shutil
from pathlib import Path

import pytest

from edge.contract.site import load_site
from hub.site.catalogue import load_catalogue
from hub.site.check import check_site
from hub.site.golive import policy_of
from hub.site.zones import zone_labels, zones_of

CONFIG = Path(__file__).resolve().parents[3] / "config" / "wall"
ZONES = """
zone_mode = "parallel"
[[zones]]
name = "Small"
bays = ["bay-01"]
bench = "induct-1"
[[zones]]
name = "Large"
aisles = ["B"]
[interleave]
kinds = ["count", "put_back"]
detour_m = 15
"""


def site_with(directory: Path, zones: str) -> Path:
    """The site with a wall, and a second bay in aisle B."""
    site = directory / "site"
    shutil.copytree(CONFIG, site)
    first = (site / "stations" / "bay-01.toml").read_text("utf-8")
    second = first.replace("bay-01", "bay-02")
    assert 'aisle = "' not in second
    (site / "stations" / "bay-02.toml").write_text('aisle = "B"\n' + second, "utf-8")
    stated = (site / "site.toml").read_text("utf-8")
    head, sections, rest = stated.partition("\n[")
    own, _, tables = zones.partition("\n[[zones]]")
    (site / "site.toml").write_text(
        head + "\n" + own + "\n" + sections + rest + ("\n[[zones]]" + tables if tables else ""), "utf-8"
    )
    return site


def errors(site: Path) -> list[str]:
    return [finding.text for finding in check_site(site) if finding.level == "error"]


def test_zones_name_their_bays_or_their_aisles(tmp_path: Path) -> None:
    site = site_with(tmp_path, ZONES)
    zones = zones_of(load_site(site))
    assert zones is not None
    assert (zones.mode, zones.names, zones.of_bench) == ("parallel", ("Small", "Large"), {"induct-1": "Small"})
    assert zones.of_bay == {"bay-01": "Small", "bay-02": "Large"}
    labels = {name: zone_labels(load_site(site), load_site(site).station(name)) for name in ("induct-1", "bay-01")}
    assert labels == {"induct-1": ["ZONE-Small", "ZONE-Large"], "bay-01": []}
    assert [error for error in errors(site) if "site.toml: zone" in error] == []


def test_what_is_done_on_the_way_has_bounds(tmp_path: Path) -> None:
    site = site_with(tmp_path, ZONES)
    rule = policy_of(load_site(site), load_catalogue(site)).interleave
    assert (rule.kinds, rule.tasks_max, rule.detour_mm) == (("count", "put_back"), 4, 15_000)


def test_a_site_without_zones_has_none_and_nothing_on_the_way() -> None:
    site = load_site(CONFIG)
    assert zones_of(site) is None
    assert policy_of(site, load_catalogue(CONFIG)).interleave.kinds == ()


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"bay-01"', '"bay-09"', "zones: Small: bays: expected bays of this site, got 'bay-09'."),
        ('"B"', '"C"', "zones: Large: aisles: expected aisles that bays name (B), got 'C'."),
        ('"bay-01"', '"bay-01", "bay-02"', "Large: expected each bay in one zone, got bay-02 in Small too."),
        ('aisles = ["B"]', "", "zones: Large: expected at least one bay, got none."),
        ('aisles = ["B"]', "", "zones: expected every bay in a zone, got none for bay-02."),
        ('"induct-1"', '"pack-1"', "Small: bench: expected an induct station of this site, got 'pack-1'."),
        ('"Large"', '"Small"', "zones: Small: expected each zone's name once, got it again."),
        ('"Large"', '"-"', "zones[1] (-): name: expected letters, digits"),
        ('"parallel"', '"both"', "zone_mode: expected"),
        ('aisles = ["B"]', 'aisles = ["B"]\nbench = "induct-1"', "expected one zone a bench, got induct-1"),
    ],
)
def test_what_cannot_be_is_said_by_the_check(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    found = errors(site_with(tmp_path, ZONES.replace(right, wrong)))
    assert any(told in error for error in found), found


def test_parts_need_a_wall_with_more_cells_than_orders_share_a_tote(tmp_path: Path) -> None:
    site = site_with(tmp_path, ZONES)
    assert not any("zone_mode" in error for error in errors(site)), "six cells, and four orders share a tote"
    stated = (site / "site.toml").read_text("utf-8").replace("wall_tote_orders_max = 4", "wall_tote_orders_max = 6")
    (site / "site.toml").write_text(stated, "utf-8")
    assert any("expected more cells in wall-1 than the 6 orders that share a tote" in error for error in errors(site))
    for name in ("wall-1", "sort-1"):
        (site / "stations" / f"{name}.toml").unlink()
    assert any("zone_mode: expected a wall station" in error for error in errors(site))


def test_work_on_the_way_needs_the_aisles(tmp_path: Path) -> None:
    site = site_with(tmp_path, ZONES)
    assert any("interleave.kinds: expected [aisles]" in error for error in errors(site))
