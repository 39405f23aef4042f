"""Answers to requests that carried an idempotency key: the same request again is answered the same."""

from dataclasses import dataclass

from sqlalchemy import select

from hub.storage.shop_tables import api_answer
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a request was answered."""

    digest: bytes
    """SHA-256 of the request."""
    status: int
    body: str
    """JSON."""


def find(tx: Tx, client_id: int, key: str) -> Answered | None:
    """What the client's request with this key was answered, or None."""
    row = tx.connection.execute(
        select(api_answer.c.digest, api_answer.c.status, api_answer.c.body).where(
            api_answer.c.client_id == client_id, api_answer.c.idempotency_key == key
        )
    ).one_or_none()
    return None if row is None else Answered(digest=bytes(row.digest), status=row.status, body=row.body)


def keep(tx: Tx, client_id: int, key: str, answered: Answered, *, forget_before_us: int) -> None:
    """Keep an answer, and forget those that are older than a time."""
    tx.connection.execute(api_answer.delete().where(api_answer.c.answered_us < forget_before_us))
    tx.connection.execute(
        api_answer.insert().values(
            client_id=client_id,
            idempotency_key=key,
            digest=answered.digest,
            status=answered.status,
            body=answered.body,
            answered_us=tx.now_us,
        )
    )
