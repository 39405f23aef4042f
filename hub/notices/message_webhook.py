"""Messages to suppliers by webhook: JSON, posted and signed.

``Idempotency-Key`` is the message's own id: the same again is the same message, and a receiver does it once.
``X-Shelflight-Signature: t=SECONDS,v1=HEX`` is the HMAC-SHA256 of ``SECONDS.BODY`` with the secret that both know.

Source: RFC 2104 (HMAC); RFC 9110, sections 15.5.9 (408), 15.5.10 (409); RFC 8470 (425); RFC 6585 (429);
draft-ietf-httpapi-idempotency-key-header-07 (409: the first is still being worked on).
"""

import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256

import httpx
import msgspec

from hub.documents.outgoing import OutgoingMessage
from hub.notices.message_sender import NobodyThere, NotTaken, RefusedForGood

TIMEOUT_S = 10.0
LATER = (408, 409, 425, 429)
"""Refusals that are not for good."""
SAID_BYTES_MAX = 300
USER_AGENT = "shelflight"


class ByWebhook:
    """Posts messages.

    Args:
        secrets: By supplier's name; what goes to another is not signed.
        now_s: Wall time, seconds since 1970: what is signed says when.
    """

    def __init__(self, secrets: Mapping[str, str], now_s: Callable[[], float]) -> None:
        self._secrets = dict(secrets)
        self._now_s = now_s

    def route(self, address: str) -> str:
        """The host that is posted to."""
        return httpx.URL(address).netloc.decode("ascii", "replace")

    def deliver(self, message: OutgoingMessage, supplier: str) -> None:
        """Post a message; whoever answers 2xx has taken it. Raises: NotTaken, NobodyThere, RefusedForGood."""
        body = msgspec.json.encode(message.payload)
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.public, "User-Agent": USER_AGENT}
        secret = self._secrets.get(supplier)
        if secret is not None:
            headers["X-Shelflight-Signature"] = signature_of(secret, int(self._now_s()), body)
        try:
            with (
                httpx.Client(timeout=TIMEOUT_S, trust_env=False, follow_redirects=False) as client,
                client.stream("POST", message.address, content=body, headers=headers) as answer,
            ):
                code, said = answer.status_code, next(answer.iter_bytes(SAID_BYTES_MAX), b"")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NobodyThere(f"no answer: {type(error).__name__} {error}".strip()) from error
        if 200 <= code < 300:
            return
        why = f"answer {code}: {said.decode('utf-8', 'replace')}"
        if 300 <= code < 500 and code not in LATER:
            raise RefusedForGood(why)
        raise NotTaken(why)


def signature_of(secret: str, at_s: int, body: bytes) -> str:
    """The header's value.

    >>> signature_of("key", 1, b"{}")
    't=1,v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224'
    """
    return f"t={at_s},v1={hmac.new(secret.encode(), f'{at_s}.'.encode() + body, sha256).hexdigest()}"
