"""What suppliers and customers are told: how often it was tried, and whose news nobody is told any more."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0019"
down_revision = "0015"


def upgrade() -> None:
    """Add the columns. What was to be told before anybody told it is old news: a person looks after the orders, and the
    dates count as told to nobody."""
    op.add_column("purchase_message", sa.Column("tries", WHOLE, server_default="0", nullable=False))
    op.add_column("backorder_date", sa.Column("silent", WHOLE, server_default="0", nullable=False))
    op.add_column("backorder_date", sa.Column("cancelled", WHOLE, server_default="0", nullable=False))
    op.execute("UPDATE backorder_date SET told_us = at_us, silent = 1 WHERE told_us IS NULL")
    op.execute("UPDATE purchase_message SET channel = 'person' WHERE state = 'wanted'")


def downgrade() -> None:
    """Drop them."""
    op.drop_column("backorder_date", "cancelled")
    op.drop_column("backorder_date", "silent")
    op.drop_column("purchase_message", "tries")
