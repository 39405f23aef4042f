"""The pages on how a carton is packed: what the bench packs now, and what a parcel holds."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from hub.dashboard import packing_view
from hub.dashboard.packing_view import packing_at_bench, packing_of_parcel
from hub.domain.cartons import Carton
from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import Packing
from hub.handlers.parcel_packing import packing_in
from hub.handlers.policy import Policy
from tests.hub.api_floor import ApiFloor
from tests.hub.stocked_floor import StockedFloor

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def at_bench(floor: StockedFloor, station: str = "pack-1") -> dict[str, Any] | None:
    with floor.engine.begin() as connection:
        return packing_at_bench(connection, floor.policy, station)


def of_parcel(floor: StockedFloor, tracking: str, policy: Policy | None = None) -> dict[str, Any] | None:
    with floor.engine.begin() as connection:
        return packing_of_parcel(connection, policy or floor.policy, tracking)


def units_in(view: dict[str, Any]) -> dict[str, int]:
    """How many of each item the steps name."""
    found: dict[str, int] = {}
    for step in view["steps"]:
        units, name = re.match(r"[A-Z]+: (\d+) x GOODS (\w+),", step["words"]).groups()  # type: ignore[union-attr]
        found[name] = found.get(name, 0) + int(units)
    return found


def test_a_bench_shows_the_carton_once_everything_is_counted(floor: StockedFloor) -> None:
    floor.at_packing(RED=3, GREEN=2)
    assert at_bench(floor) == {"title": "TOTE-0001 (A)", "carton": None}
    shown = floor.check_items("pack-1", RED=3, GREEN=2)
    view = at_bench(floor)
    assert view is not None
    assert shown.title == f"Pack into carton {view['carton']}, put it on the scale"
    assert (view["title"], view["left"], view["more"]) == ("TOTE-0001 (A)", [], 0)
    assert units_in(view) == {"RED": 3, "GREEN": 2}
    assert all(step["svg"].startswith("<svg ") for step in view["steps"])


def test_a_bench_shows_what_was_counted_and_not_what_was_picked(floor: StockedFloor) -> None:
    floor.at_packing(RED=3)
    floor.check_items("pack-1", RED=2)
    view = at_bench(floor)
    assert view is not None
    assert units_in(view) == {"RED": 2}


def test_a_bench_at_rest_shows_no_carton_and_other_benches_have_none(floor: StockedFloor) -> None:
    assert at_bench(floor) == {"title": "", "carton": None}
    assert at_bench(floor, "induct-1") is None
    assert at_bench(floor, "nowhere") is None


def test_a_packing_is_worked_out_once_however_often_its_page_is_asked_for(
    floor: StockedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = []

    def counted(carton: Carton, goods: Sequence[Goods]) -> Packing:
        worked_out.append(goods)
        return packing_in(carton, goods)

    monkeypatch.setattr(packing_view, "packing_in", counted)
    packing_view._packing.cache_clear()
    floor.at_packing(RED=3, GREEN=2)
    floor.check_items("pack-1", RED=3, GREEN=1)
    first = at_bench(floor)
    assert [at_bench(floor) for _ in range(3)] == [first] * 3
    assert len(worked_out) == 1


def test_a_parcel_shows_how_it_was_packed(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3, GREEN=2)
    view = of_parcel(floor, tracking)
    assert view is not None
    assert units_in(view) == {"RED": 3, "GREEN": 2}
    [row] = floor.rows("SELECT carton FROM parcel")
    assert view["carton"] == row["carton"]
    assert of_parcel(floor, "SF0") is None


def test_a_parcel_whose_carton_the_site_has_no_more_says_so(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3)
    view = of_parcel(floor, tracking, Policy(site="s", cartons=()))
    assert view == {"title": tracking, "carton": None, "gone": "XS"}


def test_a_browser_gets_the_page_of_a_bench_and_words_for_what_is_none(tmp_path: Path) -> None:
    with ApiFloor(tmp_path) as api:
        shown = api.client.get("/benches/pack-1/packing", headers=BROWSER)
        assert shown.status_code == 200
        assert "Nothing to pack yet" in shown.text
        assert 'data-fresh="packing"' in shown.text
        for path, words in (
            ("/benches/bay-01/packing", "Expected the name of a pack bench, got"),
            ("/parcels/SF1/packing", "Expected the tracking number of a parcel, got"),
        ):
            answer = api.client.get(path, headers=BROWSER)
            assert answer.status_code == 404
            assert words in answer.text
