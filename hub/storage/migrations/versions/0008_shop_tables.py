"""Tokens of shops, and what they were answered."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_token",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("revoked_us", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_api_token_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("public", name=op.f("uq_api_token_public")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_table(
        "api_answer",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("answered_us", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_api_answer_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_answer")),
        sa.UniqueConstraint("client_id", "idempotency_key", name=op.f("uq_api_answer_client_id_idempotency_key")),
    )
    op.create_index("ix_api_answer_answered", "api_answer", ["answered_us"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("api_answer")
    op.drop_table("api_token")
