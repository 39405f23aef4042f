"""Several clients at one site: a key for each, and whose trouble a web order is."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the key; the one client of before is called by its name."""
    op.add_column("client", sa.Column("key", sa.String(), server_default="", nullable=False))
    op.execute("UPDATE client SET key = name")
    op.create_index("ix_client_key", "client", ["key"], unique=True)
    op.execute(
        "UPDATE exception SET ref_kind = 'client', ref_id = CAST((SELECT MIN(id) FROM client) AS VARCHAR)"
        " WHERE kind IN ('web_order_refused', 'web_order_differs') AND ref_kind = '' AND closed_us IS NULL"
    )


def downgrade() -> None:
    """Take the key away."""
    op.drop_index("ix_client_key", "client")
    op.drop_column("client", "key")
