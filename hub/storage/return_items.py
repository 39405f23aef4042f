"""What came back, item by item; how it was graded; what still is to be refurbished or to go to its supplier."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.return_tables import return_grade, return_item
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """Units of one lot that came at once."""

    id: int
    return_id: int
    return_line_id: int
    order_line_id: int | None
    sku_id: int
    sku: str
    description: str
    supplier_id: int
    reason: str
    lot_id: int
    lot: str
    expiry_us: int | None
    keeps_days: int
    units: int
    graded: int
    verdict: str
    symbol: str
    picture: str
    weight_by: str
    """What proved the count: weight, or unsure where the scale said otherwise; empty: nothing was weighed."""
    weighed_mg: int
    weighed_units: int
    """Units that were on the scale: those of all items of this arrival together."""
    unit_mg: int
    station: str
    at_us: int

    @property
    def left(self) -> int:
        """Units that nobody has looked at yet."""
        return self.units - self.graded


_ITEM = (
    "SELECT i.id, n.return_id, i.return_line_id, n.order_line_id, n.sku_id, s.code AS sku, s.description,"
    " s.supplier_id, n.reason, i.lot_id, lot.code AS lot, lot.expiry_us, s.keeps_days, i.units, i.graded, i.verdict,"
    " COALESCE(e.symbol, '') AS symbol, COALESCE(e.picture, '') AS picture,"
    " CASE WHEN e.after_mg IS NULL THEN '' ELSE e.by END AS weight_by, COALESCE(e.after_mg, 0) AS weighed_mg,"
    " COALESCE(e.units_weighed, 0) AS weighed_units, s.unit_mg, i.station, i.at_us FROM return_item i"
    " JOIN return_line n ON n.id = i.return_line_id JOIN sku s ON s.id = n.sku_id JOIN lot ON lot.id = i.lot_id"
    " LEFT JOIN evidence e ON e.id = i.evidence_id WHERE "
)


def item(connection: Connection, item_id: int) -> ItemRow | None:
    """One item, or None."""
    row = connection.execute(text(_ITEM + "i.id = :id"), {"id": item_id}).one_or_none()
    return None if row is None else ItemRow(**row._mapping)


def items_of(connection: Connection, return_id: int) -> list[ItemRow]:
    """Everything that came of a return, in the order in which it did."""
    rows = connection.execute(text(_ITEM + "n.return_id = :id ORDER BY i.id"), {"id": return_id})
    return [ItemRow(**row._mapping) for row in rows]


def ungraded(connection: Connection, limit: int) -> list[ItemRow]:
    """What waits to be looked at, the longest waiting first."""
    rows = connection.execute(text(_ITEM + "i.graded < i.units ORDER BY i.id LIMIT :limit"), {"limit": limit})
    return [ItemRow(**row._mapping) for row in rows]


def add_item(tx: Tx, **values: object) -> int:
    """Write down what came; its id."""
    made = tx.connection.execute(return_item.insert().values(at_us=tx.now_us, **values))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def count_graded(tx: Tx, item_id: int, units: int) -> None:
    """Units of an item were looked at."""
    tx.connection.execute(
        text("UPDATE return_item SET graded = graded + :units WHERE id = :id"), {"units": units, "id": item_id}
    )


def shipped_lots(connection: Connection, order_id: int, sku_id: int) -> list[tuple[int, int]]:
    """(lot, units that are still with the customer by the book) of an SKU that an order was sent, the first to expire
    first."""
    rows = connection.execute(_SHIPPED_LOTS, {"order": order_id, "sku": sku_id})
    return [(row.lot_id, int(row.units)) for row in rows if row.units > 0]


_SHIPPED_LOTS = text(
    "SELECT t.lot_id, SUM(t.units) - COALESCE((SELECT SUM(i.units) FROM return_item i JOIN return_line n"
    "  ON n.id = i.return_line_id AND n.sku_id = :sku JOIN customer_return r ON r.id = n.return_id"
    "  AND r.order_id = :order WHERE i.lot_id = t.lot_id), 0) AS units"
    " FROM parcel p JOIN transfer t ON t.ref_kind = 'parcel' AND t.ref_id = CAST(p.id AS VARCHAR(20))"
    "  AND t.reason = 'ship' AND t.sku_id = :sku JOIN lot ON lot.id = t.lot_id WHERE p.order_id = :order"
    " GROUP BY t.lot_id, lot.expiry_us ORDER BY CASE WHEN lot.expiry_us IS NULL THEN 1 ELSE 0 END, lot.expiry_us,"
    " t.lot_id"
)


@dataclass(frozen=True, kw_only=True)
class GradeRow:
    """What a person said of units of an item."""

    id: int
    public: str
    return_item_id: int
    return_id: int
    number: str
    """Of the return."""
    client_id: int
    sku_id: int
    sku: str
    description: str
    lot_id: int
    lot: str
    expiry_us: int | None
    keeps_days: int
    cost_minor: int
    """Of one unit."""
    grade: str
    units: int
    left_units: int
    by: str
    note: str
    reason: str
    picture: str
    at_us: int


_GRADE = (
    "SELECT g.id, g.public, g.return_item_id, n.return_id, r.number, r.client_id, n.sku_id, s.code AS sku,"
    " s.description, i.lot_id, lot.code AS lot, lot.expiry_us, s.keeps_days, s.cost_minor, g.grade, g.units,"
    " g.left_units, g.by, g.note, n.reason, COALESCE(e.picture, '') AS picture, g.at_us FROM return_grade g"
    " JOIN return_item i ON i.id = g.return_item_id JOIN return_line n ON n.id = i.return_line_id"
    " JOIN customer_return r ON r.id = n.return_id JOIN sku s ON s.id = n.sku_id JOIN lot ON lot.id = i.lot_id"
    " LEFT JOIN evidence e ON e.id = g.evidence_id WHERE "
)


def grade_of(connection: Connection, public: str) -> GradeRow | None:
    """A grade by its public id, or None."""
    row = connection.execute(text(_GRADE + "g.public = :public"), {"public": public}).one_or_none()
    return None if row is None else GradeRow(**row._mapping)


def grades_of(connection: Connection, return_id: int) -> list[GradeRow]:
    """What was said of everything that came of a return."""
    rows = connection.execute(text(_GRADE + "n.return_id = :id ORDER BY g.id"), {"id": return_id})
    return [GradeRow(**row._mapping) for row in rows]


def to_refurbish(connection: Connection, limit: int) -> list[GradeRow]:
    """What waits to be refurbished, the longest waiting first."""
    rows = connection.execute(
        text(_GRADE + "g.left_units > 0 AND g.grade = 'B' ORDER BY g.id LIMIT :limit"), {"limit": limit}
    )
    return [GradeRow(**row._mapping) for row in rows]


def of_claim(connection: Connection, claim_id: int) -> list[GradeRow]:
    """What goes, or went, back with a claim."""
    rows = connection.execute(text(_GRADE + "g.claim_id = :claim ORDER BY s.code, g.id"), {"claim": claim_id})
    return [GradeRow(**row._mapping) for row in rows]


def add_grade(tx: Tx, **values: object) -> int:
    """Write down what was said; its id."""
    made = tx.connection.execute(return_grade.insert().values(public=tx.ids.new(), at_us=tx.now_us, **values))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def take_left(tx: Tx, grade_id: int, units: int) -> None:
    """Units that waited at the bench wait there no more."""
    tx.connection.execute(
        text("UPDATE return_grade SET left_units = left_units - :units WHERE id = :id"),
        {"units": units, "id": grade_id},
    )


def public_of(connection: Connection, grade_id: int) -> str:
    """The public id of what was said."""
    found = connection.execute(text("SELECT public FROM return_grade WHERE id = :id"), {"id": grade_id})
    return str(found.scalar_one())
