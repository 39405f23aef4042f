"""What is said of a day's end: which bins, units and parcels differ, and whether that fails the day."""

import random
from pathlib import Path
from typing import Any

import pytest

from hub.demo import truth
from hub.demo.verdict import judge
from hub.demo.world import World
from hub.site.catalogue import load_catalogue
from tests.hub.built_hub import SKUS, small_site

RIGHT = {"bins_wrong": 0, "units_missing": 0, "parcels_wrong": 0}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(load_catalogue(small_site(tmp_path / "site")), random.Random(1), lambda _bin, _mg: None)


def book_of(world: World) -> dict[str, Any]:
    """A book that tells the truth."""
    return {
        "places": {
            "bin": {name: pile.count() for name, pile in world.bins.items()},
            "parcel": {name: pile.count() for name, pile in world.parcels.items()},
        },
        "parcels": {name: {"state": "shipped", "contents": pile.count()} for name, pile in world.parcels.items()},
    }


def report(*, wrong: dict[str, list[str]], **figures: int) -> dict[str, Any]:
    """A report whose ledger holds unless ``wrong`` names invariants."""
    broken = bool(wrong.get("invariants"))
    return {
        "truth": RIGHT | figures,
        "wrong": {"bins": [], "units": [], "parcels": [], "invariants": []} | wrong,
        "ledger": {"invariants": {"no_gap": not broken, "audit": True}},
    }


def test_a_book_that_is_right_has_nothing_told_of_it(world: World) -> None:
    assert truth.told(world, book_of(world)) == {"bins": [], "units": [], "parcels": []}


def test_each_difference_is_told_with_what_lies_there_and_what_the_book_says(world: World) -> None:
    book = book_of(world)
    place, pile = next((name, pile) for name, pile in sorted(world.bins.items()) if len(pile.units) > 1)
    sku, units = pile.units[0].sku, len(pile.units)
    world.take_from_bin(place, 1)
    book["parcels"]["SF000000000001"] = {"state": "shipped", "contents": {SKUS[0]: 2}}
    assert truth.told(world, book) == {
        "bins": [f"{place}: {units - 1} of {sku} there, {units} of {sku} by the book"],
        "units": [f"{sku}: 1 fewer in the house than by the book"],
        "parcels": [f"SF000000000001: nothing in it, 2 of {SKUS[0]} by the book"],
    }


def test_at_most_ten_of_a_kind_are_told_and_how_many_more_there_are() -> None:
    assert truth.shortened([str(n) for n in range(10)]) == [str(n) for n in range(10)]
    assert truth.shortened([str(n) for n in range(13)]) == [*(str(n) for n in range(10)), "and 3 more"]


def test_a_day_without_differences_is_all_right_and_says_nothing() -> None:
    verdict = judge(report(wrong={}), fault_rate=0.0, visited=False)
    assert (verdict.code, verdict.lines) == (0, ())


@pytest.mark.parametrize(
    ("fault_rate", "visited", "code", "because"),
    [
        (0.0, False, 1, "Nobody erred"),
        (0.05, False, 0, "--fault-rate 0.05"),
        (0.0, True, 0, "A visitor took part"),
    ],
)
def test_a_difference_fails_the_day_unless_somebody_erred(
    fault_rate: float, visited: bool, code: int, because: str
) -> None:
    differing = report(wrong={"bins": ["bay-01/A1: nothing there, 1 of X by the book"]}, bins_wrong=1)
    verdict = judge(differing, fault_rate=fault_rate, visited=visited)
    assert verdict.code == code
    assert "  bins: bay-01/A1: nothing there, 1 of X by the book" in verdict.lines
    assert because in verdict.lines[-1]


def test_a_broken_invariant_fails_the_day_whoever_erred() -> None:
    verdict = judge(report(wrong={"invariants": ["no_gap: bay-01"]}), fault_rate=0.5, visited=True)
    assert verdict.code == 1
    assert verdict.lines == ("Expected every invariant to hold, but not: no_gap.", "  invariants: no_gap: bay-01")


def test_who_has_acted_is_known(world: World) -> None:
    world.act("ana", "pick", bin="bay-01/A1")
    assert world.acted("ana")
    assert not world.acted("Visitor")
