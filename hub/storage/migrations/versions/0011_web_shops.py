"""Web shops that sign their orders, and which orders are theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "web_shop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_us", sa.Integer(), nullable=False),
        sa.Column("revoked_us", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('shopify', 'woocommerce')", name=op.f("ck_web_shop_kind")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_web_shop_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_shop")),
        sa.UniqueConstraint("public", name=op.f("uq_web_shop_public")),
    )
    op.create_index("ix_web_shop_source", "web_shop", ["kind", "source"])
    op.create_table(
        "web_order",
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("updated_us", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_web_order_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_web_order")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("web_order")
    op.drop_table("web_shop")
