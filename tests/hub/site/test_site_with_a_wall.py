"""A site's files that have a wall: what is checked, what goes live, and what the floor map makes of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.contract.site import BadSite, load_site
from hub.dashboard.drawing import draw_floor
from hub.dashboard.snapshot import Snapshot
from hub.site.catalogue import load_catalogue
from hub.site.check import check_site
from hub.site.golive import policy_of
from tests.databases import rows_of
from tests.hub.built_hub import build_hub

CONFIG = Path(__file__).parents[3] / "config" / "wall"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The example site, to be changed."""
    return Path(shutil.copytree(CONFIG, tmp_path / "site"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def second_sort_bench(site: Path) -> None:
    text = (site / "stations" / "sort-1.toml").read_text("utf-8")
    (site / "stations" / "sort-2.toml").write_text(text.replace('"sort-1"', '"sort-2"'), "utf-8")


def wrong_wall(site: Path) -> None:
    edit(site / "stations" / "sort-1.toml", 'wall = "wall-1"', 'wall = "bay-01"')


def no_wall(site: Path) -> None:
    edit(site / "stations" / "sort-1.toml", 'wall = "wall-1"', "")


def no_sort_bench(site: Path) -> None:
    (site / "stations" / "sort-1.toml").unlink()


def a_wall_at_a_pack_station(site: Path) -> None:
    edit(site / "stations" / "pack-1.toml", 'kind = "pack"', 'kind = "pack"\nwall = "wall-1"')


def no_cells(site: Path) -> None:
    text = (site / "stations" / "wall-1.toml").read_text("utf-8")
    start, end = text.index("bins = ["), text.index("]\nbeacon") + 2
    (site / "stations" / "wall-1.toml").write_text(text[:start] + text[end:], "utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (second_sort_bench, "wall-1.toml: kind: expected one sort station a wall, got sort-1 and sort-2 for this one."),
        (wrong_wall, "sort-1.toml: wall: expected a wall station (wall-1), got 'bay-01'."),
        (no_wall, "sort-1.toml: wall: expected a wall station (wall-1), got None."),
        (no_sort_bench, "wall-1.toml: kind: expected a sort station whose file names this wall, there is none."),
        (a_wall_at_a_pack_station, "pack-1.toml: wall: only a sort station has one, this is a pack station."),
        (no_cells, "wall-1.toml: bins: expected at least one [[bins]] section, got none."),
    ],
)
def test_a_wall_and_its_bench_that_do_not_fit_are_refused(
    site: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(site)
    with pytest.raises(BadSite) as caught:
        load_site(site)
    assert words in str(caught.value)


def findings(site: Path) -> list[str]:
    return [str(finding) for finding in check_site(site)]


def test_no_sku_is_at_home_in_a_cell(site: Path) -> None:
    edit(site / "bins.csv", "bay-01/04,CARD", "wall-1/04,CARD")
    words = "bin wall-1/04: expected a bin of a bay, got a cell of a wall, where no SKU is at home."
    assert any(words in text for text in findings(site))


def test_shared_totes_without_a_wall_are_an_error_and_a_wall_without_shared_totes_is_told(site: Path) -> None:
    edit(site / "site.toml", "wall_order_units_max = 6", "wall_order_units_max = 0")
    [told] = findings(site)
    assert told.startswith("warning:") and "no totes are shared and no wall has work" in told
    edit(site / "site.toml", "wall_order_units_max = 0", "wall_order_units_max = 6")
    for name in ("wall-1", "sort-1"):
        (site / "stations" / f"{name}.toml").unlink()
    [told] = findings(site)
    assert told.startswith("error:") and "wall_order_units_max: expected 0" in told


def test_a_scale_of_a_wall_speaks_as_a_bays_does(site: Path) -> None:
    edit(site / "stations" / "wall-1.toml", '"bay_line"', '"mt_sics"')
    assert any("bins: channel: expected 0, for a mt_sics scale has one pan" in text for text in findings(site))


def test_no_more_orders_share_a_tote_than_the_smallest_wall_has_cells(site: Path) -> None:
    edit(site / "site.toml", "wall_tote_orders_max = 4", "wall_tote_orders_max = 20")
    policy = policy_of(load_site(site), load_catalogue(site))
    assert (policy.wall_tote_orders_max, policy.wall_order_units_max) == (6, 6)
    assert policy.walls == (("sort-1", "wall-1"),) and "wall-1" in policy.bays


def cells_of(directory: Path) -> list[str]:
    return [name for (name,) in rows_of(directory, "SELECT name FROM location WHERE kind = 'cell' ORDER BY id")]


def start(directory: Path, site: Path) -> list[str]:
    """Start a hub and stop it; what it said of its site's files."""
    with capture_logs() as said:
        build_hub(directory, site=site).close()
    return [line["what"] for line in said if "what" in line]


def test_cells_go_live_and_are_taken_over_or_said_later(site: Path, tmp_path: Path) -> None:
    assert start(tmp_path, site) == []
    assert cells_of(tmp_path) == [f"wall-1/0{n}" for n in range(1, 7)]
    file = site / "stations" / "wall-1.toml"
    edit(file, "wall-1/06", "wall-1/07")
    assert start(tmp_path, site) == ["cell wall-1/07", "cell wall-1/06 is in stations/ no more"]
    edit(file, "wall-1/07", "bay-01/04")
    edit(site / "stations" / "bay-01.toml", "bay-01/04", "wall-1/05")
    edit(file, "wall-1/05", "wall-1/07")
    edit(site / "bins.csv", "bay-01/04", "wall-1/05")
    said = start(tmp_path, site)
    assert "cell bay-01/04: a bin of bay-01 in the database" in said
    assert "bin wall-1/05: a cell of wall-1 in the database" in said


def test_the_floor_map_draws_a_wall_with_its_cells_and_says_what_lies_in_them(site: Path, tmp_path: Path) -> None:
    panels = {panel["name"]: panel for panel in draw_floor(load_site(site))["panels"]}
    assert panels["wall-1"]["kind"] == "wall" and len(panels["wall-1"]["bins"]) == 6
    assert not panels["sort-1"]["bins"]
    hub = build_hub(tmp_path, site=site)
    assert Snapshot(hub).contents("wall-1") == {}
    hub.close()
