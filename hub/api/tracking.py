"""What carriers tell: ``POST /v1/webhooks/tracking/{carrier}``, signed with the secret that both sides have.

The header ``X-Carrier-Signature`` is ``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.BODY``. Old ones are refused, so
that nobody sends again what he overheard; the same event again changes nothing.
"""

import hmac
import re
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from hub.api.refusals import PlainRoute, in_time
from hub.carriers.interface import TrackedEvent
from hub.handlers.parcel_tracking import Heard, heard_each
from hub.hub import Hub
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})\Z")
AGE_MAX_S = 300
EVENTS_MAX = 500
"""So many events in one message."""


class Told(msgspec.Struct, frozen=True):
    """A carrier's message."""

    events: Annotated[tuple[TrackedEvent, ...], msgspec.Meta(max_length=EVENTS_MAX)]


def tracking_routes(hub: Hub, *, patience_s: float, wall_s: Callable[[], float] = time.time) -> APIRouter:
    """The carriers' interface of one hub.

    Args:
        hub: The hub.
        patience_s: How long a request waits for its commit.
        wall_s: Seconds since 1970, by which signatures grow old.
    """
    api = APIRouter(prefix="/v1/webhooks", route_class=PlainRoute)

    @api.post("/tracking/{carrier}")
    async def post_tracking(
        request: Request,
        carrier: str,
        signature: Annotated[str, Header(alias="X-Carrier-Signature", max_length=200)] = "",
    ) -> dict[str, Any]:
        """Take tracking events of a carrier; each is kept once. Those that cannot be kept are named in ``refused`` and
        keep back no others; 422 if the message cannot be read."""
        body = await request.body()
        secret = hub.shipping.secrets.get(carrier)
        if secret is None or not is_signed(secret, body, signature, wall_s()):
            raise HTTPException(
                401, "Expected X-Carrier-Signature of this body by this carrier's secret, not older than five minutes."
            )
        try:
            told = msgspec.json.decode(body, type=Told)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise HTTPException(422, f"Expected events as JSON, got: {error}.") from error
        return await run_in_threadpool(_keep, hub, carrier, told, patience_s)

    return api


def is_signed(secret: str, body: bytes, header: str, now_s: float) -> bool:
    """Whether a message was signed with a secret, lately. No secret signs nothing.

    Source: RFC 2104 (HMAC).
    """
    found = SIGNATURE.match(header)
    if not secret or found is None or abs(now_s - int(found[1])) > AGE_MAX_S:
        return False
    wanted = hmac.new(secret.encode(), f"{found[1]}.".encode() + body, sha256).hexdigest()
    return hmac.compare_digest(wanted, found[2])


def _keep(hub: Hub, carrier: str, told: Told, patience_s: float) -> dict[str, Any]:
    def keep(tx: Tx) -> Heard:
        return heard_each(tx, hub.policy, carrier, told.events)

    with in_time():
        heard = hub.writer.call(Actor(f"carrier {carrier}", "tracking"), keep, patience_s)
    return {"events": len(told.events), "news": heard.news, "refused": heard.refused}
