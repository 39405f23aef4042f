"""A bench never hangs: what cannot be booked or sent is said, and there is a way on."""

import dataclasses

import pytest

from edge.contract.state import Prompt
from tests.hub.played_benches import POST, UNIT_MG, PlayedBenches, symbol_of

PARCEL_MG = 100_000 + 3 * UNIT_MG
"""A carton with three units."""


@pytest.fixture
def floor() -> PlayedBenches:
    return PlayedBenches()


def to_the_scale(floor: PlayedBenches, bench: str = "pack-1") -> Prompt:
    floor.scan(bench, "TOTE-1")
    return floor.check_items(bench, RED=3)


def test_a_parcel_that_no_carrier_takes_goes_to_the_problem_lane_and_the_bench_is_free(floor: PlayedBenches) -> None:
    floor.picked_tote("A", "Mars", RED=3)
    to_the_scale(floor)
    shown = floor.weigh("pack-1", PARCEL_MG)
    assert (shown.ask, shown.title) == ("scan", "Scan a tote")
    assert shown.lines == ("TOTE-1: to the problem lane. No carrier takes 0.40 kg in carton M to 'Mars'.",)
    assert floor.exceptions() == ["no_service", "problem_lane"]
    assert (floor.facts_set_aside(), floor.line("A"), floor.jobs("pack-1")) == (0, {"picked": 3}, [])
    assert floor.sound()


def test_a_parcel_too_heavy_for_every_carrier_goes_to_the_problem_lane() -> None:
    light = dataclasses.replace(POST, weight_max_mg=350_000)
    floor = PlayedBenches(services=(light,))
    floor.picked_tote("A", RED=3)
    to_the_scale(floor)
    assert floor.weigh("pack-1", PARCEL_MG).title == "Scan a tote"
    assert floor.exceptions() == ["no_service", "problem_lane"]


def test_a_tote_of_the_problem_lane_is_packed_once_its_trouble_is_mended(floor: PlayedBenches) -> None:
    floor.picked_tote("A", "Mars", RED=3)
    to_the_scale(floor)
    floor.weigh("pack-1", PARCEL_MG)
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE customer_order SET country = 'Norway'"))
    to_the_scale(floor, "pack-2")
    assert floor.weigh("pack-2", PARCEL_MG).title == "Stick the label on, scan it"
    assert floor.line("A") == {"packed": 3}
    assert floor.sound()


def test_problem_at_the_scale_sets_the_tote_aside_once_it_is_confirmed(floor: PlayedBenches) -> None:
    floor.picked_tote("A", RED=3)
    assert "press problem" in " ".join(to_the_scale(floor).lines)
    assert floor.problem("pack-1").title == "Set TOTE-1 aside?"
    assert floor.problem("pack-1").ask == "weigh"
    floor.problem("pack-1")
    assert floor.confirm("pack-1").title == "Scan a tote"
    assert floor.exceptions() == ["problem_lane"]
    assert to_the_scale(floor).ask == "weigh"


def test_a_tote_that_is_open_at_one_bench_is_refused_at_another(floor: PlayedBenches) -> None:
    floor.picked_tote("A", RED=3)
    to_the_scale(floor)
    shown = floor.scan("pack-2", "TOTE-1")
    assert (shown.title, shown.lines) == ("Scan a tote", ("TOTE-1 is being packed at pack-1: bring it there.",))
    assert floor.weigh("pack-1", PARCEL_MG).title == "Stick the label on, scan it"
    assert floor.facts_set_aside() == 0


def test_a_purchase_order_that_is_open_at_one_dock_is_refused_at_another(floor: PlayedBenches) -> None:
    number = floor.purchase(RED=5)
    floor.scan("dock-1", number)
    shown = floor.scan("dock-2", number)
    assert shown.lines == (f"{number} is being received at dock-1: bring it there.",)
    shown = floor.check_items("dock-1", RED=5)
    assert shown.title == "Stick the plate on, scan it"
    assert floor.scan("dock-2", number).lines == (f"{number} was received before.",)
    assert (floor.facts_set_aside(), floor.sound()) == (0, True)


def test_an_answer_that_cannot_be_booked_is_set_aside_and_asked_again_under_a_new_step() -> None:
    floor = PlayedBenches(cartons=())
    floor.picked_tote("A", RED=3)
    floor.scan("pack-1", "TOTE-1")
    before = floor.scan("pack-1", symbol_of("RED"))
    shown = floor.count("pack-1", 3)
    assert (shown.ask, shown.title, shown.units) == ("count", before.title, 3)
    assert shown.step != before.step
    assert "could not be booked" in shown.lines[0] and "press problem" in shown.lines[0]
    assert (floor.exceptions(), floor.facts_set_aside()) == (["quarantine"], 1)
    assert floor.line("A") == {"picked": 3}
    assert floor.sound()


def test_problem_is_the_way_out_even_where_nothing_can_be_booked() -> None:
    floor = PlayedBenches(cartons=())
    floor.picked_tote("A", RED=3, BLUE=1)
    floor.scan("pack-1", "TOTE-1")
    floor.check_items("pack-1", RED=3)
    shown = floor.problem("pack-1")
    assert shown.title == "Scan a tote"
    assert "call a supervisor" in shown.lines[0]
    assert floor.facts_set_aside() == 1
    assert floor.line("A") == {"picked": 4}
    assert floor.sound()


def test_problem_during_a_count_changes_nothing_so_that_two_presses_do_no_harm(floor: PlayedBenches) -> None:
    floor.picked_tote("A", RED=3)
    floor.scan("pack-1", "TOTE-1")
    asked = floor.scan("pack-1", symbol_of("RED"))
    assert floor.problem("pack-1") == asked
    number = floor.purchase(RED=5)
    floor.scan("dock-1", number)
    asked = floor.scan("dock-1", symbol_of("RED"))
    assert floor.problem("dock-1") == asked


def test_a_count_that_cannot_be_booked_is_left_by_problem() -> None:
    floor = PlayedBenches(cartons=())
    floor.picked_tote("A", RED=3)
    floor.scan("pack-1", "TOTE-1")
    floor.scan("pack-1", symbol_of("RED"))
    assert "could not be booked" in floor.count("pack-1", 3).lines[0]
    assert floor.problem("pack-1").title == "TOTE-1 (A): scan an item (1 to go)"
