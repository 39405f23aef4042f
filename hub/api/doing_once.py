"""Doing what a shop asks once for each of its keys, and refusing in words."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header, HTTPException, Response

from hub.api.refusals import in_time
from hub.handlers.asked import NoSuchOrder, TooLate
from hub.handlers.carts_at_checkout import HoldUsed, NoSuchHold, NotAvailable
from hub.handlers.once import OtherRequest, once
from hub.handlers.orders import RefusedOrder
from hub.hub import Hub
from hub.storage.tokens import Shop
from hub.storage.transaction import Tx
from hub.storage.writer import Actor

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Of the shop's choice: the same request under it again is answered as the first time.",
    ),
]
Work = Callable[[Tx], tuple[int, str]]
"""What is done in a transaction; it answers (HTTP status, JSON)."""


class DoingOnce:
    """Does what shops ask, each request once for each key, and refuses in words.

    Args:
        hub: The hub.
        patience_s: How long a request waits for its commit.
    """

    def __init__(self, hub: Hub, patience_s: float) -> None:
        self._hub = hub
        self._patience_s = patience_s

    def __call__(self, shop: Shop, what: str, ref: str, key: str | None, asked: Any, work: Work) -> Response:
        """Do it for the shop's client; a refusal is an answer, too, but is not kept. Raises: HTTPException."""

        def as_client(tx: Tx) -> tuple[int, str, bool]:
            tx.client_id = shop.client_id
            digest = sha256(json.dumps([what, ref, asked], sort_keys=True).encode()).digest()
            return once(tx, shop.client_id, key, digest, work)

        actor = Actor(f"shop {shop.name}", what, ref)
        try:
            with in_time():
                status, body, again = self._hub.writer.call(actor, as_client, self._patience_s)
        except (NoSuchOrder, NoSuchHold) as error:
            raise HTTPException(404, str(error)) from error
        except (TooLate, NotAvailable, HoldUsed) as error:
            raise HTTPException(409, str(error)) from error
        except (RefusedOrder, OtherRequest) as error:
            raise HTTPException(422, str(error)) from error
        headers = {"Idempotent-Replayed": "true"} if again else {}
        return Response(body or None, status, headers, "application/json" if body else None)
