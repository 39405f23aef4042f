"""Print jobs say whether the printer may have got them; of older ones nobody knows, so it may have."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column. In place: a table that is copied has its constraints in another order each time."""
    op.add_column("print_job", sa.Column("sent", WHOLE, server_default="1", nullable=False))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("print_job", "sent")
