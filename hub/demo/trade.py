"""The world outside the house: shops send orders when their customers placed them, suppliers deliver."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from hub.domain.order_file import FileOrder
from hub.order_import import body_of

TIMEOUT_S = 20.0
POLL_S = 0.2


class Shops(threading.Thread):
    """Sends each order at its time; one that finds no hub is sent again, for its ref makes it come once."""

    def __init__(self, orders: Sequence[FileOrder], url: str, now_us: Callable[[], int], stop: threading.Event) -> None:
        super().__init__(name="shops", daemon=True)
        self._orders = orders
        self._url = url
        self._now_us = now_us
        self._stop_event = stop
        self.sent = 0
        self.refused: list[str] = []

    @property
    def done(self) -> bool:
        """Whether every order of the day has been sent."""
        return self.sent == len(self._orders)

    def run(self) -> None:
        """Send until the day's last order."""
        with httpx.Client(base_url=self._url, timeout=TIMEOUT_S) as client:
            for order in self._orders:
                while self._now_us() < order.placed_us and not self._stop_event.wait(0.02):
                    pass
                while not self._stop_event.is_set() and not self._send(client, order):
                    self._stop_event.wait(POLL_S)
                self.sent += 1

    def _send(self, client: httpx.Client, order: FileOrder) -> bool:
        try:
            answer = client.post("/api/orders", json=body_of(order))
        except httpx.TransportError:
            return False
        if answer.status_code == 422:
            self.refused.append(f"{order.ref}: {answer.json().get('detail')}")
            return True
        return answer.is_success


class Suppliers(threading.Thread):
    """Delivers each purchase order, whole, when it is due."""

    def __init__(
        self,
        url: str,
        now_us: Callable[[], int],
        deliveries: "deque[tuple[str, dict[str, int]]]",
        until_us: int,
        stop: threading.Event,
    ) -> None:
        super().__init__(name="suppliers", daemon=True)
        self._url = url
        self._now_us = now_us
        self._deliveries = deliveries
        self._until_us = until_us
        self._stop_event = stop
        self._delivered: set[str] = set()

    def run(self) -> None:
        """Look at the open purchase orders now and then."""
        with httpx.Client(base_url=self._url, timeout=TIMEOUT_S) as client:
            while not self._stop_event.wait(POLL_S):
                try:
                    listed = client.get("/api/purchase-orders").json()
                except (httpx.TransportError, ValueError):
                    continue
                self._deliver(listed)

    def _deliver(self, listed: list[dict[str, Any]]) -> None:
        for order in listed:
            due_us = order["due_us"]
            is_coming = order["stage"] not in ("proposed", "cancelled")
            if not is_coming or order["number"] in self._delivered or due_us > min(self._until_us, self._now_us()):
                continue
            self._delivered.add(order["number"])
            contents: dict[str, int] = {}
            for line in order["lines"]:
                contents[line["sku"]] = contents.get(line["sku"], 0) + line["ordered"]
            self._deliveries.append((order["number"], contents))
