"""A site's aisles: from its file to stops, and what is said of those that cannot be."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from edge.contract.aisles import WalkedAisles
from edge.contract.site import BadSite, Site, load_site
from hub.demo.site_maker import write_site
from hub.domain.aisles import Stop
from hub.site.aisles import aisle_faults, floor_of
from hub.site.check import check_site
from tests.hub.demo_site import default_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    directory = tmp_path_factory.mktemp("site")
    write_site(directory, default_site())
    return load_site(directory)


def stating(site: Site, change: Callable[[WalkedAisles], WalkedAisles]) -> Site:
    assert site.file.aisles is not None
    file = msgspec.structs.replace(site.file, aisles=change(site.file.aisles))
    return Site(file=file, stations=site.stations)


def test_each_bin_stands_in_the_aisle_that_is_nearest(site: Site) -> None:
    floor = floor_of(site)
    assert floor is not None
    assert floor.aisles.across_mm == (1_800, 5_400)
    assert floor.aisles.depot == Stop(0, 4_000)
    left, right = site.stations["bay-01"].bins[0], site.stations["bay-02"].bins[0]
    assert (left.y_mm, right.y_mm) == (1_400, 2_200)
    assert floor.stops[left.name] == floor.stops[right.name] == Stop(0, 4_080)
    assert floor.stops["bay-13/01"].aisle == 1
    assert len(floor.stops) == sum(len(s.bins) for s in site.stations.values() if s.kind == "bay")


def test_a_site_that_says_nothing_has_no_floor(site: Site) -> None:
    assert floor_of(Site(file=msgspec.structs.replace(site.file, aisles=None), stations=site.stations)) is None


def test_aisles_may_run_along_the_other_axis(site: Site) -> None:
    turned = {
        name: msgspec.structs.replace(
            station,
            x_mm=station.y_mm,
            y_mm=station.x_mm,
            bins=tuple(msgspec.structs.replace(b, x_mm=b.y_mm, y_mm=b.x_mm) for b in station.bins),
        )
        for name, station in site.stations.items()
    }
    said = stating(site, lambda stated: msgspec.structs.replace(stated, along="y"))
    assert floor_of(Site(file=said.file, stations=turned)) == floor_of(site)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"middles_mm": (5_400, 1_800)}, "aisles.middles_mm: expected one or more positions that increase"),
        ({"crossings_mm": ()}, "aisles.crossings_mm: expected one or more positions that increase, got []"),
        ({"crossings_mm": (4_500,)}, "got bay-01/01 at 4080 mm along"),
        ({"crossings_mm": (4_000, 9_000)}, "expected every bin between the outermost cross-aisles (4000 to 9000"),
        (
            {"crossings_mm": (0, 5_000, 10_000, 15_000, 20_000)},
            "aisles.crossings_mm: expected at most 4, the main ones, got 5",
        ),
        ({"depot": "induct-9"}, "aisles.depot: expected a station of this site, got 'induct-9'"),
    ],
)
def test_what_cannot_be_is_said(site: Site, wrong: dict[str, object], told: str) -> None:
    bad = stating(site, lambda stated: msgspec.structs.replace(stated, **wrong))
    [fault] = aisle_faults(Path("here"), bad)
    assert told in fault
    with pytest.raises(BadSite, match="aisles"):
        floor_of(bad)


def test_the_check_of_a_site_tells_it(tmp_path: Path) -> None:
    files = dict(default_site())
    files["site.toml"] = files["site.toml"].replace("crossings_mm = [4000]", "crossings_mm = [4500]")
    write_site(tmp_path, files)
    assert [f.level for f in check_site(tmp_path) if "crossings_mm" in f.text] == ["error"]
