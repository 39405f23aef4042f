"""Orders, carts, receipts, picks, counts, cancellations, expiry and plans in any order: every invariant holds after
each step, and nothing free is kept from an order that could use it."""

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.contract.events import TaskReturned, UnitsPicked
from hub.domain.allocation import choose_quickly
from hub.domain.ordered_line import OrderedLine
from hub.handlers import carts_at_checkout, reallocate
from hub.handlers.allocate import keep_whole, promise_again
from hub.handlers.asked import TooLate
from hub.handlers.cancel import cancel_order
from hub.handlers.carts_at_checkout import NotAvailable, hold_units, let_go, order_with_hold
from hub.handlers.counts import count_on_paper
from hub.handlers.orders import NewOrder
from hub.handlers.reallocate import Plan
from hub.storage import allocation
from hub.storage.transaction import Tx
from tests.hub.played_benches import SKUS, PlayedBenches

UNITS = st.integers(1, 15)
LINES = st.dictionaries(st.sampled_from(SKUS), UNITS, min_size=1)
BIN = {sku: f"bay-1/{number}" for number, sku in enumerate(SKUS, 1)}


class Allocation(RuleBasedStateMachine):
    """A floor of two SKUs with the real handlers; the invariants of the ledger are the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = PlayedBenches()
        self.refs: list[str] = []
        self.holds: list[str] = []
        self.plan: Plan | None = None

    @initialize(red=st.integers(0, 25), blue=st.integers(0, 25))
    def stock(self, red: int, blue: int) -> None:
        for sku, units in zip(SKUS, (red, blue), strict=True):
            self.floor.call(lambda tx, sku=sku, units=units: count_on_paper(tx, BIN[sku], units, "Kari"))

    @rule(lines=LINES, priority=st.integers(0, 2), due=st.none() | st.integers(0, 2), whole=st.booleans())
    def order(self, lines: dict[str, int], priority: int, due: int | None, whole: bool) -> None:
        ref = f"W-{len(self.refs)}"
        self.refs.append(ref)
        self.floor.order(ref, **lines)

        def terms(tx: Tx) -> None:
            set_ = f"priority = {priority}, ship_by_us = {'NULL' if due is None else due}, ship_complete = {int(whole)}"
            tx.connection.exec_driver_sql(f"UPDATE customer_order SET {set_} WHERE ref = '{ref}'")
            order_id = tx.connection.exec_driver_sql(f"SELECT id FROM customer_order WHERE ref = '{ref}'").scalar_one()
            keep_whole(tx, order_id)
            promise_again(tx, allocation.short_skus(tx.connection))

        self.floor.call(terms)

    @rule(lines=LINES, seconds=st.integers(1, 100))
    def hold(self, lines: dict[str, int], seconds: int) -> None:
        with suppress(NotAvailable):
            self.holds.append(self.floor.call(lambda tx: hold_units(tx, lines, seconds)).public)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), lines=LINES)
    def use_hold(self, data: st.DataObject, lines: dict[str, int]) -> None:
        public = data.draw(st.sampled_from(self.holds))
        self.holds.remove(public)
        ref = f"W-{len(self.refs)}"
        self.refs.append(ref)
        told = tuple(OrderedLine(sku=sku, units=units) for sku, units in lines.items())
        new = NewOrder(ref=ref, customer="", country="Norway", placed_us=None, lines=told)
        held = self.floor.rows(
            "SELECT s.code, l.units FROM cart_hold h JOIN cart_hold_line l ON l.hold_id = h.id"
            f" JOIN sku s ON s.id = l.sku_id WHERE h.public = '{public}'"
        )
        receipt, state = self.floor.call(lambda tx: order_with_hold(tx, new, public))
        if state == "used":
            assert receipt.promised >= sum(min(row["units"], lines.get(row["code"], 0)) for row in held)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release_hold(self, data: st.DataObject) -> None:
        public = data.draw(st.sampled_from(self.holds))
        self.floor.call(lambda tx: let_go(tx, public))
        self.holds.remove(public)

    @rule(seconds=st.integers(1, 60))
    def time_passes(self, seconds: int) -> None:
        self.floor.clock_us += seconds * 1_000_000
        self.floor.call(carts_at_checkout.expire)

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), waiting_only=st.booleans())
    def cancel(self, data: st.DataObject, waiting_only: bool) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        with suppress(TooLate):
            self.floor.call(lambda tx: cancel_order(tx, ref, waiting_only=waiting_only))

    @rule(sku=st.sampled_from(SKUS), units=st.integers(0, 40))
    def count(self, sku: str, units: int) -> None:
        """Stock comes, goes, or is found to be otherwise; what was reserved of it is called back."""
        self.floor.call(lambda tx: count_on_paper(tx, BIN[sku], units, "Kari"))

    @rule()
    def load_cart(self) -> None:
        self.floor.load_cart("TOTE-1", "TOTE-2")
        self.floor.problem("induct-1")

    @rule(data=st.data(), short=st.integers(0, 3))
    def pick(self, data: st.DataObject, short: int) -> None:
        lit = self.tasks("open")
        if lit:
            task = data.draw(st.sampled_from(lit))
            units = max(0, task["units"] - short)
            self.floor.tell(
                "bay-1",
                UnitsPicked(task=task["public"], bin=task["bin"], units=units, units_asked=task["units"], by="button"),
            )

    @rule()
    def give_back(self) -> None:
        for task in self.tasks("recalled"):
            self.floor.tell("bay-1", TaskReturned(task=task["public"], bin=task["bin"]))

    @rule()
    def look(self) -> None:
        """A plan is made; it is applied at some later time, or never."""
        with self.floor.engine.begin() as connection:
            self.plan = reallocate.plan(reallocate.look(connection, 1, self.floor.clock_us), choose_quickly)

    @rule()
    def apply_plan(self) -> None:
        if self.plan is not None:
            before = self.complete()
            if self.floor.call(lambda tx: reallocate.apply(tx, self.plan)):
                assert self.complete() >= before
            self.plan = None

    def complete(self) -> int:
        return len(self.floor.rows("SELECT order_id FROM order_line GROUP BY order_id HAVING SUM(backordered) = 0"))

    def tasks(self, state: str) -> list[dict[str, Any]]:
        return self.floor.rows(
            "SELECT t.public, t.units, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id"
            " JOIN tote_load l ON l.id = t.load_id AND l.tote_id IS NOT NULL"
            f" WHERE t.kind = 'pick' AND t.state = '{state}' ORDER BY t.id"
        )

    @invariant()
    def everything_holds(self) -> None:
        assert self.floor.sound()
        assert self.floor.facts_set_aside() == 0

    @invariant()
    def nothing_free_is_kept_from_who_could_use_it(self) -> None:
        def again(tx: Tx) -> int:
            return promise_again(tx, allocation.short_skus(tx.connection))

        assert self.floor.call(again) == 0

    def teardown(self) -> None:
        self.floor.writer.close()
        self.floor.engine.dispose()


Allocation.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAllocation = Allocation.TestCase
