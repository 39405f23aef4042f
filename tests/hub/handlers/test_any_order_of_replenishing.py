"""Orders, takes out of reserve, puts, weights, undoings, counts, stations that are forced, in whatever order: the book
holds, no order is picked from reserve, nothing is carried that no light asks for; and when everybody does what is lit,
nothing stays carried and no order waits for what lies in reserve."""

from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge.contract.events import (
    BinCounted,
    ConfirmationUndone,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
    WeightSettled,
)
from hub.handlers.cancel import TooLate, cancel_order
from hub.handlers.forcing import force_station
from hub.handlers.moving import hold_for_count
from hub.handlers.put_away import PUT_AGAIN_US, ask_again, ask_put_away
from hub.handlers.replenish import review
from hub.storage import places, putaway, setup
from hub.storage.ledger import Cause
from hub.storage.replenishments import CARRIER, FULL_US
from hub.storage.transaction import Tx
from tests.hub.played_benches import PlayedBenches

PICK, RESERVES = "bay-1/1", ("bay-2/1", "bay-2/2")
MIN_UNITS, MAX_UNITS = 4, 15
ROUNDS_MAX = 40
_TASKS = (
    "SELECT t.public, t.kind, t.station, t.units, t.units_done, t.mark, t.state, t.line_id, p.name AS bin FROM task t"
    " JOIN location p ON p.id = t.bin_id LEFT JOIN tote_load l ON l.id = t.load_id LEFT JOIN batch b"
    " ON b.id = l.batch_id WHERE (b.id IS NULL OR b.state = 'picking') AND "
)


class Floor(PlayedBenches):
    """RED is picked at a bin and lies in two bins of reserve at another bay."""

    def _set_up(self, tx: Tx) -> None:
        super()._set_up(tx)
        red = setup.skus(tx.connection, tx.client_id)["RED"]["id"]
        for name in RESERVES:
            setup.add_bin(tx, name, "bay-2", red, 0, 0)
            setup.put_in(tx, places.stock_of(tx.connection, red), 12, name, Cause(reason="go_live"))
        traits = putaway.traits(tx.connection, tx.site_id)
        limits = {"min_units": MIN_UNITS, "max_units": MAX_UNITS}
        putaway.set_traits(tx, traits[PICK][0], traits[PICK][1] | limits)
        for name in RESERVES:
            putaway.set_traits(tx, traits[name][0], traits[name][1] | {"reserve": 1})

    def tasks_where(self, condition: str) -> list[dict[str, Any]]:
        return self.rows(f"{_TASKS}{condition} ORDER BY t.id")

    def at(self, place: str) -> int:
        [row] = self.rows(
            "SELECT COALESCE(SUM(b.on_hand), 0) AS n FROM balance b JOIN location l ON l.id = b.location_id"
            f" WHERE l.name = '{place}'"
        )
        return int(row["n"])

    def do(self, task: dict[str, Any], units: int) -> None:
        """Somebody confirms a light."""
        names = {"task": task["public"], "bin": task["bin"], "units": units}
        if task["kind"] == "count":
            self.tell(task["station"], BinCounted(**names, by="button"))
        else:
            shape = UnitsPicked if task["kind"] == "pick" else UnitsPutAway
            self.tell(task["station"], shape(**names, units_asked=task["units"], by="button"))


