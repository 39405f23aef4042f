"""Replenishment: which bins are reserve, between how many units the others are kept, and what is on its way."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make the columns and the table."""
    op.add_column(
        "location",
        sa.Column(
            "reserve",
            WHOLE,
            sa.CheckConstraint("reserve IN (0, 1)", name=op.f("ck_location_reserve")),
            server_default="0",
            nullable=False,
        ),
    )
    reserve = sa.text("reserve = 1")
    op.create_index("ix_location_reserve", "location", ["site_id"], sqlite_where=reserve, postgresql_where=reserve)
    op.add_column("bin_trait", sa.Column("min_units", WHOLE, nullable=True))
    op.add_column("bin_trait", sa.Column("max_units", WHOLE, nullable=True))
    op.create_table(
        "replenishment",
        sa.Column("take_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("bin_id", WHOLE, nullable=False),
        sa.Column("put_id", WHOLE, nullable=True),
        sa.Column("urgent", WHOLE, nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.CheckConstraint("urgent IN (0, 1)", name=op.f("ck_replenishment_urgent")),
        sa.ForeignKeyConstraint(["bin_id"], ["location.id"], name=op.f("fk_replenishment_bin_id")),
        sa.ForeignKeyConstraint(["put_id"], ["task.id"], name=op.f("fk_replenishment_put_id")),
        sa.ForeignKeyConstraint(["take_id"], ["task.id"], name=op.f("fk_replenishment_take_id")),
        sa.PrimaryKeyConstraint("take_id", name=op.f("pk_replenishment")),
        sa.UniqueConstraint("put_id", name=op.f("uq_replenishment_put_id")),
    )
    op.create_index("ix_replenishment_bin", "replenishment", ["bin_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("replenishment")
    op.drop_column("bin_trait", "max_units")
    op.drop_column("bin_trait", "min_units")
    op.drop_index("ix_location_reserve", "location")
    op.drop_column("location", "reserve")
