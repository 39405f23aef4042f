"""The played benches with a wall of four cells and its sort bench; small orders share totes."""

from typing import Any

from edge.contract.events import TaskReturned, UnitsPutAway, WeightSettled
from edge.contract.state import BayDesired, Prompt
from hub.flows import idle_sessions
from hub.handlers.desired import desired_state
from hub.storage import setup
from hub.storage.transaction import Tx
from tests.hub.played_benches import BENCHES, BOX, UNIT_MG, PlayedBenches

WALL = "wall-1"
CELLS = tuple(f"wall-1/{n}" for n in range(1, 5))


class WalledFloor(PlayedBenches):
    """Orders of at most six units share totes, four of them one tote; ``sort-1`` and ``sort-2`` lead a wall each."""

    def __init__(self, **policy: Any) -> None:
        walls = (("sort-1", WALL), ("sort-2", "wall-2"))
        bays = ("bay-1", "wall-1", "wall-2")
        benches = (*BENCHES.items(), ("sort-1", "sort"), ("sort-2", "sort"))
        shape = {"walls": walls, "bays": bays, "benches": benches}
        super().__init__(**shape | {"wall_order_units_max": 6, "wall_tote_orders_max": 4} | policy)
        self.call(self._add_walls)

    def _add_walls(self, tx: Tx) -> None:
        for cell in (*CELLS, "wall-2/1", "wall-2/2"):
            setup.add_cell(tx, cell, cell.partition("/")[0])
        for bench in ("sort-1", "sort-2"):
            setup.add_bench(tx, bench, "sort", idle_sessions()["sort"])

    # -- what the world does -------------------------------------------------------------------------------

    def shared_tote(self, tote: str = "TOTE-1", **orders: dict[str, int]) -> str:
        """Orders by reference, picked into one tote; the tote."""
        for ref, units in orders.items():
            self.order(ref, **units)
        self.load_cart(tote)
        self.pick_all()
        return tote

    def lit(self, wall: str = WALL) -> dict[str, list[tuple[str, int]]]:
        """(task, units) of the lights of a wall by cell."""
        found: dict[str, list[tuple[str, int]]] = {}
        for task in self.wall(wall).tasks:
            found.setdefault(task.bin, []).append((task.task, task.units))
        return found

    def put(self, cell: str, units: int | None = None, by: Any = "button") -> str:
        """The first light of a cell is confirmed, in full unless told otherwise; its task."""
        task, asked = self.lit(cell.partition("/")[0])[cell][0]
        told = UnitsPutAway(task=task, bin=cell, units=asked if units is None else units, units_asked=asked, by=by)
        self.tell(cell.partition("/")[0], told)
        return task

    def put_all(self) -> None:
        """Every light of the wall is confirmed."""
        for cell, tasks in self.lit().items():
            for _ in tasks:
                self.put(cell)

    def settle(self, cell: str, *tasks: str, confirmed: int, weighed: int, cause: Any = "tasks") -> None:
        """The weight of a cell comes to rest."""
        told = WeightSettled(
            bin=cell,
            cause=cause,
            tasks=tasks,
            before_mg=0,
            after_mg=weighed * UNIT_MG,
            units_confirmed=confirmed,
            units_weighed=weighed,
            sure=True,
        )
        self.tell(cell.partition("/")[0], told)

    def give_back(self, cell: str) -> None:
        """The wall answers a recall: nothing was put."""
        for task, _ in self.lit()[cell]:
            self.tell(WALL, TaskReturned(task=task, bin=cell))

    def sort_item(self, sku: str) -> Prompt:
        """An item is scanned and put wherever it is lit; what the bench asks then."""
        self.scan("sort-1", self.symbol(sku))
        self.put_all()
        return self.prompt("sort-1")

    def sorted_tote(self, tote: str = "TOTE-1", **orders: dict[str, int]) -> None:
        """Orders picked into one tote and sorted; the tote is free again."""
        self.shared_tote(tote, **orders)
        self.scan("sort-1", tote)
        for sku in sorted({sku for units in orders.values() for sku in units}):
            self.sort_item(sku)
        self.confirm("sort-1")

    def packed(self, place: str, **units: int) -> Prompt:
        """A tote or cell is packed with what is counted in it, labelled and shipped; what the bench asks then."""
        self.scan("pack-1", place)
        self.check_items("pack-1", **units)
        shown = self.weigh("pack-1", BOX.tare_mg + sum(units.values()) * UNIT_MG)
        return self.scan("pack-1", shown.expected[0])

    # -- what is to be seen --------------------------------------------------------------------------------

    def wall(self, wall: str = WALL) -> BayDesired:
        """What a wall should show."""
        with self.engine.begin() as connection:
            found = desired_state(connection, wall, generation=1, desk=self.desk, policy=self.policy)
        assert isinstance(found, BayDesired)
        return found

    def signs(self) -> dict[str, str]:
        """What the wall's cells say without a task."""
        return {sign.place: sign.text for sign in self.wall().signs}

    def at(self, place: str) -> dict[str, int]:
        """Units on hand at a place by SKU."""
        rows = self.rows(
            "SELECT s.code, SUM(b.on_hand) AS units FROM balance b JOIN location l ON l.id = b.location_id"
            f" JOIN sku s ON s.id = b.sku_id WHERE l.name = '{place}' AND b.on_hand <> 0 GROUP BY s.code"
        )
        return {row["code"]: row["units"] for row in rows}

    def cell_of(self, ref: str) -> str:
        """The cell of an order."""
        [row] = self.rows(
            "SELECT p.name FROM cell_load c JOIN location p ON p.id = c.cell_id JOIN tote_load l ON l.id = c.load_id"
            f" JOIN customer_order o ON o.id = l.order_id WHERE o.ref = '{ref}'"
        )
        return str(row["name"])
