"""Picks that were keyed in from paper."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "paper_pick",
        sa.Column("task_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("keyed_us", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_paper_pick_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_paper_pick")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("paper_pick")
