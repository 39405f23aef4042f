"""Which board has a station's name."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "board",
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("since_us", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("station"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("board")
