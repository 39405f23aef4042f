"""Random histories of orders through the real handlers on a small floor, judged by two oracles: every invariant of the
ledger, and the table of stages: an order goes only where the events of what was done can lead it."""

import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hub.domain.order_states import ALLOWED, Event, Stage, reached
from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import HOLD_REASONS, Terms
from hub.handlers.asked import TooLate
from hub.handlers.cancel import cancel_order
from hub.handlers.change import Change, LineChange, change_order
from hub.handlers.counts import count_on_paper
from hub.handlers.holding import hold_order, let_go
from hub.handlers.orders import NewOrder, receive_order
from hub.storage.order_terms import OrderStanding, standing
from tests.hub.handlers.test_any_order_of_things import Walk
from tests.hub.stocked_floor import SKUS, StockedFloor

SEEDS = st.integers(0, 2**16)
LINES = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 25)), min_size=1, max_size=3)
FEW = st.integers(0, 30)
SHARED_ANEW = {"stock", "give_up"}
"""What an order gives back goes to others, and one that ships complete keeps nothing while it lacks something."""
ON_THE_FLOOR: tuple[Event, ...] = ("release", "unload", "pick", "short", "stock", "give_up")


class Histories(RuleBasedStateMachine):
    """Orders come, change, are held and cancelled, while pickers and packers work and stock comes and goes."""

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.floor = StockedFloor(self.directory)
        self.walk = Walk(self.floor, 1)
        self.stages: dict[str, Stage] = {}
        self.may: dict[str, set[Event]] = {}
        self.may_all: set[Event] = set()

    def teardown(self) -> None:
        if hasattr(self, "floor"):
            self.floor.close()
            shutil.rmtree(self.directory)

    # -- the shop ------------------------------------------------------------------------------------------

    @rule(
        lines=LINES,
        hold=st.sampled_from(("",) * 12 + HOLD_REASONS),
        complete=st.sampled_from((False, False, True)),
        urgent=FEW,
    )
    def order(self, lines: list[tuple[str, int]], hold: str, complete: bool, urgent: int) -> None:
        ref = f"H{len(self.stages)}"
        terms = Terms(hold=hold, ship_complete=complete, priority=urgent % 10)
        ordered = tuple(OrderedLine(sku=sku, units=units) for sku, units in lines)
        new = NewOrder(ref=ref, customer="Kari", country="Norway", placed_us=None, lines=ordered, terms=terms)
        self.floor.call(lambda tx: receive_order(tx, new))
        self.stages[ref] = "received"
        self.may[ref] = {"receive"}

    @rule(which=FEW, line=FEW, units=FEW)
    def set_units(self, which: int, line: int, units: int) -> None:
        if (order := self.one(which)) is None:
            return
        before = order.lines[line % len(order.lines)]
        wanted = LineChange(line=before.line, units=units)
        done = self.asked(order.ref, lambda tx: change_order(tx, order.ref, Change(lines=(wanted,))))
        left = before.ordered - before.cancelled
        ask: Any = "add" if units > left else "reduce"
        waits = before.promised + before.backordered
        assert done == (units == left or (order.stage in ALLOWED[ask] and left - units <= waits))
        self.may[order.ref] = {"add", "reduce"}
        self.may_all = SHARED_ANEW

    @rule(which=FEW, lines=LINES)
    def add_lines(self, which: int, lines: list[tuple[str, int]]) -> None:
        if (order := self.one(which)) is None:
            return
        added = tuple(OrderedLine(sku=sku, units=units) for sku, units in lines)
        done = self.asked(order.ref, lambda tx: change_order(tx, order.ref, Change(added=added)))
        assert done == (order.stage in ALLOWED["add"])
        self.may[order.ref] = {"add"}
        self.may_all = SHARED_ANEW

    @rule(which=FEW, waiting_only=st.booleans(), chance=SEEDS)
    def cancel(self, which: int, waiting_only: bool, chance: int) -> None:
        if chance % 3 or (order := self.one(which)) is None:
            return  # orders are cancelled seldom, or nothing is left to look at
        done = self.asked(order.ref, lambda tx: cancel_order(tx, order.ref, waiting_only=waiting_only))
        if done and order.units("promised", "backordered"):
            assert order.stage in ALLOWED["cancel"]
        self.may[order.ref] = {"cancel"}
        self.may_all = SHARED_ANEW

    @rule(which=FEW, reason=st.sampled_from(HOLD_REASONS), chance=SEEDS)
    def hold(self, which: int, reason: str, chance: int) -> None:
        if chance % 2 or (order := self.one(which)) is None:
            return
        done = self.asked(order.ref, lambda tx: hold_order(tx, order.ref, reason))
        assert done == (order.stage in ALLOWED["hold"])
        self.may[order.ref] = {"hold"}

    @rule(which=FEW)
    def let_go(self, which: int) -> None:
        if (order := self.one(which)) is None:
            return
        done = self.asked(order.ref, lambda tx: let_go(tx, order.ref))
        assert done == (order.stage in ALLOWED["let_go"])
        self.may[order.ref] = {"let_go"}

    # -- the house -----------------------------------------------------------------------------------------

    @rule(bin_number=FEW, units=FEW)
    def count(self, bin_number: int, units: int) -> None:
        bin_name = self.floor.catalogue.bins[bin_number % len(self.floor.catalogue.bins)].bin
        self.floor.call(lambda tx: count_on_paper(tx, bin_name, units, "Kari"))
        self.may_all = {"stock", "give_up", "short", "unload"}

    @rule(seed=SEEDS)
    def deliver(self, seed: int) -> None:
        """What was reordered comes, and goes into its bins."""
        self.walk.rng = random.Random(seed)
        self.walk.restock()
        self.walk.receive()
        for _ in range(3):
            self.walk.put_away()
        self.may_all = {"stock", "give_up", "short"}

    @rule(seed=SEEDS)
    def load(self, seed: int) -> None:
        self.walk.rng = random.Random(seed)
        self.walk.load_a_cart()
        self.walk.go_without_more_totes()
        self.may_all = {"release", "unload", "stock"}

    @rule(seed=SEEDS)
    def pick(self, seed: int) -> None:
        """Some picks are confirmed, some of them short, and a weight may show that fewer were taken than that."""
        self.walk.rng = random.Random(seed)
        self.walk.pick()
        self.may_all = {*ON_THE_FLOOR, "undo"}

    @rule(seed=SEEDS)
    def pack(self, seed: int) -> None:
        """A packer goes on, and stops somewhere in between."""
        self.walk.rng = random.Random(seed)
        self.walk.pack()
        self.may_all = {"pack", "ship", "short", "stock", "take_up"}

    @rule(seed=SEEDS)
    def work(self, seed: int) -> None:
        """Everybody does what is asked of them, from the cart to the door."""
        self.load(seed)
        self.walk.do_lit_tasks()
        self.walk.pack_honestly("pack-1")
        self.may_all = {*ON_THE_FLOOR, "take_up", "pack", "ship"}

    # -- what must hold ------------------------------------------------------------------------------------

    @invariant()
    def every_invariant_of_the_ledger_holds(self) -> None:
        if hasattr(self, "floor"):
            assert self.floor.sound()
            assert not self.floor.facts_set_aside()

    @invariant()
    def every_order_went_where_the_table_lets_it(self) -> None:
        for ref, before in getattr(self, "stages", {}).items():
            now = self.standing(ref).stage
            events = self.may.get(ref, set()) | self.may_all
            assert now in reached(before, events), (ref, before, now, sorted(events))
            self.stages[ref] = now
        self.may, self.may_all = {}, set()

    def standing(self, ref: str) -> OrderStanding:
        with self.floor.engine.begin() as connection:
            found = standing(connection, 1, ref)
        assert found is not None
        return found

    def one(self, which: int) -> OrderStanding | None:
        """One of the orders, if there is any."""
        return self.standing(f"H{which % len(self.stages)}") if self.stages else None

    def asked(self, ref: str, job: Any) -> bool:
        """Whether it was done; if not, nothing of the order is otherwise."""
        before = self.standing(ref)
        try:
            self.floor.call(job)
        except TooLate as error:
            assert ref in str(error)
            assert self.standing(ref) == before
            return False
        return True


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
