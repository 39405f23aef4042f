"""Receiving: announced deliveries, what is wrong with goods at the dock, new items, limits of bins, why puts."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0023"
down_revision = "0022"

TABLES = ("asn", "new_item", "asn_carton", "bin_trait", "bin_slot", "dock_case", "asn_line", "put_reason")


def upgrade() -> None:
    """Make the tables."""
    _create_announced()
    _create_dock()
    _create_bins()


def _create_announced() -> None:
    op.create_table(
        "asn",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("supplier_id", WHOLE, nullable=False),
        sa.Column("purchase_order_id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), server_default="announced", nullable=False),
        sa.Column("expected_us", WHOLE, nullable=False),
        sa.Column("until_us", WHOLE, nullable=False),
        sa.Column("door", sa.String(), server_default="", nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('announced', 'cancelled')", name=op.f("ck_asn_state")),
        sa.ForeignKeyConstraint(["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_asn_purchase_order_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_asn_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asn")),
        sa.UniqueConstraint("supplier_id", "ref", name=op.f("uq_asn_supplier_id_ref")),
    )
    op.create_index("ix_asn_expected", "asn", ["expected_us"], unique=False)
    op.create_index("ix_asn_order", "asn", ["purchase_order_id"], unique=False)
    op.create_table(
        "asn_carton",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("asn_id", WHOLE, nullable=False),
        sa.Column("sscc", sa.String(), nullable=False),
        sa.Column("gross_mg", WHOLE, nullable=True),
        sa.Column("received_us", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["asn_id"], ["asn.id"], name=op.f("fk_asn_carton_asn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asn_carton")),
    )
    op.create_index("ix_asn_carton_asn", "asn_carton", ["asn_id"], unique=False)
    op.create_index("ix_asn_carton_sscc", "asn_carton", ["sscc"], unique=False)
    op.create_table(
        "asn_line",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("asn_id", WHOLE, nullable=False),
        sa.Column("carton_id", WHOLE, nullable=True),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("lot", sa.String(), server_default="", nullable=False),
        sa.Column("expiry", sa.String(), server_default="", nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_asn_line_units")),
        sa.ForeignKeyConstraint(["asn_id"], ["asn.id"], name=op.f("fk_asn_line_asn_id")),
        sa.ForeignKeyConstraint(["carton_id"], ["asn_carton.id"], name=op.f("fk_asn_line_carton_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_asn_line_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asn_line")),
    )
    op.create_index("ix_asn_line_asn", "asn_line", ["asn_id"], unique=False)
    op.create_index("ix_asn_line_carton", "asn_line", ["carton_id"], unique=False)


def _create_dock() -> None:
    op.create_table(
        "new_item",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("came_with", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), server_default="", nullable=False),
        sa.Column("weights_mg", sa.String(), server_default="", nullable=False),
        sa.Column("first_us", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_new_item_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_new_item")),
        sa.UniqueConstraint("gtin", name=op.f("uq_new_item_gtin")),
    )
    op.create_table(
        "dock_case",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purchase_order_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("location_id", WHOLE, nullable=True),
        sa.Column("cost_minor", WHOLE, nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("picture", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("outcome", sa.String(), server_default="", nullable=False),
        sa.Column("opened_us", WHOLE, nullable=False),
        sa.Column("settled_us", WHOLE, nullable=True),
        sa.Column("settled_by", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('short', 'over', 'damaged', 'wrong', 'expired', 'quality', 'refused')",
            name=op.f("ck_dock_case_kind"),
        ),
        sa.CheckConstraint("state IN ('open', 'settled')", name=op.f("ck_dock_case_state")),
        sa.CheckConstraint("units > 0", name=op.f("ck_dock_case_units")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_dock_case_location_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_dock_case_lot_id")),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_dock_case_purchase_order_id")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_dock_case_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dock_case")),
    )
    op.create_index(
        "ix_dock_case_open",
        "dock_case",
        ["location_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_dock_case_order", "dock_case", ["purchase_order_id"], unique=False)


def _create_bins() -> None:
    op.create_table(
        "bin_trait",
        sa.Column("location_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("volume_mm3", WHOLE, nullable=True),
        sa.Column("load_max_mg", WHOLE, nullable=True),
        sa.Column("dangerous", WHOLE, server_default="0", nullable=False),
        sa.Column("far_mm", WHOLE, nullable=True),
        sa.Column("dynamic", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint("dangerous IN (0, 1)", name=op.f("ck_bin_trait_dangerous")),
        sa.CheckConstraint("dynamic IN (0, 1)", name=op.f("ck_bin_trait_dynamic")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_bin_trait_location_id")),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_bin_trait")),
    )
    op.create_table(
        "bin_slot",
        sa.Column("location_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_bin_slot_location_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_bin_slot_sku_id")),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_bin_slot")),
    )
    op.create_table(
        "put_reason",
        sa.Column("task_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_put_reason_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_put_reason")),
    )


def downgrade() -> None:
    """Drop them."""
    for name in reversed(TABLES):
        op.drop_table(name)
