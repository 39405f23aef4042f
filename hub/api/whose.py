"""Which client a request of the site's own people means: where there are several, it says so, or asks about all."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import HTTPException, Query

from hub.hub import Hub
from hub.storage.transaction import Tx

R = TypeVar("R")
UNPROCESSABLE = 422
ClientKey = Annotated[
    str,
    Query(alias="client", max_length=80, description="The client's key; needed where there are several."),
]
"""Whose order or SKU is meant."""


def client_meant(hub: Hub, key: str) -> int:
    """The client (id) that a key names; where there is one, none need be named. Raises: HTTPException."""
    if not key and len(hub.clients) == 1:
        return hub.client_id
    found = next((client.id for client in hub.clients if client.key == key), None)
    if found is None:
        known = ", ".join(client.key for client in hub.clients)
        raise HTTPException(UNPROCESSABLE, f"client: expected one of {known}, got {key[:40] or 'none'!r}.")
    return found


def client_wanted(hub: Hub, key: str) -> int | None:
    """The client (id) that a key names; None: all of them. Raises: HTTPException, there is none of that key."""
    return client_meant(hub, key) if key else None


def of_client(client_id: int, job: Callable[[Tx], R]) -> Callable[[Tx], R]:
    """A job of the writer, done for a client: its order numbers and SKU codes are that client's."""

    def run(tx: Tx) -> R:
        tx.client_id = client_id
        return job(tx)

    return run
