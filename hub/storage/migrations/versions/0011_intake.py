"""Web shops that sign their orders, and which orders are theirs; kits and substitutes, and which lines of orders
they became."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    _web_shops()
    _kits()
    _substitutes()


def _web_shops() -> None:
    op.create_table(
        "web_shop",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("revoked_us", WHOLE, nullable=True),
        sa.CheckConstraint("kind IN ('shopify', 'woocommerce')", name=op.f("ck_web_shop_kind")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_web_shop_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_shop")),
        sa.UniqueConstraint("public", name=op.f("uq_web_shop_public")),
    )
    op.create_index("ix_web_shop_source", "web_shop", ["kind", "source"])
    op.create_table(
        "web_order",
        sa.Column("order_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("updated_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_web_order_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_web_order")),
    )


def _kits() -> None:
    op.create_table(
        "kit",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_kit_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit")),
        sa.UniqueConstraint("client_id", "code", name=op.f("uq_kit_client_id_code")),
    )
    op.create_table(
        "kit_part",
        sa.Column("kit_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("rank", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_kit_part_units")),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_kit_part_kit_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_kit_part_sku_id")),
        sa.PrimaryKeyConstraint("kit_id", "sku_id", name=op.f("pk_kit_part")),
    )
    op.create_table(
        "order_kit",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("kit_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("price_minor", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_order_kit_order_id")),
        sa.ForeignKeyConstraint(["kit_id"], ["kit.id"], name=op.f("fk_order_kit_kit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_kit")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_order_kit_order_id_number")),
    )
    op.create_table(
        "order_kit_line",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("order_kit_id", WHOLE, nullable=False),
        sa.Column("units_each", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_order_kit_line_line_id")),
        sa.ForeignKeyConstraint(["order_kit_id"], ["order_kit.id"], name=op.f("fk_order_kit_line_order_kit_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_order_kit_line")),
    )
    op.create_index("ix_order_kit_line_kit", "order_kit_line", ["order_kit_id"])


def _substitutes() -> None:
    op.create_table(
        "substitute",
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("rank", WHOLE, nullable=False),
        sa.Column("other_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_substitute_sku_id")),
        sa.ForeignKeyConstraint(["other_id"], ["sku.id"], name=op.f("fk_substitute_other_id")),
        sa.PrimaryKeyConstraint("sku_id", "rank", name=op.f("pk_substitute")),
    )
    op.create_table(
        "order_substitute",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_order_substitute_line_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_order_substitute_sku_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_order_substitute")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("order_substitute", "substitute", "order_kit_line", "order_kit", "kit_part", "kit"):
        op.drop_table(table)
    op.drop_table("web_order")
    op.drop_table("web_shop")
