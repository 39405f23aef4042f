"""Whatever people do and in whatever order facts arrive, every fact is booked and every invariant holds.

A seed makes the same walk again.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.contract.events import AlarmCleared, BinCounted, ConfirmationUndone, TaskReturned, UnitsPutAway
from hub.handlers import forcing, restock
from tests.hub.stocked_floor import SKUS, StockedFloor

STEPS = 90
ROUNDS_MAX = 12
"""So often everything is done that can be done, before it is said that work is stuck."""
ANSWERS_A_TOTE_MAX = 30
TOTES = tuple(f"TOTE-{n:04d}" for n in range(1, 6))
MOSTLY_RIGHT = (0,) * 9 + (-2, -1, 1, 2)

LOST = (
    "SELECT * FROM (SELECT l.id, l.picked,"
    " SUM(CASE WHEN t.units_done > t.units THEN t.units ELSE t.units_done END) AS in_totes"
    " FROM order_line l LEFT JOIN task t ON t.line_id = l.id AND t.state = 'done' AND t.load_id IN"
    " (SELECT id FROM tote_load WHERE state <> 'packed') GROUP BY l.id) lines"
    " WHERE picked <> COALESCE(in_totes, 0)"
)
"""Lines of which more or less is picked than packers are asked for."""


class Walk:
    """People and stations do what they please; the hub's answers are taken as they come."""

    def __init__(self, floor: StockedFloor, seed: int) -> None:
        self.floor = floor
        self.rng = random.Random(seed)
        self.orders = 0
        self.unweighed: list[dict[str, Any]] = []
        self.red: list[dict[str, Any]] = []
        self.confirmed: list[tuple[str, str, Any, int]] = []
        """(task, bin, kind, units) of the last put-aways and counts, which no weight judges here."""
        self.deeds: dict[Callable[[], None], int] = {
            self.order: 6, self.restock: 1, self.load_a_cart: 6, self.go_without_more_totes: 2, self.pick: 14,
            self.settle_late: 6, self.answer_a_red_light: 4, self.reach_into_the_wrong_bin: 1, self.give_back: 2,
            self.count: 3, self.put_away: 4, self.force: 1, self.pack: 20, self.find_in_the_tote: 1,
            self.press_problem: 1, self.receive: 3, self.take_back: 5,
        }  # fmt: skip

    def step(self) -> None:
        """One deed, and what must hold after it."""
        [deed] = self.rng.choices(list(self.deeds), list(self.deeds.values()))
        deed()
        wrong = self.floor.rows("SELECT device, type, detail FROM fact WHERE state IN ('quarantined', 'waiting')")
        assert not wrong, (deed.__name__, wrong)
        assert self.floor.sound()
        assert not (lost := self.floor.rows(LOST)), (deed.__name__, lost)

    def finish(self) -> None:
        """From now on nobody errs: then all work comes to its end."""
        for _ in range(ROUNDS_MAX):
            while self.unweighed or self.red:
                self.settle_late()
                self.answer_a_red_light()
            self.restock()  # what was not put away is asked for again
            self.do_lit_tasks()
            self.load_honestly()
            self.do_lit_tasks()
            for bench in ("pack-1", "pack-2"):
                self.pack_honestly(bench)
            if not self.left():
                break
        assert not self.left()
        assert self.floor.sound()
        totes = self.floor.rows("SELECT SUM(b.on_hand) AS n FROM location l JOIN balance b ON b.location_id = l.id"
                                " WHERE l.kind IN ('tote', 'parcel')")  # fmt: skip
        assert not totes[0]["n"]

    def left(self) -> list[dict[str, Any]]:
        """What is still in work: units of orders, lights, carts."""
        return self.floor.rows(
            "SELECT 'line' AS what, id, CAST(promised AS TEXT), CAST(reserved AS TEXT), picked, packed FROM order_line"
            " WHERE promised + reserved + picked + packed > 0"
            " UNION ALL SELECT kind, id, CAST(units AS TEXT), state, 0, 0 FROM task WHERE state IN ('open', 'recalled')"
            " UNION ALL SELECT 'cart', id, cart, state, 0, 0 FROM batch WHERE state <> 'delivered'"
            " UNION ALL SELECT 'tote', id, CAST(tote_id AS TEXT), state, 0, 0 FROM tote_load WHERE state <> 'packed'"
        )

    def do_lit_tasks(self) -> None:
        for task in self.lit("pick"):
            if task["state"] == "recalled":
                self.floor.tell("bay-01", TaskReturned(task=task["public"], bin=task["bin"]))
            else:
                self.floor.pick(task)
        for task in self.lit("put"):
            put = UnitsPutAway(
                task=task["public"], bin=task["bin"], units=task["units"], units_asked=task["units"], by="button"
            )
            self.floor.tell("bay-01", put)
        for task in self.lit("count"):
            counted = BinCounted(task=task["public"], bin=task["bin"], units=task["units"], by="button")
            self.floor.tell("bay-01", counted)

    def load_honestly(self) -> None:
        if "tote for" not in self.floor.prompt("induct-1").title:
            self.floor.problem("induct-1")
            self.floor.scan("induct-1", "BADGE-chloe")
            self.floor.scan("induct-1", "CART-3")
        for number in range(6, 30):
            if "tote for" in self.floor.prompt("induct-1").title:
                self.floor.scan("induct-1", f"TOTE-{number:04d}")

    def pack_honestly(self, bench: str) -> None:
        rows = self.floor.rows(
            "SELECT p.name FROM tote_load l JOIN location p ON p.id = l.tote_id WHERE l.state <> 'packed'"
        )
        for tote in [*(row["name"] for row in rows), ""]:  # at the end what is in the packer's hands
            for _ in range(ANSWERS_A_TOTE_MAX):
                asked = self.floor.prompt(bench)
                if asked.title == "Scan a tote":
                    if not tote or self.floor.scan(bench, tote).title == "Scan a tote":
                        break
                elif asked.ask == "scan":
                    self.floor.scan(bench, asked.expected[0])
                elif asked.ask == "count":
                    self.floor.count(bench, 0 if asked.title == "Not of this parcel" else asked.units)
                elif asked.ask == "weigh":
                    self.floor.weigh(bench, self.expected_mg(bench))
                else:
                    self.floor.problem(bench)

    # -- the shop and the supplier -------------------------------------------------------------------------

    def order(self) -> None:
        self.orders += 1
        lines = [(self.rng.choice(SKUS), self.rng.randint(1, 12)) for _ in range(self.rng.randint(1, 3))]
        self.floor.receive(f"{self.orders}", *lines)

    def restock(self) -> None:
        self.floor.clock_us += 3_700_000_000
        self.floor.call(lambda tx: restock.review(tx, self.floor.policy))

    def receive(self) -> None:
        for row in self.floor.rows("SELECT number FROM purchase_order WHERE state <> 'received' LIMIT 1"):
            asked = self.floor.scan("dock-1", row["number"])
            while asked.ask == "scan" and "item" in asked.title:
                counted = self.floor.scan("dock-1", asked.expected[0]).units + self.rng.choice(MOSTLY_RIGHT)
                asked = self.floor.count("dock-1", max(0, counted))
            if asked.title.startswith("Stick"):
                self.floor.scan("dock-1", asked.expected[0])

    # -- pickers -------------------------------------------------------------------------------------------

    def load_a_cart(self) -> None:
        who = self.rng.choice((("BADGE-ana", "CART-1"), ("BADGE-ben", "CART-2")))
        for symbol in (*who, *self.rng.sample(TOTES, self.rng.randint(1, 5))):
            self.floor.scan("induct-1", symbol)

    def go_without_more_totes(self) -> None:
        self.floor.problem("induct-1")

    def lit(self, kind: str) -> list[dict[str, Any]]:
        """The tasks of a kind whose lights are on."""
        shown = {task.task for task in self.floor.desired("bay-01").tasks}  # type: ignore[union-attr]
        found = self.floor.tasks(kind) + self.floor.tasks(kind, "recalled")
        return [task for task in found if task["public"] in shown]

    def pick(self) -> None:
        for task in self.lit("pick")[: self.rng.randint(1, 4)]:
            units = max(0, task["units"] - self.rng.choice((0, 0, 0, 0, 0, 1, 9)))
            taken = max(0, units + self.rng.choice(MOSTLY_RIGHT))
            self.floor.pick(task, units)
            self.unweighed.append(task | {"claimed": units, "taken": taken})
            if self.rng.random() < 0.7:
                self.settle_late()

    def settle_late(self) -> None:
        if self.unweighed:
            task = self.unweighed.pop(0)
            self.floor.settle(task, confirmed=-task["claimed"], weighed=-task["taken"])
            if task["claimed"] != task["taken"]:
                self.red.append(task)

    def answer_a_red_light(self) -> None:
        if self.red:
            task = self.red.pop(0)
            off = task["taken"] - task["claimed"]
            mended = self.rng.random() < 0.6
            if mended:
                self.floor.settle(task, confirmed=0, weighed=off, cause="correction")
            kind: Any = "over_pick" if off > 0 else "under_pick"
            by: Any = "mended" if mended else "accepted"
            self.floor.tell("bay-01", AlarmCleared(alarm="a", kind=kind, place=task["bin"], by=by))

    def take_back(self) -> None:
        """A confirmation that no weight has judged was a mistake; it may be told a good while after it."""
        if self.unweighed and self.rng.random() < 0.7:
            task = self.unweighed.pop(self.rng.randrange(len(self.unweighed)))
            undone = (task["public"], task["bin"], "pick", task["claimed"])
        elif self.confirmed:
            undone = self.confirmed.pop()
        else:
            return
        public, bin_, kind, units = undone
        self.floor.tell("bay-01", ConfirmationUndone(task=public, bin=bin_, kind=kind, units=units))

    def reach_into_the_wrong_bin(self) -> None:
        spot = {"station": "bay-01", "bin": self.rng.choice(self.floor.catalogue.bins).bin}
        self.floor.settle(spot, confirmed=0, weighed=self.rng.choice((-9, -3, -1, 1, 2)), cause="unlit")

    def give_back(self) -> None:
        for task in [task for task in self.lit("pick") if task["state"] == "recalled"][:1]:
            self.floor.tell("bay-01", TaskReturned(task=task["public"], bin=task["bin"]))

    def count(self) -> None:
        for task in self.lit("count")[:1]:
            units = max(0, task["units"] + self.rng.choice(MOSTLY_RIGHT))
            self.confirmed.append((task["public"], task["bin"], "count", units))
            self.floor.tell("bay-01", BinCounted(task=task["public"], bin=task["bin"], units=units, by="button"))

    def put_away(self) -> None:
        for task in self.lit("put")[:1]:
            asked = task["units"]
            units = max(0, asked - self.rng.choice((0, 0, 0, 1)))
            self.confirmed.append((task["public"], task["bin"], "put", units))
            put = UnitsPutAway(task=task["public"], bin=task["bin"], units=units, units_asked=asked, by="button")
            self.floor.tell("bay-01", put)

    def force(self) -> None:
        self.floor.call(lambda tx: forcing.force_station(tx, "bay-01"))

    # -- packers -------------------------------------------------------------------------------------------

    def pack(self) -> None:
        """As the screen says, until the packer stops somewhere in between."""
        bench = self.rng.choice(("pack-1", "pack-1", "pack-2"))
        for _ in range(self.rng.randint(1, 14)):
            asked = self.floor.prompt(bench)
            if asked.title == "Scan a tote":
                totes = self.floor.rows(
                    "SELECT p.name FROM tote_load l JOIN location p ON p.id = l.tote_id WHERE l.state <> 'packed'"
                )
                if not totes:
                    return
                self.floor.scan(bench, self.rng.choice(totes)["name"])
            elif asked.ask == "scan":
                self.floor.scan(bench, asked.expected[0] if asked.expected else self.floor.symbol("RED"))
            elif asked.ask == "count":
                self.floor.count(bench, max(0, asked.units + self.rng.choice(MOSTLY_RIGHT)))
            elif asked.ask == "weigh":
                self.floor.weigh(bench, self.expected_mg(bench) + self.rng.choice((0, 0, 0, 900_000)))
            else:
                self.floor.confirm(bench)

    def find_in_the_tote(self) -> None:
        self.floor.scan("pack-1", self.floor.symbol(self.rng.choice(SKUS)))

    def press_problem(self) -> None:
        self.floor.problem(self.rng.choice(("pack-1", "pack-2", "dock-1")))

    def expected_mg(self, bench: str) -> int:
        """What a parcel of what was counted weighs."""
        [row] = self.floor.rows(f"SELECT session FROM bench WHERE station = '{bench}'")
        return self.floor.parcel_mg(**{w["code"]: w["counted"] or 0 for w in json.loads(row["session"])["wanted"]})


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_every_fact_is_booked_and_all_work_comes_to_its_end(tmp_path: Path, seed: int) -> None:
    floor = StockedFloor(tmp_path)
    try:
        walk = Walk(floor, seed)
        for _ in range(STEPS):
            walk.step()
        walk.finish()
    finally:
        floor.close()
