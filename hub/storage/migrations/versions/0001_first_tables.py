"""The first tables."""

from alembic import op

import hub.storage.work_tables  # noqa: F401 - registers its tables
from hub.storage.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drop every table."""
    metadata.drop_all(op.get_bind())
