"""The terms of an order (priority, ship by, complete or in parts, hold, gift note), and where it is delivered."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0009"
down_revision = "0008"

TEXTS = ("name", "street", "more", "city", "region", "postcode", "phone", "email")


def upgrade() -> None:
    """Make the columns and the table."""
    op.add_column("customer_order", sa.Column("priority", WHOLE, server_default="0", nullable=False))
    op.add_column("customer_order", sa.Column("ship_by_us", WHOLE, nullable=True))
    op.add_column(
        "customer_order",
        sa.Column(
            "ship_complete",
            WHOLE,
            sa.CheckConstraint("ship_complete IN (0, 1)", name=op.f("ck_customer_order_ship_complete")),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column("customer_order", sa.Column("hold", sa.String(), server_default="", nullable=False))
    op.add_column("customer_order", sa.Column("gift_note", sa.String(), server_default="", nullable=False))
    op.create_table(
        "delivery",
        sa.Column("order_id", WHOLE, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String(), server_default="", nullable=False) for name in TEXTS),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_delivery_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_delivery")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("delivery")
    for name in ("gift_note", "hold", "ship_complete", "ship_by_us", "priority"):
        op.drop_column("customer_order", name)
