"""Announced deliveries: taken in once, checked against the order; a carton's number receives what is in it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from edge.contract.events import Gs1Said, SymbolScanned
from edge.contract.state import Prompt
from hub.domain.announced import Announced, Carton, Content
from hub.handlers import asns
from hub.handlers.asns import AsnTaken, OtherAsn, RefusedAsn
from hub.storage import dock_cases
from tests.hub.stocked_floor import StockedFloor, site_file

DOCK = "dock-1"
SSCC, OTHER = "006141411234567890", "106141411234567897"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def supplier(floor: StockedFloor) -> str:
    return str(floor.rows("SELECT name FROM supplier ORDER BY id")[0]["name"])


def announce(
    floor: StockedFloor,
    *cartons: Carton,
    ref: str = "D1",
    number: str = "",
    hour: int = 12,
    door: str = "",
    loose: tuple[Content, ...] = (),
) -> AsnTaken:
    delivery = Announced(
        ref=ref,
        supplier=supplier(floor),
        expected_local=datetime.fromisoformat(f"2011-03-01T{hour}:00"),
        purchase_order=number,
        door=door,
        cartons=cartons,
        loose=loose,
    )
    taken: AsnTaken = floor.call(lambda tx: asns.take(tx, floor.policy, delivery))
    return taken


def carton(*contents: Content, sscc: str = SSCC, gross_mg: int | None = None) -> Carton:
    return Carton(sscc=sscc, gross_mg=gross_mg, contents=contents)


def scan_sscc(floor: StockedFloor, sscc: str = SSCC) -> Prompt:
    step = floor.prompt(DOCK).step
    said = Gs1Said(sscc=sscc)
    floor.tell(DOCK, SymbolScanned(step=step, text=f"00{sscc}", symbology="Code128", aim="]C1", gs1=said))
    return floor.prompt(DOCK)


def test_a_delivery_is_taken_in_once(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    inside = carton(Content(sku="RED", units=5))
    assert announce(floor, inside, number=number) == AsnTaken(ref="D1", purchase_order=number, again=False, differs=())
    assert announce(floor, inside, number=number).again
    with pytest.raises(OtherAsn, match="came before with other content"):
        announce(floor, carton(Content(sku="RED", units=4)), number=number)
    assert floor.rows("SELECT COUNT(*) AS n FROM asn_line") == [{"n": 1}]


def test_what_is_announced_beyond_the_order_is_said(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    taken = announce(floor, carton(Content(sku="RED", units=4), Content(sku="GOLD", units=1)), number=number)
    assert taken.differs == ("GOLD not ordered",)
    taken = announce(floor, carton(Content(sku="RED", units=4), sscc=OTHER), ref="D2", number=number)
    assert taken.differs == ("4 x RED announced, 1 to come",), "what came of the first is not to come again"
    assert floor.exceptions() == ["asn_differs"]


def test_names_that_nobody_knows_are_refused(floor: StockedFloor) -> None:
    with pytest.raises(RefusedAsn, match="expected SKUs of the catalogue, got 'PINK'"):
        announce(floor, loose=(Content(sku="PINK", units=1),))
    with pytest.raises(RefusedAsn, match="expected the number of a purchase order, got 'PO-9'"):
        announce(floor, number="PO-9", loose=(Content(sku="RED", units=1),))
    assert floor.rows("SELECT COUNT(*) AS n FROM asn") == [{"n": 0}]


def test_a_door_is_given_once_at_a_time(floor: StockedFloor) -> None:
    announce(floor, door="2", loose=(Content(sku="RED", units=1),))
    with pytest.raises(OtherAsn, match="door 2 is given to D1 of"):
        announce(floor, ref="D2", door="2", loose=(Content(sku="RED", units=1),))
    announce(floor, ref="D3", door="2", hour=13, loose=(Content(sku="RED", units=1),))
    floor.call(lambda tx: asns.cancel(tx, supplier(floor), "D1"))
    announce(floor, ref="D4", door="2", loose=(Content(sku="RED", units=1),))


def test_a_delivery_without_an_order_gets_one_and_other_orders_stay_open(floor: StockedFloor) -> None:
    floor.purchase(RED=5)
    taken = announce(floor, loose=(Content(sku="RED", units=3), Content(sku="GREEN", units=2)))
    assert taken.purchase_order == "PO-000002"
    assert floor.rows("SELECT ordered, open FROM purchase_order_line ORDER BY id") == [
        {"ordered": 5, "open": 1},
        {"ordered": 3, "open": 0},
        {"ordered": 2, "open": 1},
    ]
    assert floor.scan(DOCK, "D1").title == "PO-000002: scan an item (2 to go)", "its own name opens it"
    assert floor.sound()


def test_a_carton_is_received_whole_when_a_sample_is_as_announced(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5, GREEN=2)
    announce(
        floor,
        carton(Content(sku="RED", units=5, lot="L1", expiry="2012-12-31"), Content(sku="GREEN", units=2)),
        number=number,
    )
    shown = scan_sscc(floor)
    assert (shown.ask, shown.title, shown.units) == ("count", "Count GOODS RED in carton 567890", 5)
    assert shown.lines[:2] == ("5 x GOODS RED", "2 x GOODS GREEN")
    shown = floor.count(DOCK, 5)
    assert shown.title == "Stick the plate on, scan it"
    assert floor.at(f"PLATE-{number}") == {"RED": 5, "GREEN": 2}
    assert {row["code"] for row in floor.rows("SELECT code FROM lot WHERE code <> ''")} == {"L1"}
    assert floor.rows("SELECT symbol FROM evidence WHERE by = 'symbol'")[0] == {"symbol": f"(00){SSCC}"}
    assert floor.exceptions() == []
    assert floor.sound()


def test_a_carton_that_weighs_as_announced_needs_no_count(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    announce(floor, carton(Content(sku="RED", units=5), gross_mg=2_000_000), number=number)
    assert scan_sscc(floor).ask == "weigh"
    assert floor.weigh(DOCK, 2_030_000).title == "Stick the plate on, scan it"
    assert floor.at(f"PLATE-{number}") == {"RED": 5}


def test_a_carton_that_weighs_otherwise_is_counted_and_then_scanned_item_by_item(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    announce(floor, carton(Content(sku="RED", units=5), gross_mg=2_000_000), number=number)
    scan_sscc(floor)
    shown = floor.weigh(DOCK, 1_500_000)
    assert (shown.ask, shown.lines[0]) == ("count", "It weighs 1.500 kg, not 2.000 kg: count a sample.")
    shown = floor.count(DOCK, 4)
    assert (shown.ask, shown.lines[0]) == ("scan", "Not as announced: scan the items of carton 567890 one by one.")
    floor.check_items(DOCK, RED=4)
    floor.problem(DOCK)
    assert floor.at(f"PLATE-{number}") == {"RED": 4}
    with floor.engine.begin() as connection:
        assert [(c.kind, c.units) for c in dock_cases.listed(connection)] == [("short", 1)]
    assert floor.sound()


def test_two_cartons_are_received_one_after_another_and_none_twice(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    announce(
        floor,
        carton(Content(sku="RED", units=3)),
        carton(Content(sku="RED", units=2), sscc=OTHER),
        number=number,
    )
    scan_sscc(floor)
    assert floor.count(DOCK, 3).lines[0] == "Carton 567890 received: 3 units."
    assert scan_sscc(floor).lines[0] == f"Pallet {SSCC}: now what is on it.", "its content is not received again"
    scan_sscc(floor, OTHER)
    assert floor.count(DOCK, 2).title == "Stick the plate on, scan it"
    assert floor.at(f"PLATE-{number}") == {"RED": 5}
    assert floor.sound()


def test_an_expired_lot_in_a_carton_is_not_received_with_it(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    announce(floor, carton(Content(sku="RED", units=5, lot="L1", expiry="2010-12-31")), number=number)
    scan_sscc(floor)
    shown = floor.count(DOCK, 5)
    assert (shown.ask, floor.exceptions()) == ("scan", ["expired_lot"])
    assert shown.lines[0].startswith("EXPIRED 2010-12-31")


def test_a_blind_dock_shows_no_numbers_of_a_carton(tmp_path: Path) -> None:
    floor = StockedFloor(
        tmp_path, **{"site.toml": site_file().replace("receive_blind = false", "receive_blind = true")}
    )
    try:
        number = floor.purchase(RED=5)
        announce(floor, carton(Content(sku="RED", units=5)), number=number)
        shown = scan_sscc(floor)
        assert (shown.lines[0], shown.units) == ("GOODS RED", 0)
    finally:
        floor.close()


def test_problem_at_a_carton_scans_its_items_one_by_one(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    announce(floor, carton(Content(sku="RED", units=5)), number=number)
    scan_sscc(floor)
    assert floor.problem(DOCK).lines[0] == "Scan its items one by one."
    floor.check_items(DOCK, RED=5)
    assert floor.at(f"PLATE-{number}") == {"RED": 5}
