"""GS1 at the dock and at packing: labels as the station understands them, lots, pallets, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.contract.events import ButtonPressed, SymbolScanned, UnitsPutAway
from edge.contract.state import Prompt
from edge.understanding import understood
from firmware.scanners.scan import GROUP_SEPARATOR as GS
from firmware.symbology import check_digit_fits
from hub.handlers.counts import count_on_paper
from hub.storage import tasks
from tests.hub.stocked_floor import StockedFloor

DOCK = "dock-1"
SSCC = next(f"34012345678900001{d}" for d in "0123456789" if check_digit_fits(f"34012345678900001{d}"))


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def day(floor: StockedFloor, days: int) -> str:
    """A day from the floor's today, as in a symbol: YYMMDD."""
    return f"{datetime.fromtimestamp(floor.clock_us / 1e6, UTC) + timedelta(days=days):%y%m%d}"


def label(floor: StockedFloor, bench: str, text: str, symbology: str = "Code128", aim: str = "]C1") -> Prompt:
    """A symbol passes the station, which says in its fact what it understood; what the bench asks then."""
    said = understood(text, symbology, aim, b"", 2026)
    step = floor.prompt(bench).step
    floor.tell(
        bench,
        SymbolScanned(step=step, text=text, symbology=symbology, aim=aim, gs1=said.gs1, gs1_error=said.gs1_error),
    )
    return floor.prompt(bench)


def lots_on(floor: StockedFloor, place: str) -> dict[str, int]:
    rows = floor.rows(
        "SELECT lot.code, b.on_hand FROM balance b JOIN lot ON lot.id = b.lot_id JOIN location l"
        f" ON l.id = b.location_id WHERE l.name = '{place}' AND b.on_hand <> 0"
    )
    return {row["code"]: row["on_hand"] for row in rows}


def gtin(floor: StockedFloor, sku: str = "RED") -> str:
    return floor.catalogue.items[sku].gtin


def test_a_labelled_lot_is_received_put_away_and_allocated_before_what_expires_later(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    shown = label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 90)}375{GS}10AB-7", "DataMatrix", "]d2")
    assert (shown.ask, shown.units) == ("count", 5)
    assert any(line.startswith("Lot AB-7, good until ") for line in shown.lines)
    floor.count(DOCK, 5)
    assert lots_on(floor, f"PLATE-{number}") == {"AB-7": 5}
    floor.scan(DOCK, f"PLATE-{number}")
    task = floor.the_task("put")
    floor.tell(task["station"], UnitsPutAway(task=task["public"], bin=task["bin"], units=5, units_asked=5, by="button"))
    assert lots_on(floor, task["bin"])["AB-7"] == 5
    first = floor.call(lambda tx: tasks.bins_with(tx, floor.ids["RED"]))[0]
    rows = floor.rows(f"SELECT code FROM lot WHERE id = {first[3]}")
    assert (rows, first[4]) == ([{"code": "AB-7"}], 5), "allocation takes the first expiry first"
    assert floor.sound()


def test_a_line_of_two_lots_stays_open_until_both_are_counted(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    shown = label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 90)}373{GS}10A")
    assert shown.units == 3
    shown = floor.count(DOCK, 3)
    assert shown.lines == ("2 x GOODS RED (3 of 5 counted)",)
    shown = label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 120)}10B")
    assert shown.units == 2, "what is left of the line where the label says no count"
    shown = floor.count(DOCK, 2)
    assert shown.title == "Stick the plate on, scan it"
    assert lots_on(floor, f"PLATE-{number}") == {"A": 3, "B": 2}


