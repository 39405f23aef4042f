"""Packing: what is wrong in a tote is seen, what is right is weighed, and only then gets its label."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import LabelPrinted, PrintFailed
from firmware.barcode import read_symbols
from firmware.twin.label_drawing import draw_symbol
from hub.domain.gtin import check_digit
from hub.domain.rates import Destination, Shipment, cheapest
from hub.handlers.pack import RECOUNTS_MAX
from tests.hub.stocked_floor import StockedFloor

TOTE = "TOTE-0001"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def parcel(floor: StockedFloor) -> dict[str, object]:
    [row] = floor.rows("SELECT * FROM parcel")
    return row


# -- the tote ----------------------------------------------------------------------------------------------


def test_a_tote_is_checked_sku_by_sku_then_weighed(floor: StockedFloor) -> None:
    shown = floor.at_packing(RED=3, GREEN=2)
    assert (shown.ask, shown.title) == ("scan", f"{TOTE} (A): scan an item (2 to go)")
    assert shown.lines == ("2 x GOODS GREEN", "3 x GOODS RED")
    assert set(shown.expected) == {floor.symbol("RED"), floor.symbol("GREEN")}
    shown = floor.scan("pack-1", floor.symbol("RED"))
    assert (shown.ask, shown.title, shown.units) == ("count", "GOODS RED", 3)
    shown = floor.count("pack-1", 3)
    assert shown.title == f"{TOTE} (A): scan an item (1 to go)"
    shown = floor.check_items("pack-1", GREEN=2)
    assert (shown.ask, shown.title) == ("weigh", "Pack into carton XS, put it on the scale")


@pytest.mark.parametrize(
    ("symbol", "why"),
    [("CART-1", "'CART-1' is not a tote."), ("TOTE-0002", "TOTE-0002 has nothing to pack.")],
)
def test_what_is_no_tote_to_pack_is_said(floor: StockedFloor, symbol: str, why: str) -> None:
    shown = floor.scan("pack-1", symbol)
    assert (shown.title, shown.lines, shown.tone) == ("Scan a tote", (why,), "warn")


def test_a_tote_whose_picks_have_not_come_waits_for_its_bay(floor: StockedFloor) -> None:
    floor.order("A", RED=3, GREEN=2)
    floor.load_cart(TOTE)
    floor.pick(floor.tasks()[0])
    assert floor.scan("pack-1", TOTE).lines == (f"{TOTE} waits for 1 picks at bay-01.",)
    floor.pick_all()
    assert floor.scan("pack-1", TOTE).title == f"{TOTE} (A): scan an item (2 to go)"


def test_two_lines_of_one_sku_are_counted_once_and_both_are_packed(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 2), ("RED", 3))
    floor.load_cart(TOTE)
    floor.pick_all()
    floor.scan("pack-1", TOTE)
    assert floor.scan("pack-1", floor.symbol("RED")).units == 5
    floor.count("pack-1", 4)
    floor.weigh("pack-1", floor.parcel_mg(RED=4))
    rows = floor.rows("SELECT packed, promised FROM order_line ORDER BY line")
    assert rows == [{"packed": 2, "promised": 0}, {"packed": 2, "promised": 1}]
    assert floor.sound()


# -- what is wrong in it -----------------------------------------------------------------------------------


def test_an_item_of_another_order_goes_to_the_put_back_tote_and_home_by_light(floor: StockedFloor) -> None:
    floor.at_packing(RED=3)
    shown = floor.scan("pack-1", floor.symbol("GREEN"))
    assert (shown.ask, shown.title, shown.tone, shown.units) == ("count", "Not of this parcel", "alarm", 1)
    assert floor.exceptions() == ["wrong_item"]
    shown = floor.count("pack-1", 2)
    assert shown.title == f"{TOTE} (A): scan an item (1 to go)"
    assert floor.at("putback") == {"GREEN": 2}
    put = floor.the_task("put")
    assert (put["bin"], put["sku"], put["units"]) == ("bay-01/06", "GREEN", 2)
    assert floor.sound()


def test_an_item_that_nobody_knows_and_a_symbol_that_is_no_item_are_said(floor: StockedFloor) -> None:
    floor.at_packing(RED=3)
    unknown = "400638133393" + check_digit("400638133393")
    assert floor.scan("pack-1", unknown).lines[0] == f"Nobody knows the item {unknown}."
    assert floor.scan("pack-1", "TOTE-0002").lines[0] == "TOTE-0002 is a tote, not an item."
    assert floor.scan("pack-1", TOTE).lines[0] == f"{TOTE} is open already."
    assert floor.scan("pack-1", "no label of ours").lines[0] == "'no label of ours' is not an item."
    assert floor.exceptions() == []


def test_missing_units_are_found_missing_and_their_line_is_picked_again(floor: StockedFloor) -> None:
    floor.at_packing(RED=3, GREEN=2)
    floor.check_items("pack-1", RED=2, GREEN=2)
    floor.weigh("pack-1", floor.parcel_mg(RED=2, GREEN=2))
    assert floor.line("A") == {"packed": 4, "promised": 1}
    assert floor.moves("missing_at_packing") == [("RED", 1, TOTE, "astray")]
    [said] = floor.rows("SELECT kind, place, ref_kind, detail FROM exception")
    assert said == {
        "kind": "tote_short",
        "place": "pack-1",
        "ref_kind": "line",
        "detail": f"1 x GOODS RED missing in {TOTE}: picked again.",
    }
    assert floor.at(TOTE) == {}
    assert floor.sound()


def test_nothing_more_in_the_tote_makes_every_line_not_seen_missing(floor: StockedFloor) -> None:
    floor.at_packing(RED=3, GREEN=2)
    floor.check_items("pack-1", RED=3)
    assert floor.problem("pack-1").ask == "weigh"
    floor.weigh("pack-1", floor.parcel_mg(RED=3))
    assert floor.line("A") == {"packed": 3, "promised": 2}
    assert floor.sound()


def test_an_empty_tote_ships_nothing_and_is_free_again(floor: StockedFloor) -> None:
    floor.at_packing(RED=3)
    shown = floor.problem("pack-1")
    assert shown.lines == (f"{TOTE} is empty: its lines are picked again.",)
    assert (floor.line("A"), floor.rows("SELECT * FROM parcel")) == ({"promised": 3}, [])
    assert floor.load_cart(TOTE).title == "Scan your badge", "the tote may be used again"
    assert floor.line("A") == {"reserved": 3}
    assert floor.sound()


def test_a_missing_unit_is_reported_until_its_line_has_left_though_it_waited_for_a_delivery(
    floor: StockedFloor,
) -> None:
    floor.stock("bay-01/03", "RED", 3)
    floor.at_packing(RED=3)
    floor.check_items("pack-1", RED=2)
    floor.scan("pack-1", floor.weigh("pack-1", floor.parcel_mg(RED=2)).expected[0])
    assert (floor.line("A"), floor.exceptions()) == ({"shipped": 2, "backordered": 1}, ["tote_short"])
    floor.receive("B", ("GREEN", 1))
    floor.stock("bay-01/03", "RED", 1)
    floor.load_cart("TOTE-0002")
    floor.pick_all()
    floor.scan("pack-2", "TOTE-0002")
    floor.check_items("pack-2", GREEN=1)
    floor.scan("pack-2", floor.weigh("pack-2", floor.parcel_mg(GREEN=1)).expected[0])
    assert floor.exceptions() == ["tote_short"], "another order's leaving says nothing of this line"


@pytest.mark.parametrize("counted", [4, 7])
def test_too_many_are_put_back_and_the_parcel_gets_what_was_ordered(floor: StockedFloor, counted: int) -> None:
    floor.at_packing(RED=3)
    floor.scan("pack-1", floor.symbol("RED"))
    shown = floor.count("pack-1", counted)
    assert shown.lines[0] == f"3 belong in: put {counted - 3} into the put-back tote."
    assert floor.at("putback") == {"RED": counted - 3}
    floor.weigh("pack-1", floor.parcel_mg(RED=3))
    assert floor.line("A") == {"packed": 3}
    assert floor.sound()


def test_what_was_picked_too_many_by_weight_comes_out_of_the_totes_own_book(floor: StockedFloor) -> None:
    floor.order("A", RED=3)
    floor.load_cart(TOTE)
    task = floor.the_task()
    floor.pick(task)
    floor.settle(task, confirmed=-3, weighed=-4)
    floor.scan("pack-1", TOTE)
    floor.check_items("pack-1", RED=4)
    assert floor.moves("put_back") == [("RED", 1, TOTE, "putback")], "nothing had to be found astray"
    assert floor.sound()


# -- the weight --------------------------------------------------------------------------------------------


def limits(floor: StockedFloor) -> tuple[int, int]:
    """What three RED should weigh in their carton, and how far a weight may stray, the scale's division included."""
    item = floor.catalogue.items["RED"]
    [box] = [c for c in floor.policy.cartons if c.name == "XS"]
    variance = box.tare_spread_mg**2 + 3 * item.spread_mg**2
    return floor.parcel_mg(RED=3), round(4 * variance**0.5) + 2 * 1_000


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_weight_within_the_tolerance_is_believed_to_the_last_milligram(floor: StockedFloor, sign: int) -> None:
    floor.at_the_scale(RED=3)
    expected, tolerance = limits(floor)
    assert floor.weigh("pack-1", expected + sign * tolerance).title == "Stick the label on, scan it"
    assert (parcel(floor)["expected_mg"], parcel(floor)["measured_mg"]) == (expected, expected + sign * tolerance)


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_milligram_more_has_the_tote_counted_again_and_no_label(floor: StockedFloor, sign: int) -> None:
    floor.at_the_scale(RED=3)
    expected, tolerance = limits(floor)
    shown = floor.weigh("pack-1", expected + sign * (tolerance + 1))
    assert (shown.ask, shown.title) == ("scan", f"{TOTE} (A): scan an item (1 to go)")
    assert shown.lines[0].endswith("g off: count again.")
    assert (floor.exceptions(), floor.jobs("pack-1"), floor.line("A")) == (["weight_mismatch"], [], {"picked": 3})


