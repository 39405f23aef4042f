"""What units weigh: the catalogue's word, and what was learned since."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.domain.unit_weight import UnitWeight, from_catalogue
from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx

COLUMNS = "s.unit_mg, s.spread_mg, w.catalogue_mg, w.unit_ug, w.error_ug, w.doubts, w.doubt_ug"
"""Of an SKU ``s`` and its learned weight ``w``, for :func:`known`."""
JOIN = "LEFT JOIN unit_weight w ON w.sku_id = s.id"

_LOAD = Prepared(f"SELECT {COLUMNS}, s.cost_minor FROM sku s {JOIN} WHERE s.id = :sku")
_STORE = Prepared(
    "INSERT INTO unit_weight (sku_id, catalogue_mg, unit_ug, error_ug, doubts, doubt_ug, movements, learned_us)"
    " VALUES (:sku, :catalogue, :unit, :error, :doubts, :doubt, 1, :now)"
    " ON CONFLICT (sku_id) DO UPDATE SET catalogue_mg = excluded.catalogue_mg, unit_ug = excluded.unit_ug,"
    " error_ug = excluded.error_ug, doubts = excluded.doubts, doubt_ug = excluded.doubt_ug,"
    " movements = unit_weight.movements + 1, learned_us = excluded.learned_us"
)


@dataclass(frozen=True, kw_only=True)
class SkuWeight:
    """An SKU as scales see it."""

    catalogue_mg: int
    spread_mg: int
    cost_minor: int
    known: UnitWeight


def known(row: Any) -> UnitWeight:
    """What is known of a unit's weight, from a row with :data:`COLUMNS`; another catalogue begins anew."""
    if row.catalogue_mg != row.unit_mg:
        return from_catalogue(row.unit_mg)
    return UnitWeight(
        unit_mg=row.unit_ug / 1_000, error_mg=row.error_ug / 1_000, doubts=row.doubts, doubt_mg=row.doubt_ug / 1_000
    )


def load(connection: Connection, sku_id: int) -> SkuWeight:
    """An SKU as scales see it."""
    row = _LOAD(connection, {"sku": sku_id}).one()
    return SkuWeight(catalogue_mg=row.unit_mg, spread_mg=row.spread_mg, cost_minor=row.cost_minor, known=known(row))


def store(tx: Tx, sku_id: int, catalogue_mg: int, learned: UnitWeight) -> None:
    """Write down what was learned."""
    _STORE(
        tx.connection,
        {
            "sku": sku_id,
            "catalogue": catalogue_mg,
            "unit": round(learned.unit_mg * 1_000),
            "error": round(learned.error_mg * 1_000),
            "doubts": learned.doubts,
            "doubt": round(learned.doubt_mg * 1_000),
            "now": tx.now_us,
        },
    )
