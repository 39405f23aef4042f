"""Whatever people and scales do at a wall and in whatever order, every fact is booked, every invariant holds, and once
nobody errs any more all work comes to its end."""

from json import loads
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.events import TaskReturned, UnitsPicked, UnitsPutAway, WeightSettled
from hub.handlers import forcing
from tests.hub.played_benches import BOX, UNIT_MG
from tests.hub.walled_floor import CELLS, WALL, WalledFloor

TOTES = ("TOTE-1", "TOTE-2", "TOTE-3")
STEPS_MAX = 40
ROUNDS_MAX = 12
"""So often everything is done that can be done, before it is said that work is stuck."""
ANSWERS_MAX = 25

LOST = (
    "SELECT * FROM (SELECT l.id, l.picked,"
    " SUM(CASE WHEN t.units_done > t.units THEN t.units ELSE t.units_done END) AS there"
    " FROM order_line l LEFT JOIN (SELECT t.line_id, t.units, t.units_done FROM task t JOIN tote_load o"
    "  ON o.id = t.load_id AND o.state <> 'packed' WHERE t.state = 'done'"
    "  AND NOT EXISTS (SELECT 1 FROM cell_load c WHERE c.load_id = o.id AND c.sorted = 1)"
    "  UNION ALL SELECT u.line_id, t.units, t.units_done FROM cell_put u JOIN task t ON t.id = u.task_id"
    "  AND t.state = 'done' JOIN cell_load c ON c.load_id = u.load_id AND c.sorted = 1) t ON t.line_id = l.id"
    " GROUP BY l.id) lines WHERE picked <> COALESCE(there, 0)"
)
"""Lines of which more or less is picked than lies in totes and complete cells."""
MORE_IN_CELL = (
    "SELECT u.load_id, u.line_id FROM cell_put u JOIN task v ON v.id = u.task_id AND v.state = 'done'"
    " JOIN cell_load c ON c.load_id = u.load_id AND c.sorted = 0 GROUP BY u.load_id, u.line_id"
    " HAVING SUM(CASE WHEN v.units_done > v.units THEN v.units ELSE v.units_done END) > (SELECT COALESCE(SUM(CASE WHEN"
    "  t.units_done > t.units THEN t.units ELSE t.units_done END), 0) FROM task t WHERE t.load_id = u.load_id"
    "  AND t.line_id = u.line_id AND t.state = 'done')"
)
"""Lines of which more counts as put than was picked."""


