"""Bays on scales of physics, and a hub whose items weigh what the catalogue says: for the simulated month."""

from typing import Any

from sqlalchemy import text

from edge.bench.bin_physics import PhysicalBin
from hub.handlers.put_away import ask_put_away
from hub.storage import places
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.simulation.house import House
from tests.simulation.station import SimStation

READ_AGAIN_US = 10_000_000
MEANWHILE_US = 90_000_000
"""So long before a hand comes its scale is read again: no rule waits longer for a weight at rest."""


class WeighedStation(SimStation):
    """A bay of one bin on a scale of physics, or on none."""

    physical: PhysicalBin
    scales: bool
    most_units: int
    read_us = 0
    """When its scale was read last."""

    @property
    def bin_name(self) -> str:
        """Its bin."""
        return self.station.bins[0].name

    def reach(self, units: int, weights_mg: list[float] | None = None) -> list[float]:
        """A hand takes units (negative) or puts them in; what it took."""
        taken: list[float] = []
        self._swing()
        if units < 0:
            taken = self.physical.take(-units)
        elif weights_mg is not None:
            self.physical.put_back(weights_mg)
        elif units:
            self.physical.put_lot(units)
        self._swing()
        return taken

    def lay(self, weight_mg: float) -> None:
        """Something else is laid into the bin."""
        self._swing()
        self.physical.foreign_mg += weight_mg
        self._swing()

    def read(self) -> None:
        """The scale tells what it shows; what is due is done and sent."""
        now_us = self.read_us = self.now_us()
        self.catch_up()
        if self.scales:
            self._commit(self.logic.on_reading(0, "stable", self.physical.stable_mg(), now_us))
        wake_us = self.logic.wake_us()
        if wake_us is not None and now_us >= wake_us:
            self._commit(self.logic.tick(now_us))
        for envelope in self.sender.due(now_us):
            self.send(envelope)

    def _read_meanwhile(self) -> None:
        """Nobody looked, but a scale is read all along: what was due before this hand came was told then."""
        now_us = self.now_us()
        if self.scales:
            for at_us in range(max(self.read_us + READ_AGAIN_US, now_us - MEANWHILE_US), now_us, READ_AGAIN_US):
                self._commit(self.logic.on_reading(0, "stable", self.physical.stable_mg(), at_us))
                self._commit(self.logic.tick(at_us))
        self.read_us = now_us

    def catch_up(self) -> None:
        """The metal has stood there since somebody last looked."""
        self.physical.wait(max(0.0, self.now_us() / 1e6 - self.physical.now_s))

    def _swing(self) -> None:
        self._read_meanwhile()
        self.catch_up()
        if self.scales:
            self._commit(self.logic.on_reading(0, "motion", self.physical.swinging_mg(), self.now_us()))


class MonthHouse(House):
    """The hub; its items weigh what the catalogue says of them, and goods come in plates."""

    items: dict[str, tuple[int, int, int]]
    """Unit weight, spread and cost by SKU."""

    def weigh_items(self) -> None:
        """Write what the catalogue says."""

        def write(tx: Tx) -> None:
            for sku, (unit_mg, spread_mg, cost_minor) in self.items.items():
                tx.connection.execute(
                    text("UPDATE sku SET unit_mg = :unit, spread_mg = :spread, cost_minor = :cost WHERE code = :sku"),
                    {"sku": sku, "unit": unit_mg, "spread": spread_mg, "cost": cost_minor},
                )
            for station in self.policy.bays:
                tx.changed("stock", station=station)

        self._call("catalogue", write)

    def deliver(self, sku: str, units: int, number: int) -> None:
        """Units have come, lie on a plate, and are to be put away."""

        def come(tx: Tx) -> None:
            sku_id = int(tx.connection.execute(text("SELECT id FROM sku WHERE code = :c"), {"c": sku}).scalar_one())
            stock = places.stock_of(tx.connection, sku_id)
            plate = places.make(tx, f"PLATE-{number}", "plate")
            tx.ledger.move(stock, units, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
            ask_put_away(tx, stock, plate)

        self._call("dock", come)

    def held(self) -> set[str]:
        """Bins that wait for a count."""
        return {row["name"] for row in self._rows("SELECT name FROM location WHERE held = 1")}

    def adjustments(self) -> list[dict[str, Any]]:
        """What was set right without a person, the first first."""
        return self._rows(
            "SELECT b.name AS bin, t.units * CASE WHEN b.id = t.to_id THEN 1 ELSE -1 END AS units,"
            " t.units * s.cost_minor AS cost_minor, t.reason AS why, COALESCE(e.by, '') AS by"
            " FROM transfer t JOIN sku s ON s.id = t.sku_id LEFT JOIN evidence e ON e.id = t.evidence_id"
            " JOIN location a ON a.kind = 'adjustment' AND a.id IN (t.from_id, t.to_id)"
            " JOIN location b ON b.kind = 'bin' AND b.id IN (t.from_id, t.to_id)"
            " WHERE t.kind = 'move' AND t.reason <> 'go_live' ORDER BY t.id"
        )

    def counted(self) -> int:
        """Count tasks that their scales answered."""
        return int(self._rows("SELECT COUNT(*) AS n FROM task WHERE kind = 'count' AND state = 'done'")[0]["n"])

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        with self.engine.begin() as connection:
            return [dict(row._mapping) for row in connection.execute(text(sql))]
