"""Pictures: what evidence and exceptions point to at a station, and those that the hub has a copy of."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0007"
down_revision = "0006"

ONLY = {"evidence": "picture IS NOT NULL", "exception": "picture <> ''"}
"""The rows that name a picture: few of many."""


def upgrade() -> None:
    """Make the table, the columns and their indexes."""
    op.create_table(
        "picture",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("fetched_us", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.add_column("evidence", sa.Column("picture", sa.String(), nullable=True))
    op.add_column("exception", sa.Column("picture", sa.String(), server_default="", nullable=False))
    for table, where in ONLY.items():
        named = sa.text(where)
        op.create_index(f"ix_{table}_picture", table, ["picture"], sqlite_where=named, postgresql_where=named)


def downgrade() -> None:
    """Drop them."""
    for table in ONLY:
        op.drop_index(f"ix_{table}_picture", table)
    op.drop_column("exception", "picture")
    op.drop_column("evidence", "picture")
    op.drop_table("picture")
