"""What pick bins get from reserve: what is lit, what waits, and why."""

from typing import Any

from fastapi import APIRouter

from hub.handlers.replenish import look
from hub.hub import Hub
from hub.storage import replenishments


def add_replenishment(api: APIRouter, hub: Hub) -> None:
    """Add the call to the interface."""

    @api.get("/replenishments")
    def get_replenishments() -> list[dict[str, Any]]:
        """What is brought from reserve now, and what waits for it: urgent first."""
        return told(hub)


def told(hub: Hub) -> list[dict[str, Any]]:
    """Each replenishment as it is told: lit before waiting, urgent before routine, in their turn.

    ``state``: take (lit at the reserve bin), put (carried, and lit at its bin), waiting (lit when others are done).
    """
    with hub.engine.begin() as connection:
        found = look(connection, hub.site_id, hub.now_us())
        names = replenishments.sku_names(connection, {move.sku_id for move in (*found.light, *found.wait)})
    lit = sorted(found.lit, key=lambda move: (not move.urgent, move.take_id))
    return [
        {
            "state": move.step,
            "urgent": move.urgent,
            "sku": move.sku,
            "description": move.description,
            "units": move.units,
            "from": move.source,
            "bin": move.bin,
            "because": move.because,
        }
        for move in lit
    ] + [
        {
            "state": "waiting",
            "urgent": move.urgent,
            "sku": names[move.sku_id][0],
            "description": names[move.sku_id][1],
            "units": move.units,
            "from": move.source.name,
            "bin": move.bin.name,
            "because": move.because,
        }
        for move in (*found.light, *found.wait)
    ]
