"""What is wrong with delivered goods until a person has settled it: short, over, damaged, wrong, expired, looked at."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from hub.storage import places
from hub.storage.receiving_tables import dock_case
from hub.storage.transaction import Tx

Kind = Literal["short", "over", "damaged", "wrong", "expired", "quality", "refused"]
QUALITY, CLAIMS = "quality", "claims"
"""Places: goods that somebody looks at before they are stock, and goods that their supplier is asked about."""


@dataclass(frozen=True, kw_only=True)
class DockCase:
    """One case."""

    id: int
    kind: Kind
    number: str
    """Of the purchase order."""
    supplier: str
    client_id: int
    sku_id: int
    lot_id: int
    sku: str
    description: str
    lot: str
    units: int
    place_id: int | None
    """Where the goods lie; None: none lie anywhere for it."""
    cost_minor: int
    """Of one unit."""
    detail: str
    picture: str
    state: str
    outcome: str
    opened_us: int


def place_of(tx: Tx, kind: Kind) -> int:
    """Where goods of a case lie, made when it is first needed."""
    name = QUALITY if kind == "quality" else CLAIMS
    found = places.seek(tx.connection, tx.site_id, name)
    return places.make(tx, name, "stage") if found is None else found.id


def open_case(
    tx: Tx,
    kind: Kind,
    *,
    order_id: int,
    sku_id: int,
    lot_id: int,
    units: int,
    place_id: int | None = None,
    detail: str = "",
    picture: str = "",
) -> int:
    """Write a case down; its id."""
    cost = tx.connection.execute(text("SELECT cost_minor FROM sku WHERE id = :sku"), {"sku": sku_id}).scalar_one()
    made = tx.connection.execute(
        dock_case.insert().values(
            kind=kind,
            purchase_order_id=order_id,
            sku_id=sku_id,
            lot_id=lot_id,
            units=units,
            location_id=place_id,
            cost_minor=cost,
            detail=detail,
            picture=picture,
            opened_us=tx.now_us,
        )
    )
    tx.changed("dock_case")
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def units_by_line(connection: Connection, order_id: int) -> dict[int, int]:
    """By SKU what of an order came and was not received, as cases say: its supplier is asked about those."""
    rows = connection.execute(
        text(
            "SELECT sku_id, SUM(units) AS units FROM dock_case WHERE purchase_order_id = :order"
            " AND kind IN ('damaged', 'expired', 'quality', 'refused') AND outcome NOT IN ('kept', 'released')"
            " GROUP BY sku_id"
        ),
        {"order": order_id},
    )
    return {row.sku_id: int(row.units) for row in rows}


def over_known(connection: Connection, order_id: int, sku_id: int) -> int:
    """Units of an SKU that an order is known to have brought too many."""
    found = connection.execute(
        text(
            "SELECT COALESCE(SUM(units), 0) FROM dock_case WHERE purchase_order_id = :order AND sku_id = :sku"
            " AND kind = 'over'"
        ),
        {"order": order_id, "sku": sku_id},
    )
    return int(found.scalar_one())


def find(connection: Connection, case_id: int) -> DockCase | None:
    """A case by its id."""
    row = connection.execute(text(f"{_SELECT} WHERE c.id = :id"), {"id": case_id}).one_or_none()
    return None if row is None else DockCase(**row._mapping)


def listed(connection: Connection, *, supplier: str = "", limit: int = 500) -> list[DockCase]:
    """Cases: first those that are open, by supplier and purchase order; of all suppliers if none is named."""
    rows = connection.execute(
        text(
            f"{_SELECT} WHERE :supplier = '' OR s.name = :supplier"
            " ORDER BY CASE WHEN c.state = 'open' THEN 0 ELSE 1 END, s.name, p.number, c.id LIMIT :limit"
        ),
        {"supplier": supplier, "limit": limit},
    )
    return [DockCase(**row._mapping) for row in rows]


def settle(tx: Tx, case_id: int, outcome: str, who: str) -> None:
    """A case is settled."""
    tx.connection.execute(
        dock_case.update()
        .where(dock_case.c.id == case_id)
        .values(state="settled", outcome=outcome, settled_us=tx.now_us, settled_by=who)
    )
    tx.changed("dock_case")


def refuse(tx: Tx, case_id: int, place_id: int) -> None:
    """Goods that were looked at are not good: their supplier is asked about them."""
    tx.connection.execute(
        dock_case.update().where(dock_case.c.id == case_id).values(kind="refused", location_id=place_id)
    )
    tx.changed("dock_case")


def has_open(connection: Connection, number: str) -> bool:
    """Whether any case of a purchase order is open."""
    found = connection.execute(
        text(
            "SELECT 1 FROM dock_case c JOIN purchase_order p ON p.id = c.purchase_order_id"
            " WHERE p.number = :number AND c.state = 'open' LIMIT 1"
        ),
        {"number": number},
    )
    return found.one_or_none() is not None


_SELECT = (
    "SELECT c.id, c.kind, p.number, s.name AS supplier, k.client_id, c.sku_id, c.lot_id, k.code AS sku, k.description,"
    " lot.code AS lot, c.units, c.location_id AS place_id, c.cost_minor, c.detail, c.picture, c.state, c.outcome,"
    " c.opened_us FROM dock_case c JOIN purchase_order p ON p.id = c.purchase_order_id"
    " JOIN supplier s ON s.id = p.supplier_id JOIN sku k ON k.id = c.sku_id JOIN lot ON lot.id = c.lot_id"
)
