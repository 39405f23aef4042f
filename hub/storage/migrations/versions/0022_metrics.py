"""What stock did not stand for when a line came, and what the figures of a period are looked up by."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0022"
down_revision = "0020"


def upgrade() -> None:
    """Make the column, null for the lines that came before, and the indexes."""
    op.add_column("order_line", sa.Column("lacking_at_once", WHOLE, nullable=True))
    across = sa.text("kind IN ('move', 'post') AND reason NOT IN ('pick', 'pack')")
    op.create_index("ix_transfer_across", "transfer", ["recorded_us"], sqlite_where=across, postgresql_where=across)
    counted = sa.text("state = 'done' AND kind = 'count'")
    op.create_index("ix_task_counted", "task", ["done_us"], sqlite_where=counted, postgresql_where=counted)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_task_counted", "task")
    op.drop_index("ix_transfer_across", "transfer")
    op.drop_column("order_line", "lacking_at_once")
