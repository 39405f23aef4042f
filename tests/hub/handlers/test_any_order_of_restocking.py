"""Whatever is ordered, cancelled, proposed, delivered, counted and put away, in whatever order: the book holds, an SKU
has one open proposal at most, and everybody who waits has a date that the deliveries on order can keep."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.contract.events import BinCounted
from hub.handlers import backorders, counts, proposals
from hub.handlers.cancel import cancel_order
from hub.handlers.proposals import NotNow
from hub.storage import backorders as stored
from tests.hub.restocked_floor import DAY_US, HOUR_US, RestockedFloor

SKUS = ("RED", "BLUE", "GREEN")
skus = st.sampled_from(SKUS)


class Restocks(RuleBasedStateMachine):
    """A shop, a supplier, people who count, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = RestockedFloor(SKUS, units=6, approval_minor=5_000)
        self.floor.history(40, RED=3, BLUE=1)
        self.orders = 0

    @rule(sku=skus, units=st.integers(1, 30), more=skus)
    def order(self, sku: str, units: int, more: str) -> None:
        self.orders += 1
        self.floor.order(f"{self.orders}", **{sku: units, more: 2})

    @rule(which=st.integers(1, 20), waiting_only=st.booleans())
    def cancel(self, which: int, waiting_only: bool) -> None:
        ref = f"{which}"
        if which > self.orders:
            return
        if waiting_only:
            self.floor.call(lambda tx: backorders.cancel_waiting(tx, self.floor.policy, ref, None))
        else:
            self.floor.call(lambda tx: cancel_order(tx, ref, waiting_only=True))

    @rule(sku=skus)
    def substitute(self, sku: str) -> None:
        for row in self.floor.rows(
            "SELECT o.ref, l.line, s.code FROM order_line l JOIN customer_order o ON o.id = l.order_id"
            " JOIN sku s ON s.id = l.sku_id WHERE l.backordered > 0 ORDER BY l.id LIMIT 1"
        ):
            if row["code"] != sku:
                self.floor.call(
                    lambda tx, row=row: backorders.substitute(tx, self.floor.policy, row["ref"], row["line"], sku, 1)
                )

    @rule(hours=st.sampled_from((1, 30, 100)))
    def review(self, hours: int) -> None:
        self.floor.clock_us += hours * HOUR_US
        self.floor.review()
        self.everybody_has_a_date()

    @rule(deed=st.sampled_from(("approve", "cancel", "acknowledge")))
    def decide(self, deed: str) -> None:
        deeds: dict[str, Any] = {
            "approve": lambda tx, number: proposals.approve(tx, self.floor.policy, number, "Grace"),
            "cancel": lambda tx, number: proposals.cancel(tx, number, "Grace"),
            "acknowledge": lambda tx, number: proposals.acknowledge(tx, number, "Grace", tx.now_us + 5 * DAY_US),
        }
        for row in self.floor.rows("SELECT number FROM purchase_order ORDER BY id DESC LIMIT 1"):
            try:
                self.floor.call(lambda tx, row=row: deeds[deed](tx, row["number"]))
            except NotNow as error:
                assert "expected it" in str(error)

    @rule(short=st.integers(0, 3))
    def receive(self, short: int) -> None:
        for row in self.floor.rows(
            "SELECT p.id, p.number FROM purchase_order p JOIN proposal r ON r.purchase_order_id = p.id"
            " WHERE p.state = 'ordered' AND r.state IN ('approved', 'sent', 'acknowledged') ORDER BY p.id LIMIT 1"
        ):
            lines = self.floor.rows(
                "SELECT s.code, l.ordered FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
                f" WHERE l.purchase_order_id = {row['id']} ORDER BY l.id"
            )
            self.floor.deliver(row["number"], **{line["code"]: max(0, line["ordered"] - short) for line in lines})

    @rule()
    def put_away(self) -> None:
        self.floor.put_all_away()

    @rule(number=st.integers(1, 3), off=st.integers(-4, 4))
    def count(self, number: int, off: int) -> None:
        name = f"bay-1/{number}"
        self.floor.call(lambda tx: counts.suspect_bin(tx, name, "a test asks"))
        [there] = self.floor.rows(
            "SELECT COALESCE(SUM(b.on_hand), 0) AS n FROM location l LEFT JOIN balance b ON b.location_id = l.id"
            f" WHERE l.name = '{name}'"
        )
        for task in self.floor.rows(
            "SELECT t.public FROM task t JOIN location p ON p.id = t.bin_id"
            f" WHERE t.kind = 'count' AND t.state = 'open' AND p.name = '{name}'"
        ):
            units = max(0, int(there["n"]) + off)
            self.floor.tell("bay-1", BinCounted(task=task["public"], bin=name, units=units, by="button"))

    @invariant()
    def the_book_holds(self) -> None:
        assert self.floor.sound()
        assert self.floor.facts_set_aside() == 0
        twice = self.floor.rows(
            "SELECT l.sku_id, p.supplier_id FROM purchase_order_line l JOIN purchase_order p"
            " ON p.id = l.purchase_order_id WHERE l.open = 1 GROUP BY l.sku_id, p.supplier_id HAVING COUNT(*) > 1"
        )
        assert not twice
        assert not self.floor.rows("SELECT 1 AS n FROM daily_demand WHERE units <= 0")

    def everybody_has_a_date(self) -> None:
        """And no delivery is promised to more units than it brings."""
        with self.floor.engine.begin() as connection:
            rows = stored.listed(connection)
        assert all(row["source"] for row in rows)
        assert all((row["expected_us"] is None) == (row["source"] in ("overdue", "unknown")) for row in rows)
        brings = {
            (row["number"], row["code"]): row["ordered"]
            for row in self.floor.rows(
                "SELECT p.number, s.code, l.ordered FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
                " JOIN purchase_order p ON p.id = l.purchase_order_id WHERE l.open = 1"
            )
        }
        for (number, sku), units in brings.items():
            claimed = [row["units"] for row in rows if (row["purchase_order"], row["sku"]) == (number, sku)]
            assert sum(claimed) - (max(claimed) if claimed else 0) < units


Restocks.TestCase.settings = settings(max_examples=12, stateful_step_count=18, deadline=None)
TestRestocks = Restocks.TestCase
