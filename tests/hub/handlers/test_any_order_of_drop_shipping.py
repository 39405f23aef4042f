"""Orders, changes, holds, cancellations, parcels, refusals of suppliers in whatever order: the ledger holds, and an
order goes only where the table of stages lets it."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hub.domain.order_states import Event, Stage, reached
from hub.handlers import proposals
from hub.handlers.asked import TooLate
from hub.handlers.cancel import cancel_order
from hub.handlers.change import Change, LineChange, change_order
from hub.handlers.counts import count_on_paper
from hub.handlers.drop_ship import review
from hub.handlers.drop_ship_answers import WrongNotice, cancel_purchase
from hub.handlers.holding import hold_order, let_go
from hub.handlers.proposals import NotNow
from hub.storage.order_terms import OrderStanding, standing
from hub.storage.writer import Actor
from tests.hub.dropped_floor import HOME, SKUS, DroppedFloor
from tests.hub.restocked_floor import DAY_US

FEW = st.integers(0, 30)
SKU = st.sampled_from(SKUS)
SHARED_ANEW: set[Event] = {"stock", "give_up"}


class DropShips(RuleBasedStateMachine):
    """A shop, a supplier, a buyer, people who count, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = DroppedFloor(units=5, approval_minor=1_500)
        self.stages: dict[str, Stage] = {}
        self.may: set[Event] = set()
        self.parcels = 0

    @rule(
        units=st.dictionaries(SKU, st.integers(1, 9), min_size=1),
        address=st.sampled_from((True, True, True, False)),
        hold=st.sampled_from(("", "", "payment")),
        complete=st.booleans(),
    )
    def order(self, units: dict[str, int], address: bool, hold: str, complete: bool) -> None:
        ref = f"{len(self.stages)}"
        self.floor.send_order(ref, delivery=HOME if address else None, hold=hold, complete=complete, **units)
        self.stages[ref] = "received"
        if address:
            self.floor.judge()
        self.may = {"receive"} | SHARED_ANEW

    @rule(which=FEW, line=FEW, units=st.integers(0, 9))
    def set_units(self, which: int, line: int, units: int) -> None:
        if (order := self.one(which)) is not None:
            number = order.lines[line % len(order.lines)].line
            change = Change(lines=(LineChange(line=number, units=units),))
            self.tried(lambda tx: change_order(tx, order.ref, change))
            self.may = {"add", "reduce"} | SHARED_ANEW

    @rule(which=FEW)
    def give_an_address(self, which: int) -> None:
        if (order := self.one(which)) is not None:
            self.tried(lambda tx: change_order(tx, order.ref, Change(delivery=HOME)))
            self.may = {"to_supplier"} | SHARED_ANEW

    @rule(which=FEW)
    def cancel(self, which: int) -> None:
        if (order := self.one(which)) is not None:
            self.tried(lambda tx: cancel_order(tx, order.ref, waiting_only=True))
            self.may = {"cancel"} | SHARED_ANEW

    @rule(which=FEW, held=st.booleans())
    def hold(self, which: int, held: bool) -> None:
        if (order := self.one(which)) is not None:
            self.tried(lambda tx: hold_order(tx, order.ref, "fraud") if held else let_go(tx, order.ref))
            self.may = {"hold", "let_go"}

    @rule()
    def judge(self) -> None:
        self.floor.judge()

    @rule(deed=st.sampled_from(("approve", "cancel", "sent", "acknowledge")), which=FEW)
    def decide(self, deed: str, which: int) -> None:
        deeds: dict[str, Any] = {
            "approve": lambda tx, number: proposals.approve(tx, self.floor.policy, number, "Grace"),
            "cancel": lambda tx, number: cancel_purchase(tx, self.floor.policy, number, "Grace"),
            "sent": lambda tx, number: proposals.sent_by_hand(tx, number, "Grace"),
            "acknowledge": lambda tx, number: proposals.acknowledge(tx, number, "Grace"),
        }
        if (number := self.purchase(which)) is not None:
            self.tried(lambda tx: deeds[deed](tx, number))
            self.may = {"decline"} | SHARED_ANEW

    @rule(which=FEW, sku=SKU, units=st.integers(1, 6), again=st.booleans())
    def dispatch(self, which: int, sku: str, units: int, again: bool) -> None:
        if (number := self.purchase(which)) is None:
            return
        self.parcels += not again
        try:
            self.floor.dispatch(number, f"JD{self.parcels}", **{sku: units})
        except (NotNow, WrongNotice) as error:
            assert number in str(error)
        self.may = {"dispatch"}

    @rule(which=FEW)
    def dispatch_all(self, which: int) -> None:
        """The supplier sends all that it has still to send."""
        if (number := self.purchase(which)) is None:
            return
        self.parcels += 1
        waiting = self.floor.rows(
            "SELECT s.code, SUM(d.waiting) AS units FROM drop_ship_line d JOIN purchase_order p"
            " ON p.id = d.purchase_order_id JOIN purchase_order_line l ON l.id = d.line_id"
            " JOIN sku s ON s.id = l.sku_id"
            f" WHERE p.number = '{number}' AND d.waiting > 0 GROUP BY s.code"
        )
        try:
            self.floor.dispatch(number, f"JD{self.parcels}", **{row["code"]: int(row["units"]) for row in waiting})
        except (NotNow, WrongNotice) as error:
            assert number in str(error)
        self.may = {"dispatch"}

    @rule(which=FEW, sku=SKU, units=st.integers(0, 6))
    def decline(self, which: int, sku: str, units: int) -> None:
        if (number := self.purchase(which)) is None:
            return
        try:
            self.floor.decline(number, **({sku: units} if units else {}))
        except (NotNow, WrongNotice) as error:
            assert number in str(error)
        self.may = {"decline", "withdraw"} | SHARED_ANEW

    @rule(which=FEW, confirmed=st.booleans())
    def answer(self, which: int, confirmed: bool) -> None:
        if (number := self.purchase(which)) is None:
            return
        try:
            self.floor.answer(number, confirmed=confirmed)
        except NotNow as error:
            assert number in str(error)
        self.may = {"withdraw"}

    @rule(number=st.integers(1, 3), units=st.integers(0, 8))
    def count(self, number: int, units: int) -> None:
        self.floor.call(lambda tx: count_on_paper(tx, f"bay-1/{number}", units, "Kari"))
        self.may = SHARED_ANEW

    @rule(days=st.integers(0, 6))
    def look(self, days: int) -> None:
        """What stock does not have goes to the supplier, and who is late is asked."""
        self.floor.clock_us += days * DAY_US
        self.floor.call(lambda tx: review(tx, self.floor.policy))
        self.may = {"to_supplier"}

    @rule()
    def tell(self) -> None:
        self.floor.tell_supplier()

    # -- what must hold ------------------------------------------------------------------------------------

    @invariant()
    def the_book_holds(self) -> None:
        assert self.floor.sound()
        there = sum(sum(self.floor.units_in(f"bay-1/{number}")) for number in (1, 2, 3))
        [counted] = self.floor.rows(
            "SELECT COALESCE(SUM(CASE WHEN g.kind = 'bin' THEN t.units WHEN f.kind = 'bin' THEN -t.units"
            " ELSE 0 END), 0) AS units FROM transfer t JOIN location f ON f.id = t.from_id"
            " JOIN location g ON g.id = t.to_id"
            " WHERE t.kind IN ('move', 'post')"
        )
        assert there == counted["units"], "what suppliers send is in no bin"

    @invariant()
    def nothing_that_is_held_or_has_no_address_was_let_go(self) -> None:
        assert not self.floor.rows(
            "SELECT p.number FROM purchase_message m JOIN purchase_order p ON p.id = m.purchase_order_id"
            " JOIN drop_ship_order d ON d.purchase_order_id = p.id LEFT JOIN delivery a ON a.order_id = d.order_id"
            " WHERE a.order_id IS NULL"
        )

    @invariant()
    def every_order_went_where_the_table_lets_it(self) -> None:
        for ref, before in self.stages.items():
            now = self.standing(ref).stage
            assert now in reached(before, self.may), (ref, before, now, sorted(self.may))
            self.stages[ref] = now
        self.may = set()

    def standing(self, ref: str) -> OrderStanding:
        with self.floor.engine.begin() as connection:
            found = standing(connection, 1, ref)
        assert found is not None
        return found

    def one(self, which: int) -> OrderStanding | None:
        """One of the orders, if there is any."""
        return self.standing(f"{which % len(self.stages)}") if self.stages else None

    def purchase(self, which: int) -> str | None:
        """The number of one of the purchase orders to customers, if there is any."""
        rows = self.floor.rows(
            "SELECT p.number FROM purchase_order p JOIN drop_ship_order d ON d.purchase_order_id = p.id ORDER BY p.id"
        )
        return rows[which % len(rows)]["number"] if rows else None

    def tried(self, job: Any) -> None:
        """It is done, or refused in words."""
        try:
            self.floor.writer.call(Actor("a test", "tries"), job)
        except (TooLate, NotNow) as error:
            assert "expected" in str(error).lower()


TestDropShips = DropShips.TestCase
TestDropShips.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