class Walk:
    """People and stations do what they please; the hub's answers are taken as they come."""

    def __init__(self, data: st.DataObject) -> None:
        self.floor = WalledFloor()
        self.data = data
        self.orders = 0
        self.settled: list[tuple[str, str, int]] = []
        """(cell, task, units) of puts whose weight is still to be told."""
        self.wrong: list[tuple[str, str, int]] = []
        """(cell, task, units) by which a cell's red light is off."""
        self.forced: list[tuple[str, str, int]] = []
        """(cell, task, units) of lights that were forced back and may be told as put all the same."""

    def draw(self, *choices: Any) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def step(self) -> None:
        """One deed, and what must hold after it."""
        deeds = (
            self.order, self.load, self.load, self.pick, self.pick, self.sort_some, self.sort_some, self.sort_some,
            self.sort_some, self.scan_item, self.put, self.weigh, self.weigh, self.weigh, self.mend, self.mend,
            self.press, self.count, self.force, self.put_late, self.wrong_hand, self.pack, self.reweigh_pick,
        )  # fmt: skip
        deed = self.draw(*deeds)
        deed()
        self.check(deed.__name__)

    def check(self, deed: str) -> None:
        wrong = self.floor.rows("SELECT device, type, detail FROM fact WHERE state IN ('quarantined', 'waiting')")
        assert not wrong, (deed, wrong)
        assert self.floor.sound(), deed
        assert not (lost := self.floor.rows(LOST)), (deed, lost)
        assert not (more := self.floor.rows(MORE_IN_CELL)), (deed, more)

    # -- deeds ---------------------------------------------------------------------------------------------

    def order(self) -> None:
        self.orders += 1
        self.floor.order(f"{self.orders}", RED=self.draw(1, 2, 3), BLUE=self.draw(1, 2, 9))

    def load(self) -> None:
        for _ in range(self.draw(1, 2, 3)):
            self.order()
        self.floor.load_cart(*self.draw(TOTES, TOTES[:1], TOTES[1:], TOTES[2:]))

    def pick(self) -> None:
        self.floor.pick_all() if self.draw(True, True, False) else self.pick_short()

    def pick_short(self) -> None:
        for task in self.open_picks()[:1]:
            units = max(0, task["units"] - 1)
            told = UnitsPicked(
                task=task["public"], bin=task["bin"], units=units, units_asked=task["units"], by="button"
            )
            self.floor.tell("bay-1", told)

    def open_picks(self) -> list[dict[str, Any]]:
        return self.floor.rows(
            "SELECT t.public, p.name AS bin, t.units, t.state FROM task t JOIN location p ON p.id = t.bin_id"
            " JOIN tote_load l ON l.id = t.load_id JOIN batch b ON b.id = l.batch_id AND b.state = 'picking'"
            " WHERE t.kind = 'pick' AND t.state IN ('open', 'recalled') ORDER BY t.id"
        )

    def reweigh_pick(self) -> None:
        done = self.floor.rows(
            "SELECT t.public, p.name AS bin, t.units_done FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.kind = 'pick' AND t.state = 'done' ORDER BY t.id DESC LIMIT 4"
        )
        if done:
            task = self.draw(*done)
            off = self.draw(-1, 1)
            told = WeightSettled(
                bin=task["bin"], cause="tasks", tasks=(task["public"],), before_mg=0, after_mg=0,
                units_confirmed=-task["units_done"], units_weighed=-task["units_done"] + off, sure=True,
            )  # fmt: skip
            self.floor.tell("bay-1", told)

    def sort_some(self) -> None:
        """As the screen says, until the sorter stops somewhere in between."""
        for _ in range(self.draw(2, 4, 8)):
            asked = self.floor.prompt("sort-1")
            if asked.title == "Scan a tote":
                self.scan_tote()
            elif asked.ask == "scan":
                self.floor.scan("sort-1", asked.expected[0])
            elif asked.ask == "press":
                self.floor.confirm("sort-1")
            elif asked.ask == "count":
                self.count()
            else:
                self.put()

    def scan_tote(self) -> None:
        self.floor.scan(self.draw("sort-1", "sort-1", "sort-2"), self.draw(*TOTES))

    def scan_item(self) -> None:
        self.floor.scan("sort-1", self.floor.symbol(self.draw("RED", "BLUE")))

    def lights(self) -> list[tuple[str, str, int, bool]]:
        recalled = {task.task: task.recalled for task in self.floor.wall().tasks}
        return [(cell, t, n, recalled[t]) for cell, tasks in self.floor.lit().items() for t, n in tasks]

    def put(self) -> None:
        for cell, task, asked, recalled in self.lights():
            if recalled and self.draw(True, False):
                self.floor.tell(WALL, TaskReturned(task=task, bin=cell))
                continue
            units = max(0, asked - self.draw(0, 0, 0, 1))
            self.floor.tell(WALL, UnitsPutAway(task=task, bin=cell, units=units, units_asked=asked, by="button"))
            self.settled.append((cell, task, units))

    def weigh(self) -> None:
        if self.settled:
            cell, task, units = self.settled.pop(0)
            off = self.draw(0, 0, -1, 1, 2) if units else self.draw(0, 1)
            self.floor.settle(cell, task, confirmed=units, weighed=units + off)
            if off:
                self.wrong.append((cell, task, off))

    def mend(self) -> None:
        if self.wrong:
            cell, task, off = self.wrong.pop(0)
            self.floor.settle(cell, task, confirmed=0, weighed=-off, cause="correction")

    def press(self) -> None:
        bench = self.draw("sort-1", "sort-1", "sort-2")
        if self.floor.prompt(bench).ask == "press":
            self.floor.confirm(bench)
        elif self.draw(True, False):
            self.floor.problem(bench)

    def count(self) -> None:
        if self.floor.prompt("sort-1").ask == "count":
            self.floor.count("sort-1", self.draw(0, 1, 2))

    def force(self) -> None:
        if self.draw(True, False):
            self.forced += [(cell, task, units) for cell, task, units, _ in self.lights()]
            self.floor.call(lambda tx: forcing.force_station(tx, WALL))

    def put_late(self) -> None:
        if self.forced:
            cell, task, units = self.forced.pop(0)
            self.floor.tell(WALL, UnitsPutAway(task=task, bin=cell, units=units, units_asked=units, by="button"))

    def wrong_hand(self) -> None:
        self.floor.settle(self.draw(*CELLS), confirmed=0, weighed=self.draw(-1, 1), cause="unlit")

    def pack(self) -> None:
        self.pack_some("pack-1", self.draw(0, 0, 0, -1, 1), self.draw(3, 9, ANSWERS_MAX))

    def pack_some(self, bench: str, off: int, answers: int) -> None:
        """As the screen says, until the packer stops somewhere in between."""
        for _ in range(answers):
            asked = self.floor.prompt(bench)
            if asked.title == "Scan a tote":
                places = self.packable()
                if not places or self.floor.scan(bench, self.draw(*places)).title == "Scan a tote":
                    return
            elif asked.ask == "scan":
                self.floor.scan(bench, asked.expected[0])
            elif asked.ask == "count":
                self.floor.count(bench, 0 if asked.tone == "alarm" else max(0, asked.units + off))
            elif asked.ask == "weigh":
                self.floor.weigh(bench, self.expected_mg(bench))
            else:
                self.floor.confirm(bench)

    def packable(self) -> list[str]:
        rows = self.floor.rows(
            "SELECT COALESCE(w.name, p.name) AS name FROM tote_load l JOIN location p ON p.id = l.tote_id"
            " LEFT JOIN cell_load c ON c.load_id = l.id LEFT JOIN location w ON w.id = c.cell_id"
            " WHERE l.state <> 'packed' ORDER BY l.id"
        )
        return [row["name"] for row in rows]

    def expected_mg(self, bench: str) -> int:
        """What the parcel of what was counted weighs."""
        [row] = self.floor.rows(f"SELECT session FROM bench WHERE station = '{bench}'")
        return BOX.tare_mg + UNIT_MG * sum(wanted["counted"] or 0 for wanted in loads(row["session"])["wanted"])

    # -- an honest end -------------------------------------------------------------------------------------

    def finish(self) -> None:
        """From now on nobody errs: then all that was put on a cart comes to its end."""
        for _ in range(ROUNDS_MAX):
            self.floor.problem("induct-1")
            for task in [task for task in self.open_picks() if task["state"] == "recalled"]:
                self.floor.tell("bay-1", TaskReturned(task=task["public"], bin=task["bin"]))
            self.floor.pick_all()
            for bench in ("sort-1", "sort-2"):
                self.sort_honestly(bench)
            self.pack_honestly()
            if not self.packable():
                break
        assert not self.packable(), self.floor.rows("SELECT id, state, tote_id FROM tote_load WHERE state <> 'packed'")
        self.check("finish")
        left = self.floor.rows(
            "SELECT l.name, b.on_hand FROM location l JOIN balance b ON b.location_id = l.id AND b.on_hand <> 0"
            " WHERE l.kind IN ('tote', 'cell', 'parcel')"
        )
        assert not left and not self.floor.rows("SELECT * FROM cell_load")

    def sort_honestly(self, bench: str) -> None:
        for tote in TOTES:
            for _ in range(ANSWERS_MAX):
                asked = self.floor.prompt(bench)
                if asked.title == "Scan a tote":
                    if self.floor.scan(bench, tote).title == "Scan a tote":
                        break
                elif asked.ask == "scan":
                    self.floor.scan(bench, asked.expected[0])
                elif asked.ask == "count":
                    self.floor.count(bench, 0)
                elif asked.ask == "press":
                    self.floor.confirm(bench)
                else:
                    for wall in (WALL, "wall-2"):
                        for task in self.floor.wall(wall).tasks:
                            self.floor.put(task.bin)

    def pack_honestly(self) -> None:
        for place in [*self.packable(), ""]:  # at the end what is in the packers' hands
            for bench in ("pack-1", "pack-2"):
                for _ in range(ANSWERS_MAX):
                    asked = self.floor.prompt(bench)
                    if asked.title == "Scan a tote":
                        if not place or self.floor.scan(bench, place).title == "Scan a tote":
                            break
                    elif asked.ask == "scan":
                        self.floor.scan(bench, asked.expected[0])
                    elif asked.ask == "count":
                        self.floor.count(bench, 0 if asked.tone == "alarm" else asked.units)
                    elif asked.ask == "weigh":
                        self.floor.weigh(bench, self.expected_mg(bench))
                    else:
                        self.floor.problem(bench)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_whatever_happens_at_a_wall_every_fact_is_booked_and_all_work_comes_to_its_end(data: st.DataObject) -> None:
    walk = Walk(data)
    try:
        walk.load()
        walk.floor.pick_all()
        for _ in range(data.draw(st.integers(5, STEPS_MAX))):
            walk.step()
        walk.finish()
    finally:
        walk.floor.writer.close()
