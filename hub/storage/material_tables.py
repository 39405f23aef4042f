"""The tables of packing materials: what of a unit is used already, and what was used up by day."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table

from hub.storage.tables import metadata, number
from hub.storage.whole import WHOLE

material_rest = Table(
    "material_rest",
    metadata,
    Column("location_id", WHOLE, ForeignKey("location.id"), primary_key=True, autoincrement=False),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    number("amount"),
    CheckConstraint("amount >= 0", name="amount"),
)
"""What was taken of the unit that is in use at a bench (mm of a roll of tape), and is in no unit used up yet."""

material_day = Table(
    "material_day",
    metadata,
    Column("day", WHOLE, primary_key=True, autoincrement=False),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    Column("location_id", WHOLE, ForeignKey("location.id"), primary_key=True, autoincrement=False),
    number("units"),
    CheckConstraint("units > 0", name="units"),
    Index("ix_material_day_sku", "sku_id", "day"),
)
"""Units used up by business day, SKU and the place they were taken from."""