def test_a_unit_more_or_less_is_always_beyond_the_tolerance_here(floor: StockedFloor) -> None:
    _, tolerance = limits(floor)
    assert tolerance < floor.catalogue.items["RED"].unit_mg


def test_a_recount_that_finds_fewer_reopens_the_line_and_the_weight_is_right_then(floor: StockedFloor) -> None:
    floor.at_the_scale(RED=3)
    floor.weigh("pack-1", floor.parcel_mg(RED=2))
    floor.check_items("pack-1", RED=2)
    shown = floor.weigh("pack-1", floor.parcel_mg(RED=2))
    assert shown.title == "Stick the label on, scan it"
    assert floor.line("A") == {"packed": 2, "promised": 1}
    assert floor.exceptions() == ["tote_short"]
    assert floor.sound()


def test_a_recount_that_finds_more_puts_it_back_and_the_weight_is_right_then(floor: StockedFloor) -> None:
    floor.at_the_scale(RED=3)
    floor.weigh("pack-1", floor.parcel_mg(RED=4))
    floor.check_items("pack-1", RED=4)
    assert floor.weigh("pack-1", floor.parcel_mg(RED=3)).title == "Stick the label on, scan it"
    assert (floor.line("A"), floor.at("putback"), floor.exceptions()) == ({"packed": 3}, {"RED": 1}, [])
    assert floor.sound()


