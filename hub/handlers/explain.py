"""Saying why an order is waiting: what is known of it, put into words."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from hub.domain.waiting import why
from hub.storage.why_waiting import order_stands


def why_waiting(
    connection: Connection, order_id: int, *, now_us: int, day: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Each line of an order that something of waits, with its reasons: code and words.

    Args:
        connection: A snapshot.
        order_id: The order.
        now_us: Business time.
        day: A time as a day in words.
    """
    order, lines = order_stands(connection, order_id)
    return [
        {"line": line.line, "sku": line.sku, "why": [reason._asdict() for reason in why(order, line, day, now_us)]}
        for line in lines
    ]
