"""Trading days through the hub's own code: what is ordered is shipped or waits, and the book is what lies there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.replay.replay import DirectoryUsed, Replay
from hub.replay.report import make_report
from hub.storage.metric_figures import orders_served
from hub.storage.verify import CHECKS
from tests.hub.demo_site import a_day, default_day, sale
from tests.hub.replay.played import replay_of, some_weeks

ORDERS_OF_A_SHORT_DAY = 8


@pytest.fixture(scope="module")
def weeks() -> Iterator[Replay]:
    """Nearly four weeks, played."""
    with replay_of(some_weeks()) as played:
        played.play(lambda _: None)
        yield played


@pytest.fixture(scope="module")
def report(weeks: Replay) -> dict[str, Any]:
    return make_report(weeks)


def test_every_order_came_in_and_every_unit_is_shipped_or_waits(report: dict[str, Any]) -> None:
    orders = some_weeks()
    assert report["orders"]["received"] == len(orders.orders)
    assert report["lines"]["received"] == orders.lines
    units = report["units"]
    assert units["received"] == orders.units == units["shipped"] + units["backordered"]
    assert report["orders"]["open"] == 0


def test_every_invariant_held_after_each_day_and_on_the_whole_ledger(weeks: Replay, report: dict[str, Any]) -> None:
    assert len(weeks.done) == len(weeks.days)
    assert not any(day.broken for day in weeks.done)
    assert report["ledger"] == {"verified": True, "invariants": dict.fromkeys(CHECKS, True)}


def test_the_book_is_what_lies_in_the_bins_and_what_left(report: dict[str, Any]) -> None:
    assert report["truth"] == {"bins": 0, "shipped": 0}
    assert report["alarms"].keys() <= {"delivery_overdue"}, "some suppliers are late, and are asked"


def test_an_order_larger_than_any_tote_or_light_is_backordered_bought_and_shipped_in_many_parcels(
    weeks: Replay, report: dict[str, Any]
) -> None:
    with weeks.hub.engine.begin() as connection:
        served = {one.ref: one for one in orders_served(connection, 0, weeks.clock_us)}
    assert served["WHOLESALE"].whole_at_once is False and len(served) == len(some_weeks().orders)
    assert report["restock"]["received_units"] >= 2_000
    assert report["backorders"]["units"] == 0
    assert sum(report["cartons"]["parcels"].values()) > len(some_weeks().orders)
    assert report["service"]["unit_fill_rate"] < report["service"]["order_fill_rate"] < 1


def test_what_is_perfect_is_on_time_and_what_waited_is_neither(report: dict[str, Any]) -> None:
    service = report["service"]
    assert 0 < service["perfect_order_rate"] <= service["on_time_rate"] < 1


def test_what_was_not_replayed_is_said(report: dict[str, Any]) -> None:
    assert report["skipped_lines"] == {"returns in the data, not replayed": 1}


def test_the_tours_are_walked_by_both_rules(report: dict[str, Any]) -> None:
    walking = report["walking"]
    assert 0 < walking["shortest_m"] <= walking["s_shape_m"]
    assert report["batches"]["tours"] > 0


def test_the_same_seed_plays_the_same_days(tmp_path: Path) -> None:
    books = []
    for name in ("one", "other"):
        with replay_of(some_weeks(6), tmp_path / name) as played:
            played.play(lambda _: None)
            found = make_report(played)
            books.append({key: found[key] for key in ("units", "service", "walking", "cartons", "restock", "stock")})
    assert books[0] == books[1]


def test_a_replay_that_is_told_to_stop_reports_what_was_played(tmp_path: Path) -> None:
    with replay_of(some_weeks(6), tmp_path / "kept") as played:
        played.play(lambda _: played.stop.set())
        assert len(played.done) == 1
        found = make_report(played)
        assert found["days"]["played"] == 1
        assert found["ledger"]["verified"] and not any(found["truth"].values())
    with (
        pytest.raises(DirectoryUsed, match="expected a directory without a database"),
        replay_of(some_weeks(6), tmp_path / "kept"),
    ):
        pass


def test_only_the_first_days_are_played_if_so_asked() -> None:
    with replay_of(some_weeks(6), days=2) as played:
        played.play(lambda _: None)
        assert [day.orders for day in played.done] == [2, 2]


def test_a_break_in_the_book_is_named_at_the_end_of_its_day() -> None:
    with replay_of(some_weeks(6), days=2) as played:

        def meddle(_: object) -> None:
            with played.hub.writer._engine.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE balance SET on_hand = on_hand + 1 WHERE physical = 0 AND on_hand < 0"
                )

        played.play(meddle)
        assert not played.done[0].broken
        assert {violation.invariant for violation in played.done[1].broken} >= {"sum_is_zero", "balances_fold"}
        found = make_report(played)
        assert not found["ledger"]["verified"]
        assert not found["ledger"]["invariants"]["sum_is_zero"]


def test_real_orders_of_the_demos_day_are_shipped() -> None:
    orders = default_day()
    with replay_of(replace(orders, orders=orders.orders[:ORDERS_OF_A_SHORT_DAY])) as played:
        played.play(lambda _: None)
        found = make_report(played)
    assert found["orders"]["received"] == ORDERS_OF_A_SHORT_DAY
    assert found["ledger"]["verified"] and not any(found["truth"].values())


@pytest.mark.soak
def test_a_whole_real_day_is_worked() -> None:
    with replay_of(default_day()) as played:
        played.play(lambda _: None)
        found = make_report(played)
    assert found["lines"]["received"] == default_day().lines
    assert found["ledger"]["verified"] and not any(found["truth"].values())


@pytest.mark.soak
def test_a_typing_error_of_74215_units_is_bought_picked_and_packed_like_any_order() -> None:
    ordinary = [sale(f"A{day}", "RED", 2, at=f"2011-03-0{day}T08:15") for day in (1, 2, 3, 4)]
    orders = a_day(*ordinary, sale("541431", "JAR", 74_215, at="2011-03-02T10:01", price="1.04"))
    with replay_of(orders, seed=3) as played:  # jars weigh 24 g there, and come within hours
        played.play(lambda _: None)
        found = make_report(played)
    assert found["units"] == {"received": 74_223, "shipped": 74_223, "backordered": 0, "cancelled": 0, "open": 0}
    assert sum(found["cartons"]["parcels"].values()) > 50
    assert found["ledger"]["verified"] and not any(found["truth"].values())
