"""Which board has a station's name."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "board",
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("claim", WHOLE, nullable=False),
        sa.Column("since_us", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("station"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("board")
