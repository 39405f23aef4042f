"""Picks that were keyed in from paper; substitutes that lines accept."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "paper_pick",
        sa.Column("task_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("keyed_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_paper_pick_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_paper_pick")),
    )
    op.create_table(
        "accepted_substitute",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("sku_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("rank", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_accepted_substitute_line_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_accepted_substitute_sku_id")),
        sa.PrimaryKeyConstraint("line_id", "sku_id", name=op.f("pk_accepted_substitute")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("accepted_substitute", "paper_pick"):
        op.drop_table(table)
