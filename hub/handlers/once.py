"""Doing what a shop asks once, however often it asks: requests with an idempotency key.

Source: IETF draft-ietf-httpapi-idempotency-key-header-07, sections 2.4 to 2.7. The answer is kept in the transaction
that does the work, so that a hub killed between the two has done neither.
"""

from collections.abc import Callable

from hub.storage import answers
from hub.storage.answers import Answered
from hub.storage.transaction import Tx

KEPT_US = 30 * 86_400_000_000
"""Answers are kept for thirty days of business time: no shop tries for longer."""


class OtherRequest(ValueError):
    """The key came before with another request."""


def once(
    tx: Tx, client_id: int, key: str | None, digest: bytes, work: Callable[[Tx], tuple[int, str]]
) -> tuple[int, str, bool]:
    """Do ``work``, which answers (HTTP status, JSON), unless this request was answered before; the answer, and whether
    it is repeated.

    A request without a key is done each time; one that ``work`` refuses by an exception keeps no answer, and may be
    mended and sent again under the same key.

    Raises:
        OtherRequest: the same key came before with another request (``digest``, SHA-256 of it).
    """
    known = answers.find(tx, client_id, key) if key is not None else None
    if known is not None:
        if known.digest != digest:
            raise OtherRequest(
                f"Idempotency-Key '{key}' came before with another request; take a new key for this one."
            )
        return known.status, known.body, True
    status, body = work(tx)
    if key is not None:
        answered = Answered(digest=digest, status=status, body=body)
        answers.keep(tx, client_id, key, answered, forget_before_us=tx.now_us - KEPT_US)
    return status, body, False
