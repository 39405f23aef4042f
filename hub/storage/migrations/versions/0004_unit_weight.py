"""What units were learned to weigh, beside what the catalogue says."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unit_weight",
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("catalogue_mg", WHOLE, nullable=False),
        sa.Column("unit_ug", WHOLE, nullable=False),
        sa.Column("error_ug", WHOLE, nullable=False),
        sa.Column("doubts", WHOLE, nullable=False),
        sa.Column("doubt_ug", WHOLE, nullable=False),
        sa.Column("movements", WHOLE, nullable=False),
        sa.Column("learned_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_unit_weight_sku_id")),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_unit_weight")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("unit_weight")
