"""Posts the outbox's refunds to the shop, from a thread of its own, in their order.

Each is posted until the shop takes it (2xx), always under the same ``Idempotency-Key``: between the shop's answer and
our own commit lies a moment in which a dying hub makes a refund be posted twice, and by that key it is the same one.
The body is signed as web shops sign theirs: base64 of HMAC-SHA-256 under the site's secret.

Source: RFC 2104 (HMAC); IETF draft-ietf-httpapi-idempotency-key-header-07, section 2.1.
"""

import base64
import hmac
import json
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256

import httpx
import structlog
from sqlalchemy import Engine

from hub.handlers.return_words import told_refund
from hub.outside import Rounds, said
from hub.storage import exceptions, refunds
from hub.storage.refunds import RefundRow
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer

IDLE_S = 2.0
ROUND_MAX = 50
"""So many refunds in one round."""
TIMEOUT_S = 10.0
PAUSE_S, PAUSE_MAX_S = 5.0, 900.0
"""After a refund that was not taken; doubled each time in a row, up to the second."""
TOLD_AFTER = 5
"""After so many tries in a row a person is told; it is tried on all the same."""
SIGNATURE = "X-Shelflight-Hmac-Sha256"
_log = structlog.get_logger("refunds")


def signature_of(secret: str, body: bytes) -> str:
    """What a shop compares to know that a refund is ours."""
    return base64.b64encode(hmac.digest(secret.encode(), body, sha256)).decode()


class RefundSender:
    """Posts refunds.

    Args:
        url: Where to.
        secret: What they are signed with; empty: they are not signed.
        currency: The site's.
        engine: What is read with.
        writer: Writes down what was taken.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        *,
        url: str,
        secret: str,
        currency: str,
        engine: Engine,
        writer: Writer,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._secret = secret
        self._currency = currency
        self._engine = engine
        self._writer = writer
        self._monotonic_s = monotonic_s
        self._client = httpx.Client(timeout=TIMEOUT_S, trust_env=False)
        self._rest_until_s = 0.0
        self._failures = 0
        self._rounds = Rounds(
            "refunds",
            self.send_wanted,
            partial(_log.exception, "refunds were not posted; they are tried again", again_after_s=PAUSE_S),
            idle_s=IDLE_S,
            pause_s=PAUSE_S,
        )

    def start(self) -> None:
        """Begin to post."""
        self._rounds.start()

    def wake(self) -> None:
        """Something was committed: there may be a refund."""
        self._rounds.wake()

    def close(self) -> None:
        """Stop; what was not posted is posted at the next start."""
        self._rounds.close()
        self._client.close()

    def send_wanted(self) -> int:
        """Post what is due, the oldest first, until one is not taken; how many the shop took."""
        if self._monotonic_s() < self._rest_until_s:
            return 0
        with self._engine.begin() as connection:
            due = refunds.wanted(connection, ROUND_MAX)
        taken = 0
        for row in due:
            if self._rounds.stopping:
                break
            why = self._post(row)
            if why:
                self._not_taken(row, why)
                break
            self._failures = 0
            self._writer.call(Actor("hub", "refund told", row.public), lambda tx, row=row: _taken(tx, row))  # type: ignore[misc]
            taken += 1
        return taken

    def _post(self, row: RefundRow) -> str:
        """Post one; why it was not taken, empty if it was."""
        body = json.dumps(told_refund(row, self._currency)).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": row.public}
        if self._secret:
            headers[SIGNATURE] = signature_of(self._secret, body)
        try:
            answer = self._client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return said(f"{type(error).__name__} {error}")
        return "" if answer.is_success else f"Expected 2xx, got {answer.status_code}."

    def _not_taken(self, row: RefundRow, why: str) -> None:
        self._failures += 1
        pause_s = min(PAUSE_MAX_S, PAUSE_S * 2 ** min(self._failures, 10))
        self._rest_until_s = self._monotonic_s() + pause_s
        _log.warning("the shop did not take a refund", refund=row.public, why=why, again_after_s=pause_s)

        def note(tx: Tx) -> None:
            refunds.not_told(tx, row.id, why)
            if self._failures >= TOLD_AFTER:
                detail = f"Refund of return {row.number} was not taken by {self._url}: {why}"
                exceptions.open_once(tx, "refund_not_told", row.number, detail, ref_kind="refund", ref_id=row.public)

        self._writer.call(Actor("hub", "refund not told", row.public), note)


def _taken(tx: Tx, row: RefundRow) -> None:
    refunds.told(tx, row.public)
    exceptions.close_ref(tx, ("refund_not_told",), "told", ref_kind="refund", ref_id=row.public)
