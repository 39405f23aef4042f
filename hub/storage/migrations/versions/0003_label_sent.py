"""Print jobs say whether the printer may have got them; of older ones nobody knows, so it may have."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("print_job", recreate="always") as table:
        table.add_column(sa.Column("sent", sa.Integer(), server_default="1", nullable=False))
        table.alter_column("detail", server_default="")  # as it was: the copy would spell it another way


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("print_job", recreate="always") as table:
        table.drop_column("sent")
        table.alter_column("detail", server_default="")
