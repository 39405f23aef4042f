"""What the pages say of zones: who is where, which carts stand or are picked there, which orders come together."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hub.dashboard.wording import age_text
from hub.handlers.consolidating import in_words
from hub.hub import Hub
from hub.storage import consolidations, legs


@dataclass(frozen=True, kw_only=True)
class ZonesView:
    """One look at the zones; empty where a site has none."""

    zones: tuple[dict[str, Any], ...]
    """name, pickers, and carts: who has each, or since when it waits."""
    together: tuple[dict[str, Any], ...]
    """ref, wall, cell, missing, waits, sent of the orders whose parts come together; those that are complete, too."""


def zones_now(hub: Hub) -> ZonesView:
    """What stands where now."""
    zones = hub.policy.zones
    if zones is None:
        return ZonesView(zones=(), together=())
    with hub.engine.begin() as connection:
        carts = legs.carts(connection)
        pickers = legs.pickers(connection)
        orders = consolidations.listed(connection)
        missing = consolidations.missing(connection)
    now_us = hub.now_us()
    lacks = {order_id: list(parts) for order_id, parts in groupby(missing, key=lambda part: part.order_id)}
    gone = sorted({cart.zone for cart in carts if cart.zone} - set(zones.names))
    return ZonesView(
        zones=tuple(
            {
                "name": name,
                "pickers": ", ".join(pickers.get(name, ())),
                "carts": [_cart(cart, now_us) for cart in carts if cart.zone == name],
            }
            for name in (*zones.names, *gone)
        ),
        together=tuple(
            {
                "ref": order.ref,
                "wall": order.wall,
                "cell": order.cell,
                "missing": in_words(lacks.get(order.order_id, [])),
                "waits": age_text(now_us - order.since_us),
                "sent": order.sent_by,
            }
            for order in orders
        ),
    )


def _cart(cart: legs.CartInZones, now_us: int) -> dict[str, Any]:
    return {
        "cart": cart.cart,
        "picker": cart.picker,
        "waits": age_text(now_us - cart.since_us),
        "picks": cart.open_tasks,
        "later": ", ".join(cart.later),
    }