def test_after_the_last_recount_the_tote_goes_to_the_problem_lane(floor: StockedFloor) -> None:
    floor.at_the_scale(RED=3)
    for _ in range(RECOUNTS_MAX):
        assert floor.weigh("pack-1", floor.parcel_mg(RED=5)).ask == "scan"
        floor.check_items("pack-1", RED=3)
    shown = floor.weigh("pack-1", floor.parcel_mg(RED=5))
    assert shown.title == "Scan a tote"
    assert shown.lines[0].startswith(f"{TOTE}: to the problem lane.")
    assert floor.exceptions() == ["weight_mismatch", "problem_lane"]
    assert (floor.jobs("pack-1"), floor.line("A")) == ([], {"picked": 3})


# -- the label ---------------------------------------------------------------------------------------------


def test_the_label_is_bought_after_the_weight_and_read_back_from_what_is_printed(floor: StockedFloor) -> None:
    floor.at_the_scale(RED=3)
    assert floor.jobs("pack-1") == []
    shown = floor.weigh("pack-1", floor.parcel_mg(RED=3))
    [job] = floor.jobs("pack-1")
    assert [s.text for s in read_symbols(draw_symbol(job.zpl))] == [shown.expected[0]] == [shown.lines[0]]
    assert "Kari" in job.zpl and "Norway" in job.zpl and "Order A" in job.zpl


def test_the_service_is_the_cheapest_that_takes_the_parcel(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [box] = [c for c in floor.policy.cartons if c.name == "XS"]
    to = Destination(country="Norway")
    offer = cheapest(floor.policy.services, Shipment(weight_mg=floor.parcel_mg(RED=3), sides_mm=box.sides_mm, to=to))
    assert offer is not None
    assert (parcel(floor)["service"], parcel(floor)["price_minor"]) == (offer.service.name, offer.price_minor)


def test_a_printed_label_is_asked_for_no_more(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [job] = floor.jobs("pack-1")
    floor.tell("pack-1", LabelPrinted(job=job.job))
    assert floor.jobs("pack-1") == []


def test_a_label_that_was_not_printed_is_said_and_printed_again_under_another_job(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [job] = floor.jobs("pack-1")
    floor.tell("pack-1", PrintFailed(job=job.job, reason="no paper", sent=False))
    assert (floor.exceptions(), floor.jobs("pack-1")) == (["print_failed"], [])
    floor.call(floor.desk.print_again)
    [again] = floor.jobs("pack-1")
    assert (again.zpl, again.job != job.job) == (job.zpl, True)
    floor.tell("pack-1", LabelPrinted(job=again.job))
    assert floor.exceptions() == []
