"""A hub's process that is killed after a supplier took a message, before that is written down."""

import os
import sys
from pathlib import Path

from hub.documents.outgoing import OutgoingMessage
from hub.notices.message_webhook import ByWebhook
from tests.hub.built_hub import build_hub
from tests.hub.notices.told_suppliers import Telling
from tests.hub.stocked_floor import TUESDAY_US

KILLED = 9


class KilledWebhook(ByWebhook):
    """The way out, at which the process dies."""

    def deliver(self, message: OutgoingMessage, supplier: str) -> None:
        """Deliver, and die."""
        super().deliver(message, supplier)
        os._exit(KILLED)


def main(directory: Path, moment: str) -> None:
    """One round of a hub's sender over a database."""
    hub = build_hub(directory, clock=lambda: TUESDAY_US, site=directory / "site")
    way = KilledWebhook if moment == "killed" else ByWebhook
    Telling(hub, "webhook", way({}, lambda: 0.0)).sender.send_wanted()
    hub.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
