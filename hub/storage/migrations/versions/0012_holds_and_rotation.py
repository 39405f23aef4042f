"""Holds of carts at checkout; which lot of an SKU goes first, how long it must keep, and since when a lot is there."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables and the columns."""
    op.create_table(
        "cart_hold",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_us", WHOLE, nullable=False),
        sa.Column("expires_us", WHOLE, nullable=False),
        sa.Column("closed_us", WHOLE, nullable=True),
        sa.Column("order_id", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('open', 'used', 'released', 'expired')", name=op.f("ck_cart_hold_state")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_cart_hold_site_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_cart_hold_client_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_cart_hold_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_hold")),
        sa.UniqueConstraint("public", name=op.f("uq_cart_hold_public")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("ix_cart_hold_open", "cart_hold", ["expires_us"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "cart_hold_line",
        sa.Column("hold_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sku_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("asked", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.CheckConstraint("units >= 0 AND units <= asked", name=op.f("ck_cart_hold_line_units")),
        sa.ForeignKeyConstraint(["hold_id"], ["cart_hold.id"], name=op.f("fk_cart_hold_line_hold_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_cart_hold_line_sku_id")),
        sa.PrimaryKeyConstraint("hold_id", "sku_id", name=op.f("pk_cart_hold_line")),
    )
    held = sa.text("units > 0")
    op.create_index("ix_cart_hold_line_sku", "cart_hold_line", ["sku_id"], sqlite_where=held, postgresql_where=held)
    op.add_column(
        "sku",
        sa.Column(
            "rotation",
            sa.String(),
            sa.CheckConstraint("rotation IN ('fefo', 'fifo', 'lifo')", name=op.f("ck_sku_rotation")),
            server_default="fefo",
            nullable=False,
        ),
    )
    op.add_column("sku", sa.Column("keeps_days", WHOLE, server_default="0", nullable=False))
    op.add_column("lot", sa.Column("received_us", WHOLE, server_default="0", nullable=False))
    op.create_index(
        "ix_lot_expiry",
        "lot",
        ["expiry_us"],
        sqlite_where=sa.text("expiry_us IS NOT NULL"),
        postgresql_where=sa.text("expiry_us IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_lot_expiry", "lot")
    op.drop_column("lot", "received_us")
    op.drop_column("sku", "keeps_days")
    op.drop_column("sku", "rotation")
    op.drop_table("cart_hold_line")
    op.drop_table("cart_hold")
