"""Whatever is announced, delivered in parts, set aside, put away, sent by a lane, settled, closed, in whatever order:
the book holds, no unit is received twice, what an order lacks at its end is a case, and nothing is left in a lane."""

from contextlib import suppress
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.contract.events import BinCounted, Gs1Said, SymbolScanned
from hub.domain.announced import Announced, Carton, Content
from hub.domain.gtin import check_digit
from hub.domain.sscc import sscc
from hub.handlers import asns, dock_settling, holding, receipts
from hub.handlers.asked import TooLate
from hub.handlers.asns import OtherAsn, RefusedAsn
from hub.handlers.cancel import cancel_order
from hub.handlers.dock_settling import MAY
from hub.handlers.proposals import NotNow
from hub.storage import dock_cases
from tests.hub.laned_floor import LANES, LanedFloor, put, tasks

SKUS = ("RED", "BLUE")
DOCK = "dock-1"
skus = st.sampled_from(SKUS)


class Receives(RuleBasedStateMachine):
    """Suppliers that deliver as they like, a receiver, and a person who settles."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = LanedFloor(rest_days=5)
        self.floor.sold_out()
        self.refs = ["W0"]
        self.floor.ordered("W0", RED=3, BLUE=2)
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

    @rule(red=st.integers(0, 6), blue=st.integers(0, 6))
    def deliver(self, red: int, blue: int) -> None:
        """A delivery from its note to its plate, where the dock does nothing else: most of what is put away came so."""
        self.purchase(red + 1, blue + 1)
        if self.floor.prompt(DOCK).title != "Scan the delivery note":
            return
        self.open_newest()
        for sku, units in (("RED", red), ("BLUE", blue)):
            self.count(sku, units, "")
        self.problem()
        self.stick(later=False)
        self.put_away(0)

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

    @rule(short=st.sampled_from((0, 0, 0, 1)))
    def put_away(self, short: int) -> None:
        for task in tasks(self.floor, "put"):
            put(self.floor, task, max(0, task["units"] - short))

    @rule(red=st.integers(0, 6), blue=st.integers(0, 6), complete=st.booleans(), priority=st.sampled_from((0, 0, 3)))
    def order(self, red: int, blue: int, complete: bool, priority: int) -> None:
        units = {sku: n for sku, n in (("RED", red), ("BLUE", blue)) if n}
        if units and len(self.refs) < 4:
            self.refs.append(f"W{len(self.refs)}")
            self.floor.ordered(self.refs[-1], complete=complete, priority=priority, **units)

    @rule(which=st.integers(0, 3), hold=st.booleans())
    def give_up(self, which: int, hold: bool) -> None:
        if which >= len(self.refs):
            return
        ref = self.refs[which]
        try:
            if hold:
                self.floor.call(lambda tx: holding.hold_order(tx, ref, "payment"))
            else:
                self.floor.call(lambda tx: cancel_order(tx, ref, waiting_only=True))
        except TooLate:
            assert not self.floor.line(ref).keys() & {"promised", "backordered"}

    @rule(short=st.sampled_from((0, 0, 1)))
    def pick(self, short: int) -> None:
        if not tasks(self.floor, "pick"):
            free = self.floor.rows(
                "SELECT name FROM location p WHERE kind = 'tote' AND NOT EXISTS (SELECT 1 FROM balance b"
                " WHERE b.location_id = p.id AND b.on_hand > 0) ORDER BY id LIMIT 2"
            )
            self.floor.load_cart(*(row["name"] for row in free))
        for task in tasks(self.floor, "pick"):
            self.floor.pick(task["ref"], max(0, task["units"] - short))

    @rule()
    def clear(self) -> None:
        self.floor.cleared()

    def teardown(self) -> None:
        """When nobody waits for anything any more, every lane is empty once all that is lit was done."""
        for ref in self.refs:
            with suppress(TooLate):
                self.floor.call(lambda tx, ref=ref: cancel_order(tx, ref, waiting_only=True))
        for _ in range(3):
            for task in tasks(self.floor, "pick"):
                self.floor.pick(task["ref"], task["units"])
            for count in tasks(self.floor, "count"):
                told = BinCounted(task=count["public"], bin=count["bin"], units=count["units"], by="button")
                self.floor.tell(count["station"], told)
            self.floor.cleared()
            self.put_away(0)
        assert self.floor.in_lanes() == []
        assert self.floor.sound()

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
    def a_lane_has_units_of_one_sku(self) -> None:
        assert len({lane for lane, _, _ in self.floor.in_lanes()}) == len(self.floor.in_lanes())
        assert all(sku in SKUS for _, sku, _ in self.floor.in_lanes())

    @invariant()
    def no_more_goes_to_lanes_than_was_ordered(self) -> None:
        [there] = self.floor.rows(
            "SELECT COALESCE(SUM(t.units), 0) AS units FROM task t JOIN location p ON p.id = t.bin_id"
            f" WHERE p.name IN {LANES} AND t.kind = 'put' AND t.state = 'open'"
        )
        [wanted] = self.floor.rows("SELECT COALESCE(SUM(ordered), 0) AS units FROM order_line")
        assert there["units"] <= wanted["units"]

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


Receives.TestCase.settings = settings(max_examples=7, stateful_step_count=25, deadline=None)
TestReceives = Receives.TestCase
