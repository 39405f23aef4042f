"""The figures of a period, on a small history that was really played, each reckoned by hand."""

from collections.abc import Iterator
from datetime import UTC, date

import pytest

from edge.contract.events import BinCounted, LabelPrinted, WeightSettled
from hub.domain.business_day import day_of
from hub.domain.metric_definitions import DEFINITIONS
from hub.domain.metrics import Share
from hub.handlers import counts
from hub.handlers.change import Change, LineChange, change_order
from hub.measuring import DAYS_MAX, BadPeriod, Figures, Period, figures_of, period_of
from hub.storage import figures, metric_figures
from tests.hub.played_benches import UNIT_MG, PlayedBenches
from tests.hub.returned_floor import DOCK, ReturnedFloor

DAY_US = 86_400_000_000


def settle_unlit(floor: PlayedBenches, bin_name: str, change: int) -> None:
    """A hand at a bin without a light."""
    floor.tell(
        "bay-1",
        WeightSettled(
            bin=bin_name,
            cause="unlit",
            tasks=(),
            before_mg=2_000_000,
            after_mg=2_000_000 + change * UNIT_MG,
            units_confirmed=0,
            units_weighed=change,
            sure=True,
        ),
    )


def ship(floor: PlayedBenches, tote: str, **units: int) -> None:
    floor.scan("pack-1", tote)
    floor.check_items("pack-1", **units)
    floor.weigh("pack-1", sum(units.values()) * UNIT_MG + 100_000)
    for job in floor.jobs("pack-1"):
        floor.tell("pack-1", LabelPrinted(job=job.job))
    floor.scan("pack-1", floor.rows("SELECT MAX(tracking) AS tracking FROM parcel")[0]["tracking"])


class Played(PlayedBenches):
    """One day: A (2 RED, 1 BLUE) is shipped; of B (30 RED) 18 are picked and 12 wait; a hand takes a BLUE from an unlit
    bin, and a count finds another one missing."""

    def play(self) -> None:
        self.placed_us = self.clock_us
        self.order("A", RED=2, BLUE=1)
        self.order("B", RED=30)
        self.load_cart("TOTE-1", "TOTE-2")
        self.pick_all()
        ship(self, "TOTE-1", RED=2, BLUE=1)
        settle_unlit(self, "bay-1/2", -1)
        self.call(lambda tx: counts.suspect_bin(tx, "bay-1/2", "a test asks"))
        [task] = self.rows("SELECT public FROM task WHERE kind = 'count' AND state = 'open'")
        self.tell("bay-1", BinCounted(task=task["public"], bin="bay-1/2", units=17, by="button"))

    def figures(self, days: int = 1) -> Figures:
        """Of the last days."""
        last = day_of(self.clock_us, UTC)
        with self.engine.begin() as connection:
            period = Period(first=last - days + 1, last=last, zone=UTC)
            return figures_of(connection, self.policy, period, self.clock_us)


@pytest.fixture(scope="module")
def floor() -> Iterator[Played]:
    floor = Played()
    floor.play()
    assert floor.sound() and floor.facts_set_aside() == 0
    yield floor
    floor.writer.close()


@pytest.fixture(scope="module")
def found(floor: Played) -> Figures:
    return floor.figures()


@pytest.mark.parametrize(
    ("key", "above", "below"),
    [
        ("order_fill_rate", 1, 2),
        ("line_fill_rate", 2, 3),
        ("unit_fill_rate", 3 + 18, 33),
        ("on_time_rate", 1, 1),
        ("perfect_order_rate", 1, 1),
        ("cycle_time", 1, 1),
        ("pick_accuracy", 3 - 1, 3),
        ("inventory_accuracy", 2 - 1, 2),
        ("count_accuracy", 0, 1),
        ("shrinkage", 2, 3),
        ("shrinkage_cost", 2, 3),
        ("return_rate", 0, 3),
        ("turns", 3 * 365, 40 - 3 - 2),
        ("days_of_cover", 40 - 3 - 2, 3),
        ("dead_stock", 0, 35),
        ("freight_per_order", 500, 1),
        ("freight_per_line", 500, 2),
        ("cartons_per_order", 1, 1),
        ("cartons_per_line", 1, 2),
        ("carton_cost_per_order", 10, 1),
    ],
)
def test_a_figure_is_what_it_comes_to_by_hand(found: Figures, key: str, above: int, below: int) -> None:
    measured = found.metrics[key]
    assert measured.total == Share(above, below)
    if key != "cycle_time":
        assert measured.value == above / below
    assert measured.by_day in ((), (measured.value,)), "of one day the day's value is the period's"


def test_every_figure_is_measured_and_stands_in_the_definitions(found: Figures) -> None:
    assert set(found.metrics) == {one.key for one in DEFINITIONS}


def test_the_pick_rate_is_lines_by_the_hours_that_the_cart_was_out(floor: Played, found: Figures) -> None:
    [batch] = floor.rows("SELECT picked_us - inducted_us AS out_us FROM batch WHERE picked_us IS NOT NULL")
    assert found.metrics["pick_rate"].value == pytest.approx(3 / (batch["out_us"] / 3_600_000_000))
    assert found.pickers == {"Ana": Share(3, batch["out_us"])}


