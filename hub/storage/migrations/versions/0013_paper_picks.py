"""Picks that were keyed in from paper."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "paper_pick",
        sa.Column("task_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("keyed_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_paper_pick_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_paper_pick")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("paper_pick")