def test_problem_ends_a_line_of_which_one_lot_came(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    label(floor, DOCK, f"01{gtin(floor)}10A")
    shown = floor.count(DOCK, 3)
    floor.tell(DOCK, ButtonPressed(step=shown.step, button="problem"))
    assert lots_on(floor, f"PLATE-{number}") == {"A": 3}
    assert floor.sound()


def test_a_pallets_number_goes_with_what_is_received_of_it(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    shown = label(floor, DOCK, f"00{SSCC}")
    assert shown.lines[0] == f"Pallet {SSCC}: now what is on it."
    shown = label(floor, DOCK, f"02{gtin(floor)}375{GS}10A")
    assert f"Pallet {SSCC}" in shown.lines
    floor.count(DOCK, 5)
    [seen] = floor.rows(
        "SELECT e.symbol FROM transfer t JOIN evidence e ON e.id = t.evidence_id WHERE t.reason = 'receive'"
    )
    assert seen["symbol"].startswith(f"(00){SSCC} ")


def test_an_expired_lot_is_not_received_and_the_receiver_sees_why(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    shown = label(floor, DOCK, f"01{gtin(floor)}17{day(floor, -1)}10OLD")
    assert (shown.ask, shown.tone) == ("scan", "warn")
    assert shown.lines[0].startswith("EXPIRED ")
    assert [row["kind"] for row in floor.rows("SELECT kind FROM exception")] == ["expired_lot"]


def test_a_lot_is_good_until_the_end_of_its_last_day(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    assert label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 0)}10NOW").ask == "count"


def test_a_lot_with_another_last_day_than_before_is_not_received(floor: StockedFloor) -> None:
    first = floor.purchase(RED=5)
    floor.scan(DOCK, first)
    label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 90)}10A")
    floor.count(DOCK, 3)
    shown = label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 91)}10A")
    assert shown.lines[0].startswith("WRONG LOT: A says ")
    assert [row["kind"] for row in floor.rows("SELECT kind FROM exception")] == ["wrong_lot"]


def test_a_lot_known_from_an_earlier_delivery_keeps_its_last_day(floor: StockedFloor) -> None:
    floor.scan(DOCK, floor.purchase(RED=5))
    label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 90)}10A")
    floor.count(DOCK, 5)
    floor.scan(DOCK, floor.prompt(DOCK).expected[0])
    floor.scan(DOCK, floor.purchase(RED=4))
    assert label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 90)}10A").ask == "count"
    floor.count(DOCK, 1)
    assert label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 80)}10A").lines[0].startswith("WRONG LOT")


@pytest.mark.parametrize("bench", [DOCK, "pack-1"])
def test_a_label_that_is_half_right_is_refused_and_nothing_is_guessed(floor: StockedFloor, bench: str) -> None:
    if bench == DOCK:
        floor.scan(DOCK, floor.purchase(RED=5))
    else:
        floor.at_packing(RED=2)
    wrong_digit = gtin(floor)[:-1] + str((int(gtin(floor)[-1]) + 1) % 10)
    for text in (f"01{wrong_digit}10A", f"01{gtin(floor)}17271345"):
        shown = label(floor, bench, text)
        assert (shown.ask, shown.tone) == ("scan", "warn")
        assert shown.lines[0].startswith("Bad GS1 label: ")


@pytest.mark.parametrize(
    ("symbology", "aim"), [("Code128", "]C1"), ("DataMatrix", "]d2"), ("QRCode", "]Q3"), ("DataBar", "]e0")]
)
def test_a_packer_may_scan_any_gs1_symbol_of_an_item(floor: StockedFloor, symbology: str, aim: str) -> None:
    floor.at_packing(RED=2)
    shown = label(floor, "pack-1", f"01{gtin(floor)}17{day(floor, 90)}10A", symbology, aim)
    assert (shown.ask, shown.title, shown.units) == ("count", "GOODS RED", 2)


def test_a_count_of_a_bin_with_two_lots_is_of_both(floor: StockedFloor) -> None:
    [home] = floor.bins_of("RED")[:1]
    before = floor.at(home)["RED"]
    floor.scan(DOCK, floor.purchase(RED=5))
    label(floor, DOCK, f"01{gtin(floor)}17{day(floor, 90)}10A")
    floor.count(DOCK, 5)
    floor.scan(DOCK, floor.prompt(DOCK).expected[0])
    task = floor.the_task("put")
    floor.tell(task["station"], UnitsPutAway(task=task["public"], bin=task["bin"], units=5, units_asked=5, by="button"))
    assert floor.call(lambda tx: count_on_paper(tx, task["bin"], before + 5, "Ana")) == 0
    assert floor.call(lambda tx: count_on_paper(tx, task["bin"], before - 1, "Ana")) == -6
    assert floor.at(task["bin"])["RED"] == before - 1
    assert floor.sound()