class Replenishes(RuleBasedStateMachine):
    """Shops, pickers, somebody who walks between reserve and bins, and scales; all of them err."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(bays=("bay-1", "bay-2"))
        self.orders = 0
        self.plates = 0
        self.put_back_short = False
        """A put into reserve itself was short, undone or forced: what is left waits for its hour."""

    def teardown(self) -> None:
        self.everybody_does_what_is_lit()
        self.floor.writer.close()

    @rule(units=st.integers(1, 30))
    def order(self, units: int) -> None:
        self.orders += 1
        self.floor.order(f"{self.orders}", RED=units)

    @rule(which=st.integers(1, 5))
    def cancel(self, which: int) -> None:
        if which <= self.orders:
            with suppress(TooLate):  # nothing of it waits any more
                self.floor.call(lambda tx: cancel_order(tx, f"{which}", waiting_only=True))

    @rule()
    def load(self) -> None:
        for row in self.floor.rows("SELECT name FROM location WHERE kind = 'tote' ORDER BY id LIMIT 1"):
            self.floor.load_cart(row["name"])

    @rule()
    def look(self) -> None:
        self.floor.call(review)

    @rule(which=st.integers(0, 3), off=st.sampled_from((0, 0, 0, -1, -5, -99, 2)))
    def follow(self, which: int, off: int) -> None:
        lit = self.floor.tasks_where("t.state = 'open'")
        if which < len(lit):
            task = lit[which]
            off = min(off, 0) if task["kind"] == "put" else off
            self.put_back_short |= bool(off) and task["kind"] == "put" and task["bin"] in RESERVES
            self.floor.do(task, max(0, task["units"] + off))

    @rule(which=st.integers(0, 1), off=st.integers(-3, 3))
    def weigh(self, which: int, off: int) -> None:
        done = self.floor.tasks_where("t.state = 'done' AND t.kind <> 'count' AND t.mark = 'R'")[-2:]
        if which < len(done) and off:
            task = done[which]
            confirmed = task["units_done"] if task["kind"] == "put" else -task["units_done"]
            weighed = min(confirmed + off, 0) if task["kind"] == "pick" else max(confirmed + off, 0)
            self.put_back_short |= task["kind"] == "put" and task["bin"] in RESERVES
            told = WeightSettled(
                bin=task["bin"],
                cause="tasks",
                tasks=(task["public"],),
                before_mg=2,
                after_mg=1,
                units_confirmed=confirmed,
                units_weighed=weighed,
                sure=True,
            )
            self.floor.tell(task["station"], told)

    @rule()
    def undo(self) -> None:
        for task in self.floor.tasks_where("t.state = 'done' AND t.kind <> 'count'")[-1:]:
            self.put_back_short |= task["kind"] == "put" and task["bin"] in RESERVES
            told = ConfirmationUndone(task=task["public"], bin=task["bin"], kind=task["kind"], units=task["units_done"])
            self.floor.tell(task["station"], told)

    @rule(name=st.sampled_from((PICK, *RESERVES)))
    def doubt(self, name: str) -> None:
        self.floor.call(lambda tx: hold_for_count(tx, name, "test"))

    @rule(station=st.sampled_from(("bay-1", "bay-2")))
    def force(self, station: str) -> None:
        self.put_back_short |= bool(self.floor.tasks_where("t.state <> 'done' AND t.kind = 'put'"))
        self.floor.call(lambda tx: force_station(tx, station))

    @rule()
    def give_back(self) -> None:
        for task in self.floor.tasks_where("t.state = 'recalled'"):
            self.floor.tell(task["station"], TaskReturned(task=task["public"], bin=task["bin"]))

    @rule(units=st.integers(1, 20))
    @precondition(lambda self: self.plates < 2)
    def deliver(self, units: int) -> None:
        self.plates += 1
        name = f"PLATE-{self.plates}"

        def go(tx: Tx) -> None:
            stock = places.stock_of(tx.connection, setup.skus(tx.connection, tx.client_id)["RED"]["id"])
            plate = places.make(tx, name, "plate", "dock-1")
            tx.ledger.move(stock, units, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
            ask_put_away(tx, stock, plate)

        self.floor.call(go)

    @rule()
    def wait(self) -> None:
        self.floor.clock_us += FULL_US

    # -- what must hold ------------------------------------------------------------------------------------

    @invariant()
    def the_book_holds(self) -> None:
        assert self.floor.sound()
        assert self.floor.facts_set_aside() == 0

    @invariant()
    def no_order_is_picked_from_reserve(self) -> None:
        assert all(t["bin"] not in RESERVES for t in self.floor.tasks_where("t.line_id IS NOT NULL"))

    @invariant()
    def what_is_carried_has_a_light(self) -> None:
        asked = sum(
            row["units"]
            for row in self.floor.rows(
                "SELECT t.units FROM task t JOIN location s ON s.id = t.source_id"
                f" WHERE s.name = '{CARRIER}' AND t.state IN ('open', 'recalled')"
            )
        )
        assert asked >= self.floor.at(CARRIER) or self.put_back_short

    def everybody_does_what_is_lit(self) -> None:
        """From now on nobody errs."""
        for _ in range(ROUNDS_MAX):
            self.give_back()
            for task in self.floor.tasks_where("t.state = 'open'"):
                book = self.floor.at(task["bin"]) if task["kind"] == "count" else task["units"]
                self.floor.do(task, book)
            self.floor.call(ask_again)
            found = self.floor.call(review)
            if not found.has_work and not self.floor.tasks_where("t.state IN ('open', 'recalled')"):
                break
            self.floor.clock_us += max(FULL_US, PUT_AGAIN_US)
        else:
            raise AssertionError("expected work to end")
        assert self.floor.at(CARRIER) == 0
        assert self.floor.sound()
        reserve = sum(map(self.floor.at, RESERVES))
        there = self.floor.at(PICK)
        [row] = self.floor.rows("SELECT COALESCE(SUM(promised), 0) AS n FROM order_line")
        assert reserve == 0 or row["n"] <= there, "no order waits for what lies in reserve"
        assert reserve == 0 or there - row["n"] >= MIN_UNITS or there >= MAX_UNITS


Replenishes.TestCase.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)
TestReplenishes = Replenishes.TestCase
