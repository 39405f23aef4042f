"""Bins that are cross-dock lanes, and which lines they serve."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make them; no bin is a lane yet."""
    op.add_column("bin_trait", sa.Column("lane", WHOLE, server_default="0", nullable=False))
    lane = sa.text("lane = 1")
    op.create_index("ix_bin_trait_lane", "bin_trait", ["location_id"], sqlite_where=lane, postgresql_where=lane)
    op.create_table(
        "lane_line",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("location_id", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.Column("done_us", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_lane_line_line_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_lane_line_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane_line")),
    )
    now = sa.text("done_us IS NULL")
    op.create_index(
        "ix_lane_line_now", "lane_line", ["location_id", "line_id"], unique=True, sqlite_where=now, postgresql_where=now
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("lane_line")
    op.drop_index("ix_bin_trait_lane", "bin_trait")
    op.drop_column("bin_trait", "lane")
