"""Whatever pickers do in their zones and in whatever order, no unit is picked twice, no cart or tote is lost, and once
nobody errs any more all work comes to its end."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.events import ConfirmationUndone, TaskReturned, UnitsPicked
from hub.handlers import forcing
from hub.handlers.cart_changes import CannotChange, hand_over, put_down_cart, recall_cart, swap_cart
from hub.handlers.consolidating import send_as_it_is
from hub.handlers.pick_trouble import NoSuch
from tests.hub.handlers.test_any_order_of_sorting import Walk
from tests.hub.zoned_floor import BAY_OF, ZONE_OF, ZonedFloor

BADGES = ("BADGE-ana", "BADGE-bo", "BADGE-cy")
CARTS = ("CART-1", "CART-2", "CART-3", "CART-4")
TOTES = tuple(f"TOTE-{n}" for n in range(1, 7))
BENCH_OF = {"bay-1": "induct-1", "bay-2": "induct-2", "bay-3": "induct-3"}
ROUNDS_MAX = 14


class ZonedWalk(Walk):
    """Pickers, sorters and packers do what they please on a floor in zones."""

    def __init__(self, data: st.DataObject, mode: str, wall_order_units_max: int) -> None:
        super().__init__(data)
        self.floor.writer.close()
        self.floor: ZonedFloor = ZonedFloor(mode, wall_order_units_max=wall_order_units_max, wall_tote_orders_max=2)

    def step(self) -> None:
        """One deed, and what must hold after it."""
        deeds = (
            self.order, self.sign_on, self.sign_on, self.sign_on, self.follow, self.follow, self.follow, self.undo,
            self.leave, self.put_down, self.pass_over, self.ask_back, self.swap, self.force, self.sort_some,
            self.sort_some, self.put, self.press, self.count, self.pack, self.pack, self.send,
        )  # fmt: skip
        deed = self.draw(*deeds)
        deed()
        self.check(deed.__name__)

    def check(self, deed: str) -> None:
        super().check(deed)
        twice = self.floor.rows(
            "SELECT id FROM order_line WHERE reserved + picked + packed + shipped > ordered OR promised < 0"
        )
        assert not twice, (deed, twice)

    def order(self) -> None:
        self.orders += 1
        units = {sku: self.draw(0, 1, 2) for sku in BAY_OF}
        self.floor.order(f"{self.orders}", **{sku: n for sku, n in units.items() if n} or {"RED": 1})

    def sign_on(self) -> None:
        bench = self.draw(*BENCH_OF.values())
        self.floor.sign_on(bench, self.draw(*BADGES), self.draw(*CARTS), *self.draw(TOTES[:2], TOTES[2:4], TOTES[4:]))

    def leave(self) -> None:
        self.floor.problem(self.draw(*BENCH_OF.values()))

    def follow(self) -> None:
        for bay in BENCH_OF:
            for task in self.floor.lit_at(bay):
                units = max(0, task.units - self.draw(0, 0, 0, 0, 1))
                self.confirm(bay, task, units)
                if self.draw(True, False, False):
                    return

    def confirm(self, bay: str, task: Any, units: int) -> None:
        told = UnitsPicked(task=task.task, bin=task.bin, units=units, units_asked=task.units, by="button")
        self.floor.tell(bay, told)

    def undo(self) -> None:
        done = self.floor.rows(
            "SELECT t.public, t.station, p.name AS bin, t.units_done FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.kind = 'pick' AND t.state = 'done' ORDER BY t.done_us DESC, t.id DESC LIMIT 2"
        )
        if done:
            row = self.draw(*done)
            told = ConfirmationUndone(task=row["public"], bin=row["bin"], kind="pick", units=row["units_done"])
            self.floor.tell(row["station"], told)

    def put_down(self) -> None:
        self.refused_or_done(lambda tx: put_down_cart(tx, self.draw(*CARTS)))

    def pass_over(self) -> None:
        self.refused_or_done(lambda tx: hand_over(tx, self.draw(*CARTS), self.draw(*BADGES)))

    def swap(self) -> None:
        self.refused_or_done(lambda tx: swap_cart(tx, self.floor.policy, self.draw(*CARTS), self.draw(*CARTS)))

    def ask_back(self) -> None:
        if self.draw(True, False):
            self.refused_or_done(lambda tx: recall_cart(tx, self.draw(*CARTS)))
        self.answer_recalls()

    def send(self) -> None:
        self.refused_or_done(lambda tx: send_as_it_is(tx, f"{self.draw(*range(1, 4))}", "Kari"))

    def force(self) -> None:
        if self.draw(True, False, False):
            self.floor.call(lambda tx: forcing.force_station(tx, self.draw(*BENCH_OF)))

    def refused_or_done(self, job: Any) -> None:
        try:
            self.floor.call(job)
        except (NoSuch, CannotChange):
            return

    def answer_recalls(self) -> None:
        for row in self.floor.rows(
            "SELECT t.public, t.station, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.state = 'recalled' AND t.kind = 'pick' ORDER BY t.id"
        ):
            self.floor.tell(row["station"], TaskReturned(task=row["public"], bin=row["bin"]))

    # -- an honest end -------------------------------------------------------------------------------------

    def finish(self) -> None:
        """From now on nobody errs: every cart that is out is picked to its end, and all of it is sorted and packed."""
        for _ in range(ROUNDS_MAX):
            for bench in BENCH_OF.values():
                self.floor.problem(bench)
            self.answer_recalls()
            for bay, bench in BENCH_OF.items():
                for task in self.floor.lit_at(bay):
                    self.confirm(bay, task, task.units)
                for cart in self.floor.carts():
                    if cart.zone == ZONE_OF[bay] and not cart.picker:
                        self.take_on(bench, cart.cart)
            for bench in ("sort-1", "sort-2"):
                self.sort_honestly(bench)
            self.pack_honestly()
            for number in range(1, self.orders + 1):
                if not self.floor.carts():
                    self.refused_or_done(lambda tx, ref=f"{number}": send_as_it_is(tx, ref, "Kari"))
            if not self.packable() and not self.floor.carts():
                break
        assert not self.floor.carts()
        assert not self.packable(), self.floor.rows("SELECT * FROM tote_load WHERE state <> 'packed'")
        self.check("finish")
        left = self.floor.rows(
            "SELECT l.name, b.on_hand FROM location l JOIN balance b ON b.location_id = l.id AND b.on_hand <> 0"
            " WHERE l.kind IN ('tote', 'cell', 'parcel')"
        )
        assert not left
        assert not self.floor.rows("SELECT * FROM cell_load")
        assert not self.floor.rows("SELECT id FROM order_line WHERE reserved + picked > 0")

    def take_on(self, bench: str, cart: str) -> None:
        for badge in BADGES:
            if "scan a cart" in self.floor.sign_on(bench, badge).title:
                self.floor.scan(bench, cart)
                return


MODES = pytest.mark.parametrize(("mode", "shared"), [("pass", 0), ("parallel", 0), ("parallel", 4)])


def walks(mode: str, shared: int, *, examples: int, steps_max: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def go(data: st.DataObject) -> None:
        walk = ZonedWalk(data, mode, shared)
        try:
            for _ in range(3):
                walk.order()
            for _ in range(data.draw(st.integers(5, steps_max))):
                walk.step()
            walk.finish()
        finally:
            walk.floor.writer.close()

    go()


@MODES
def test_whatever_happens_in_zones_no_cart_is_lost_and_all_work_comes_to_its_end(mode: str, shared: int) -> None:
    walks(mode, shared, examples=1, steps_max=16)


@pytest.mark.soak
@MODES
def test_so_it_does_however_long_it_goes_on(mode: str, shared: int) -> None:
    walks(mode, shared, examples=20, steps_max=40)
