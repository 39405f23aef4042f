"""The tables of what shops may ask: their tokens, and what they were answered."""

from sqlalchemy import Index, LargeBinary, Table, UniqueConstraint
from sqlalchemy.schema import Column

from hub.storage.tables import key, metadata, number, to, words

api_token = Table(
    "api_token",
    metadata,
    key(),
    words("public"),
    to("client"),
    words("name"),
    words("scopes"),
    Column("digest", LargeBinary(32), nullable=False),
    number("created_us"),
    number("revoked_us", null=True),
    UniqueConstraint("public"),
    UniqueConstraint("digest"),
)
"""A shop's right to ask, of one client. The token itself is not kept: ``digest`` is its SHA-256. ``scopes`` are
separated by spaces."""

api_answer = Table(
    "api_answer",
    metadata,
    key(),
    to("client"),
    words("idempotency_key"),
    Column("digest", LargeBinary(32), nullable=False),
    number("status"),
    words("body"),
    number("answered_us"),
    UniqueConstraint("client_id", "idempotency_key"),
    Index("ix_api_answer_answered", "answered_us"),
)
"""What a request with an idempotency key was answered, to be answered again. ``digest``: SHA-256 of the request."""
