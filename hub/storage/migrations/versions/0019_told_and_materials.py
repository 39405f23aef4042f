"""What suppliers and customers are told: how often it was tried, and whose news nobody is told any more. Packing
materials: which SKUs they are, and what is used up of them."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns and tables. What was to be told before anybody told it is old news: a person looks after the
    orders, and the dates count as told to nobody."""
    op.add_column("purchase_message", sa.Column("tries", WHOLE, server_default="0", nullable=False))
    op.add_column("backorder_date", sa.Column("silent", WHOLE, server_default="0", nullable=False))
    op.add_column("backorder_date", sa.Column("cancelled", WHOLE, server_default="0", nullable=False))
    op.execute("UPDATE backorder_date SET told_us = at_us, silent = 1 WHERE told_us IS NULL")
    op.execute("UPDATE purchase_message SET channel = 'person' WHERE state = 'wanted'")
    op.add_column("sku", sa.Column("material", WHOLE, server_default="0", nullable=False))
    op.create_table(
        "material_rest",
        sa.Column("location_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sku_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_material_rest_amount")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_material_rest_location_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_material_rest_sku_id")),
        sa.PrimaryKeyConstraint("location_id", "sku_id", name=op.f("pk_material_rest")),
    )
    op.create_table(
        "material_day",
        sa.Column("day", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sku_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("location_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_material_day_units")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_material_day_sku_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_material_day_location_id")),
        sa.PrimaryKeyConstraint("day", "sku_id", "location_id", name=op.f("pk_material_day")),
    )
    op.create_index("ix_material_day_sku", "material_day", ["sku_id", "day"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("material_day")
    op.drop_table("material_rest")
    op.drop_column("sku", "material")
    op.drop_column("backorder_date", "cancelled")
    op.drop_column("backorder_date", "silent")
    op.drop_column("purchase_message", "tries")
