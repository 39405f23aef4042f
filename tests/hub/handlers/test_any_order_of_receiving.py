"""Whatever is announced, delivered in parts, set aside, put away, settled and closed, in whatever order: the book
holds, no unit is received twice, and what an order lacks at its end is a case."""

from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.contract.events import Gs1Said, SymbolScanned, UnitsPutAway
from hub.domain.announced import Announced, Carton, Content
from hub.domain.gtin import check_digit
from hub.domain.sscc import sscc
from hub.handlers import asns, dock_settling, receipts
from hub.handlers.asns import OtherAsn, RefusedAsn
from hub.handlers.dock_settling import MAY
from hub.handlers.proposals import NotNow
from hub.storage import dock_cases
from tests.hub.played_benches import PlayedBenches

SKUS = ("RED", "BLUE")
DOCK = "dock-1"
skus = st.sampled_from(SKUS)


class Receives(RuleBasedStateMachine):
    """Suppliers that deliver as they like, a receiver, and a person who settles."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = PlayedBenches(rest_days=5)
        self.announced = 0
        self.cartons: list[str] = []

    @rule(red=st.integers(1, 9), blue=st.integers(1, 9))
    def purchase(self, red: int, blue: int) -> None:
        if not self.floor.rows("SELECT id FROM purchase_order_line WHERE open = 1"):
            self.floor.purchase(RED=red, BLUE=blue)

    @rule(sku=skus, units=st.integers(1, 9), of_newest=st.booleans())
    def announce(self, sku: str, units: int, of_newest: bool) -> None:
        self.announced += 1
        number = sscc("0614141", self.announced)
        assert check_digit(number[:-1]) == number[-1]
        orders = self.floor.rows("SELECT number FROM purchase_order ORDER BY id DESC LIMIT 1") if of_newest else []
        delivery = Announced(
            ref=f"D{self.announced}",
            supplier="Supplier",
            expected_local=datetime.fromisoformat("2023-11-15T08:00"),
            purchase_order=orders[0]["number"] if orders else "",
            cartons=(Carton(sscc=number, contents=(Content(sku=sku, units=units),)),),
        )
        try:
            self.floor.call(lambda tx: asns.take(tx, self.floor.policy, delivery))
        except (OtherAsn, RefusedAsn) as error:
            assert "was received before" in str(error)
            return
        self.cartons.append(number)

    @rule()
    def open_newest(self) -> None:
        for row in self.floor.rows("SELECT number FROM purchase_order WHERE state <> 'received' ORDER BY id DESC"):
            self.floor.scan(DOCK, row["number"])

    @rule(which=st.integers(0, 5), as_announced=st.booleans())
    def scan_carton(self, which: int, as_announced: bool) -> None:
        if which >= len(self.cartons) or self.floor.prompt(DOCK).ask != "scan":
            return
        step, number = self.floor.prompt(DOCK).step, self.cartons[which]
        said = Gs1Said(sscc=number)
        self.floor.tell(DOCK, SymbolScanned(step=step, text=f"00{number}", symbology="Code128", aim="]C1", gs1=said))
        shown = self.floor.prompt(DOCK)
        if shown.ask == "count":
            self.floor.count(DOCK, shown.units + (0 if as_announced else 1))

    @rule(sku=skus, units=st.integers(0, 12), card=st.sampled_from(("", "CARD-DAMAGED", "CARD-QUALITY")))
    def count(self, sku: str, units: int, card: str) -> None:
        if "scan an item" not in self.floor.prompt(DOCK).title:
            return
        if card:
            self.floor.scan(DOCK, card)
        if self.floor.scan(DOCK, self.floor.symbol(sku)).ask == "count":
            self.floor.count(DOCK, units)

    @rule()
    def problem(self) -> None:
        self.floor.problem(DOCK)

    @rule(later=st.booleans())
    def stick(self, later: bool) -> None:
        shown = self.floor.prompt(DOCK)
        if shown.title.startswith("Stick the plate on"):
            self.floor.scan(DOCK, "CARD-LATER" if later else shown.expected[0])

    @rule()
    def light_plates(self) -> None:
        for row in self.floor.rows("SELECT name FROM location WHERE kind = 'plate' ORDER BY id"):
            if self.floor.prompt(DOCK).title == "Scan the delivery note":
                self.floor.scan(DOCK, row["name"])

    @rule()
    def put_away(self) -> None:
        for row in self.floor.rows(
            "SELECT t.public, t.station, t.units, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.kind = 'put' AND t.state = 'open' ORDER BY t.id"
        ):
            told = UnitsPutAway(
                task=row["public"], bin=row["bin"], units=row["units"], units_asked=row["units"], by="button"
            )
            self.floor.tell(row["station"], told)

    @rule(way=st.integers(0, 2))
    def settle(self, way: int) -> None:
        with self.floor.engine.begin() as connection:
            open_cases = [case for case in dock_cases.listed(connection) if case.state == "open"]
        for case in open_cases[:1]:
            outcome = MAY[case.kind][way % len(MAY[case.kind])]
            self.floor.call(lambda tx, case=case, outcome=outcome: dock_settling.settle(tx, case.id, outcome, "Ben"))

    @rule()
    def close_short(self) -> None:
        for row in self.floor.rows("SELECT number FROM purchase_order WHERE state = 'receiving' ORDER BY id LIMIT 1"):
            try:
                self.floor.call(lambda tx, row=row: receipts.close_short(tx, row["number"]))
            except NotNow as error:
                assert "is being received at dock-1" in str(error)

    @invariant()
    def the_book_holds(self) -> None:
        assert self.floor.sound()
        assert self.floor.facts_set_aside() == 0

    @invariant()
    def what_came_is_what_the_lines_say(self) -> None:
        moved = self.floor.rows(
            "SELECT COALESCE(SUM(units), 0) AS n FROM transfer WHERE reason IN ('receive',"
            " 'case_kept', 'case_released')"
        )
        lines = self.floor.rows("SELECT COALESCE(SUM(received), 0) AS n FROM purchase_order_line")
        assert moved == lines

    @invariant()
    def what_lies_at_the_claims_and_in_quality_is_of_open_cases(self) -> None:
        lies = self.floor.rows(
            "SELECT COALESCE(SUM(b.on_hand), 0) AS n FROM balance b JOIN location l ON l.id = b.location_id"
            " WHERE l.name IN ('claims', 'quality')"
        )
        cases = self.floor.rows(
            "SELECT COALESCE(SUM(units), 0) AS n FROM dock_case WHERE state = 'open' AND location_id IS NOT NULL"
        )
        assert lies == cases

    @invariant()
    def an_order_at_its_end_lacks_nothing_that_is_no_case(self) -> None:
        lacking = self.floor.rows(
            "SELECT l.id, l.ordered - l.received AS lacks, COALESCE((SELECT SUM(c.units) FROM dock_case c"
            " WHERE c.purchase_order_id = l.purchase_order_id AND c.sku_id = l.sku_id"
            " AND c.kind IN ('short', 'damaged', 'expired', 'quality', 'refused')), 0) AS said"
            " FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id"
            " WHERE p.state = 'received' AND l.ordered > l.received"
        )
        assert all(row["said"] >= row["lacks"] for row in lacking)


Receives.TestCase.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)
TestReceives = Receives.TestCase
