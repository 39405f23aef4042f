"""Restocking by the forecast: demand by day, terms of buying, proposals and their reasons, dates of backorders."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0015"
down_revision = "0014"

TABLES = (
    *("restock_terms", "supplier_terms", "supplier_lead", "daily_demand", "demand_progress", "sku_forecast"),
    *("proposal", "purchase_reason", "purchase_message", "backorder_date"),
)


def upgrade() -> None:
    """Make the tables."""
    _create_terms()
    _create_demand()
    _create_proposals()
    _create_messages()
    _create_backorders()


def _create_terms() -> None:
    op.create_table(
        "restock_terms",
        sa.Column("sku_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fixed", WHOLE, server_default="1", nullable=False),
        sa.Column("pack_units", WHOLE, server_default="1", nullable=False),
        sa.Column("order_units_min", WHOLE, server_default="1", nullable=False),
        sa.Column("price_breaks", sa.String(), server_default="", nullable=False),
        sa.Column("service_class", sa.String(), server_default="", nullable=False),
        sa.Column("shelf_life_days", WHOLE, nullable=True),
        sa.Column("stop_sell", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint("service_class IN ('', 'A', 'B', 'C')", name=op.f("ck_restock_terms_service_class")),
        sa.CheckConstraint("fixed IN (0, 1)", name=op.f("ck_restock_terms_fixed")),
        sa.CheckConstraint("stop_sell IN (0, 1)", name=op.f("ck_restock_terms_stop_sell")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_restock_terms_sku_id")),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_restock_terms")),
    )
    op.create_table(
        "supplier_terms",
        sa.Column("supplier_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("order_value_min_minor", WHOLE, server_default="0", nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("webhook", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_terms_supplier_id")),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_supplier_terms")),
    )
    op.create_table(
        "supplier_lead",
        sa.Column("supplier_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("days_milli", WHOLE, nullable=False),
        sa.Column("spread_milli", WHOLE, nullable=False),
        sa.Column("receipts", WHOLE, nullable=False),
        sa.Column("learned_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_lead_supplier_id")),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_supplier_lead")),
    )


def _create_demand() -> None:
    op.create_table(
        "daily_demand",
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("day", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.CheckConstraint("source IN ('orders', 'imported')", name=op.f("ck_daily_demand_source")),
        sa.CheckConstraint("units > 0", name=op.f("ck_daily_demand_units")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_daily_demand_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_daily_demand_sku_id")),
        sa.PrimaryKeyConstraint("site_id", "day", "sku_id", "source", name=op.f("pk_daily_demand")),
    )
    op.create_index("ix_daily_demand_sku", "daily_demand", ["sku_id", "day"], unique=False)
    op.create_table(
        "demand_progress",
        sa.Column("site_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("line_id", WHOLE, server_default="0", nullable=False),
        sa.Column("counted_day", WHOLE, server_default="0", nullable=False),
        sa.Column("forecast_day", WHOLE, server_default="0", nullable=False),
        sa.Column("forecast_by", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_demand_progress_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_demand_progress")),
    )
    op.create_table(
        "sku_forecast",
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("service_class", sa.String(), nullable=False),
        sa.Column("level_percent", WHOLE, nullable=False),
        sa.Column("cover_days", WHOLE, nullable=False),
        sa.Column("expected_units", WHOLE, nullable=False),
        sa.Column("enough_units", WHOLE, nullable=False),
        sa.Column("made_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sku_forecast_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_sku_forecast_sku_id")),
        sa.PrimaryKeyConstraint("site_id", "sku_id", name=op.f("pk_sku_forecast")),
    )


def _create_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("purchase_order_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("value_minor", WHOLE, nullable=False),
        sa.Column("proposed_us", WHOLE, nullable=False),
        sa.Column("approved_us", WHOLE, nullable=True),
        sa.Column("sent_us", WHOLE, nullable=True),
        sa.Column("acknowledged_us", WHOLE, nullable=True),
        sa.Column("cancelled_us", WHOLE, nullable=True),
        sa.Column("decided_by", sa.String(), server_default="", nullable=False),
        sa.Column("chases", WHOLE, server_default="0", nullable=False),
        sa.Column("chased_us", WHOLE, nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'sent', 'acknowledged', 'cancelled')", name=op.f("ck_proposal_state")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_proposal_purchase_order_id")
        ),
        sa.PrimaryKeyConstraint("purchase_order_id", name=op.f("pk_proposal")),
    )
    op.create_index(
        "ix_proposal_cancelled",
        "proposal",
        ["cancelled_us"],
        unique=False,
        sqlite_where=sa.text("state = 'cancelled'"),
        postgresql_where=sa.text("state = 'cancelled'"),
    )
    op.create_index(
        "ix_proposal_waiting",
        "proposal",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "purchase_reason",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("cost_minor", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("reorder_point", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["purchase_order_line.id"], name=op.f("fk_purchase_reason_line_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_purchase_reason")),
    )


def _create_messages() -> None:
    op.create_table(
        "purchase_message",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("purchase_order_id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("sent_us", WHOLE, nullable=True),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("channel IN ('email', 'webhook', 'person')", name=op.f("ck_purchase_message_channel")),
        sa.CheckConstraint("kind IN ('order', 'chase', 'cancel')", name=op.f("ck_purchase_message_kind")),
        sa.CheckConstraint("state IN ('wanted', 'sent', 'failed')", name=op.f("ck_purchase_message_state")),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_purchase_message_purchase_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_message")),
    )
    op.create_index("ix_purchase_message_order", "purchase_message", ["purchase_order_id"], unique=False)
    op.create_index(
        "ix_purchase_message_wanted",
        "purchase_message",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )
    op.create_index("uq_purchase_message_public", "purchase_message", ["public"], unique=True)


def _create_backorders() -> None:
    op.create_table(
        "backorder_date",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("expected_us", WHOLE, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("purchase_order", sa.String(), server_default="", nullable=False),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.Column("told_us", WHOLE, nullable=True),
        sa.Column("current", WHOLE, server_default="1", nullable=False),
        sa.CheckConstraint("current IN (0, 1)", name=op.f("ck_backorder_date_current")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_backorder_date_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backorder_date")),
    )
    op.create_index("ix_backorder_date_line", "backorder_date", ["line_id"], unique=False)
    op.create_index(
        "ix_backorder_date_untold",
        "backorder_date",
        ["id"],
        unique=False,
        sqlite_where=sa.text("told_us IS NULL"),
        postgresql_where=sa.text("told_us IS NULL"),
    )
    op.create_index(
        "uq_backorder_date_current",
        "backorder_date",
        ["line_id"],
        unique=True,
        sqlite_where=sa.text("current = 1"),
        postgresql_where=sa.text("current = 1"),
    )
    op.create_index("ix_customer_order_placed", "customer_order", ["placed_us"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_customer_order_placed", "customer_order")
    for name in reversed(TABLES):
        op.drop_table(name)
