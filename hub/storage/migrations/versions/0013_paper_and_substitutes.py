"""Picks that were keyed in from paper; substitutes that lines accept, and those that were made."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "paper_pick",
        sa.Column("task_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("keyed_us", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_paper_pick_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_paper_pick")),
    )
    op.create_table(
        "accepted_substitute",
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sku_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_accepted_substitute_line_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_accepted_substitute_sku_id")),
        sa.PrimaryKeyConstraint("line_id", "sku_id", name=op.f("pk_accepted_substitute")),
    )
    op.create_table(
        "substitution",
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("for_line_id", sa.Integer(), nullable=False),
        sa.Column("made_us", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_substitution_line_id")),
        sa.ForeignKeyConstraint(["for_line_id"], ["order_line.id"], name=op.f("fk_substitution_for_line_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_substitution")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("substitution", "accepted_substitute", "paper_pick"):
        op.drop_table(table)
