"""What the day's report is made of: asked of the hub, or read beside it in its database when it does not answer."""

from pathlib import Path
from typing import Any

from hub.demo.hub_answers import HubAnswers
from hub.storage import figures
from hub.storage.database import read_existing
from hub.storage.verify import told, verify


def asked(hub: HubAnswers) -> dict[str, Any]:
    """Summary, book, ledger and purchases as the hub tells them. Raises: NoAnswer."""
    return {
        "summary": hub.patiently("/api/summary"),
        "book": hub.patiently("/api/book"),
        "ledger": hub.patiently("/api/ledger/verify"),
        "purchases": hub.patiently("/api/purchase-orders"),
    }


def read(database: Path) -> dict[str, Any]:
    """The same from the hub's database; how quick the hub was it alone knows.

    Raises:
        FileNotFoundError, BadDatabase: as :func:`read_existing`.
    """
    with read_existing(database) as connection:
        return {
            "summary": figures.order_states(connection)
            | {
                "picks": figures.picks(connection),
                "alarms": figures.alarms_by_kind(connection),
                "latency_ms": {"event_to_commit": {"p50": 0.0, "p99": 0.0, "samples": 0}},
            },
            "book": {"places": figures.book(connection), "parcels": figures.parcels(connection)},
            "ledger": told(verify(connection)),
            "purchases": figures.purchase_orders(connection),
        }
