"""Orders and returns in any order: never more comes back than was shipped, nothing is paid twice, the book is right."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.domain.return_terms import GRADES, Grade, ReturnTerms
from hub.handlers.authorising import NotReturnable, cancel_return, expire_returns, return_asked_about
from hub.handlers.grading import finish_refurbishing, hand_over_claim
from tests.databases import is_postgresql
from tests.hub.played_benches import UNIT_MG
from tests.hub.returned_floor import DAY_US, DOCK, ReturnedFloor

REASONS = ("changed_mind", "damaged")
SKUS = ("RED", "BLUE")
AN_EXCHANGE_WAITS = "SELECT id FROM order_line WHERE promised > 0 OR backordered > 0"
"""It would come on to the cart of the next order that is shipped."""


class OrdersAndReturns(RuleBasedStateMachine):
    """Orders leave, in any order goods are announced, come back as announced or not, are graded and restocked."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = ReturnedFloor(returns=ReturnTerms(exchange_at="received", weighed_at=(DOCK,)))
        self.orders: list[str] = []
        self.shipped_us: dict[str, int] = {}
        self.numbers: list[str] = []

    def _weigh(self, data: st.DataObject) -> None:
        """What was counted is weighed, rightly or wrongly, or cannot be."""
        if self.floor.prompt(DOCK).ask == "weigh":
            units = data.draw(st.integers(0, 3))
            if units:
                self.floor.weigh(DOCK, units * UNIT_MG)
            else:
                self.floor.problem(DOCK)
        if self.floor.prompt(DOCK).ask == "count":
            self.floor.count(DOCK, data.draw(st.integers(1, 3)))

    @precondition(lambda self: len(self.orders) < 3 and not self.floor.rows(AN_EXCHANGE_WAITS))
    @rule(red=st.integers(1, 3), blue=st.integers(1, 2))
    def ship(self, red: int, blue: int) -> None:
        ref = f"O{len(self.orders)}"
        self.floor.shipped(ref, tote=f"TOTE-{len(self.orders) + 1}", RED=red, BLUE=blue)
        self.orders.append(ref)
        self.shipped_us[ref] = self.floor.clock_us

    @precondition(lambda self: self.orders)
    @rule(
        data=st.data(),
        line=st.integers(1, 2),
        units=st.integers(1, 3),
        reason=st.sampled_from(REASONS),
        exchange=st.booleans(),
    )
    def announce(self, data: st.DataObject, line: int, units: int, reason: str, exchange: bool) -> None:
        ref = data.draw(st.sampled_from(self.orders))
        [row] = self.floor.rows(
            "SELECT l.shipped - COALESCE(r.units, 0) AS units FROM order_line l JOIN customer_order o"
            " ON o.id = l.order_id LEFT JOIN returned_units r ON r.order_line_id = l.id"
            f" WHERE o.ref = '{ref}' AND l.line = {line}"
        )
        try:
            wanted = "exchange" if exchange else "refund"
            self.numbers.append(self.floor.authorised(ref, (line, units, reason), wanted=wanted))  # type: ignore[arg-type]
        except NotReturnable:
            too_late = self.floor.clock_us - self.shipped_us[ref] > self.floor.policy.returns.window_days * DAY_US
            assert units > row["units"] or too_late
        else:
            assert units <= row["units"]

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), sku=st.sampled_from(SKUS), units=st.integers(1, 3))
    def arrive(self, data: st.DataObject, sku: str, units: int) -> None:
        number = data.draw(st.sampled_from(self.numbers))
        self.floor.came(number, **{sku: units})
        self._weigh(data)
        if self.floor.prompt(DOCK).title != "Scan the delivery note":
            self.floor.problem(DOCK)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), sku=st.sampled_from(SKUS), known=st.booleans())
    def arrive_blind(self, data: st.DataObject, sku: str, known: bool) -> None:
        self.floor.came(data.draw(st.sampled_from(self.orders)) if known else "RETURN", **{sku: 1})
        self._weigh(data)
        if self.floor.prompt(DOCK).title != "Scan the delivery note":
            self.floor.problem(DOCK)
        known_numbers = [row["number"] for row in self.floor.rows("SELECT number FROM customer_return ORDER BY id")]
        self.numbers = known_numbers

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), to=st.sampled_from(GRADES), units=st.integers(1, 2))
    def look_at(self, data: st.DataObject, to: Grade, units: int) -> None:
        number = data.draw(st.sampled_from(self.numbers))
        left = [item.left for item in self.floor.items(number) if item.left]
        if left:
            self.floor.graded(number, to, min(units, left[0]))

    @precondition(lambda self: self.numbers)
    @rule(data=st.data())
    def lapse(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.numbers))
        try:
            self.floor.call(lambda tx: cancel_return(tx, self.floor.policy, return_asked_about(tx, number)))
        except NotReturnable:
            assert not any(line.waiting for line in self.floor.return_lines(number))

    @rule()
    def much_later(self) -> None:
        self.floor.clock_us += 22 * DAY_US
        self.floor.call(lambda tx: expire_returns(tx, self.floor.policy, 100))
        assert not self.floor.rows("SELECT id FROM return_line WHERE waiting > 0")

    @rule(to=st.sampled_from(("A", "C")))
    def refurbish(self, to: Grade) -> None:
        for row in self.floor.rows("SELECT public, left_units FROM return_grade WHERE grade = 'B' AND left_units > 0"):
            self.floor.call(lambda tx, r=row: finish_refurbishing(tx, r["public"], r["left_units"], to, "Rita"))

    @rule()
    def hand_over(self) -> None:
        for row in self.floor.rows("SELECT number FROM supplier_claim WHERE state = 'open'"):
            self.floor.call(lambda tx, r=row: hand_over_claim(tx, r["number"], "Rita"))

    @rule()
    def restock(self) -> None:
        self.floor.put_away()

    @invariant()
    def the_book_is_right(self) -> None:
        assert self.floor.sound()
        assert self.floor.facts_set_aside() == 0


OrdersAndReturns.TestCase.settings = settings(
    max_examples=3 if is_postgresql() else 8, stateful_step_count=14, deadline=None
)
TestOrdersAndReturns = OrdersAndReturns.TestCase