def test_the_steps_of_the_only_order_add_up_to_its_whole_way(floor: Played, found: Figures) -> None:
    [order] = floor.rows("SELECT shipped_us FROM customer_order WHERE ref = 'A'")
    *steps, whole = found.steps
    assert [one.step for one in steps] == ["to the cart", "picking", "packing", "to the door"]
    assert sum(one.median_us for one in steps) == whole.median_us == order["shipped_us"] - floor.placed_us
    assert all(one.median_us == one.p90_us > 0 for one in found.steps)
    assert found.metrics["cycle_time"].value == pytest.approx(whole.median_us / 60e6)


def test_what_was_lost_is_told_by_reason(found: Figures) -> None:
    assert found.lost == {"count": 1, "wrong_bin": 1}


def test_the_lines_that_wait_are_told_by_age(found: Figures) -> None:
    assert found.backorder_ages["today"] == 1 == sum(found.backorder_ages.values())
    assert found.metrics["backorder_age"].total.below == 1
    assert found.kept_since_us == 0


def test_the_figures_agree_with_the_states_of_the_orders(floor: Played) -> None:
    with floor.engine.begin() as connection:
        states = figures.order_states(connection)
        [filled] = metric_figures.filled_at_once(connection, [0, 2**62])
        [sent] = metric_figures.orders_sent(connection, [0, 2**62], {})
    assert (filled.orders, filled.lines) == (states["orders"]["received"], states["lines"]["received"])
    assert filled.units == states["units"]["received"]
    assert (sent.orders, sent.lines) == (states["orders"]["shipped"], states["lines"]["shipped"])


def test_later_what_was_late_counts_and_what_did_not_move_is_dead_and_days_without_trade_have_no_figure() -> None:
    floor = Played()
    floor.play()
    floor.clock_us += 100 * DAY_US
    found = floor.figures(days=101)
    assert found.metrics["on_time_rate"].total == Share(1, 2)
    assert found.metrics["perfect_order_rate"].total == Share(1, 2)
    assert found.metrics["order_fill_rate"].by_day == (0.5, *[None] * 100)
    assert found.metrics["backorder_age"].value == pytest.approx(100, abs=0.1)
    assert found.backorder_ages["longer"] == 1
    assert found.metrics["dead_stock"].total == Share(35, 35)
    assert {row["sku"]: row["units"] for row in found.dead} == {"RED": 18, "BLUE": 17}
    assert found.metrics["turns"].total == Share(3 * 365, 101 * 35), "the stock of each day, also of the quiet ones"
    assert found.metrics["inventory_accuracy"].total == Share(2 * 101 - 1, 2 * 101)
    with floor.engine.begin() as connection:
        first = day_of(floor.clock_us, UTC) - 100
        day = figures_of(connection, floor.policy, Period(first=first, last=first, zone=UTC), floor.clock_us)
    assert day.metrics["turns"].total == Share(3 * 365, 35), "a day long ago is reckoned back to"
    assert day.metrics["shrinkage"].total == Share(2, 3)
    floor.writer.close()


def test_what_came_back_is_of_the_day_on_which_the_dock_counted_it() -> None:
    floor = ReturnedFloor()
    floor.shipped("A", RED=4, BLUE=1)
    number = floor.authorised("A", (1, 2, "changed_mind"))
    first = day_of(floor.clock_us, UTC)
    floor.clock_us += 2 * DAY_US
    floor.came(number, RED=2)
    floor.confirm(DOCK)
    with floor.engine.begin() as connection:
        period = Period(first=first, last=first + 2, zone=UTC)
        found = figures_of(connection, floor.policy, period, floor.clock_us).metrics
    assert found["return_rate"].total == Share(2, 5)
    assert found["return_rate"].by_day == (0, None, None), "nothing was shipped on the day on which they came"
    assert found["shrinkage"].total == Share(0, 7)
    floor.writer.close()


def test_a_house_without_a_history_has_no_figure_but_its_stock() -> None:
    floor = Played()
    found = floor.figures(days=7)
    without = {key for key, one in found.metrics.items() if one.value is None}
    assert {one.key for one in DEFINITIONS} - without == {"inventory_accuracy", "turns", "dead_stock"}
    assert found.steps == [] and found.dead == [] and not any(found.backorder_ages.values())
    floor.writer.close()


def test_units_added_later_are_asked_for_then_and_lines_of_before_are_left_out() -> None:
    floor = Played()
    floor.order("A", RED=2)
    floor.order("B", RED=2)
    with floor.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE order_line SET lacking_at_once = NULL WHERE order_id ="
            " (SELECT id FROM customer_order WHERE ref = 'A')"
        )
    floor.call(lambda tx: change_order(tx, "B", Change(lines=(LineChange(line=1, units=25),))))
    found = floor.figures()
    assert found.metrics["line_fill_rate"].total == Share(0, 1)
    assert found.metrics["unit_fill_rate"].total == Share(18, 25)
    assert found.kept_since_us == floor.rows("SELECT received_us FROM customer_order WHERE ref = 'B'")[0]["received_us"]
    floor.writer.close()


@pytest.mark.parametrize(
    ("first", "last"), [(date(2011, 3, 2), date(2011, 3, 1)), (date(2010, 1, 1), date(2011, 3, 1))]
)
def test_days_that_are_no_period_are_refused_in_words(first: date, last: date) -> None:
    with pytest.raises(BadPeriod, match=rf"Expected 1 to {DAYS_MAX} days, the first one first, got {first} to {last}"):
        period_of(first, last, UTC)
