"""Whose an order or an SKU is, as pages say it where there are several clients; where there is one, not at all."""

from collections.abc import Sequence
from typing import Any

from hub.api.whose import client_meant, client_wanted
from hub.hub import Hub


class ClientsShown:
    """The clients of a hub as its pages show them.

    Args:
        hub: The hub.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.names = {client.key: client.name for client in hub.clients} if len(hub.clients) > 1 else {}
        """Names by key; none, where there is one client."""
        self._first = hub.clients[0].key

    def templates(self, pages: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """What templates know: the pages, (address, name) each, with that on the clients where there are several."""
        more = (("/clients", "Clients"),) if self.names else ()
        return {"pages": (*pages, *more), "clients": self.names, "sku_label": self.label}

    def wanted(self, key: str) -> int | None:
        """The client (id) that a page is asked for; None: all. Raises: HTTPException, there is none of that key."""
        return client_wanted(self._hub, key)

    def label(self, key: str, sku: str) -> str:
        """What an SKU is called among those of all clients: CLIENT:CODE, or the code alone of the first client's."""
        return sku if key == self._first else f"{key}:{sku}"

    def sku_meant(self, label: str) -> tuple[int, str]:
        """The client (id) and code of an SKU that is called so. Raises: HTTPException, there is no such client."""
        key, _, code = label.rpartition(":")
        return client_meant(self._hub, key or self._first), code
