"""A hub's process that is killed at a named moment while it buys a label. For test_killed_while_buying."""

import os
import sys
from pathlib import Path

from hub.carriers.desk import CarrierDesk
from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.interface import LabelRequest, SoldLabel
from tests.hub.built_hub import build_hub
from tests.hub.carriers.asked_floor import CARRIER
from tests.hub.stocked_floor import TUESDAY_US

KILLED = 9
MOMENTS = ("before the question", "after the answer", "after it is kept", "never")


class KilledCarrier(HttpCarrier):
    """The carrier's door, at which the process dies."""

    def __init__(self, url: str, moment: str) -> None:
        super().__init__(url, timeout_s=5)
        self._moment = moment

    def buy(self, key: str, request: LabelRequest) -> SoldLabel:
        """Buy, and die before or after."""
        if self._moment == "before the question":
            os._exit(KILLED)
        sold = super().buy(key, request)
        if self._moment == "after the answer":
            os._exit(KILLED)
        return sold


def main(directory: Path, url: str, moment: str) -> None:
    """One round of a hub's desk over a database."""
    hub = build_hub(directory, clock=lambda: TUESDAY_US, site=directory / "site")
    desk = CarrierDesk(
        {CARRIER: KilledCarrier(url, moment)},
        engine=hub.engine,
        writer=hub.writer,
        policy=hub.policy,
        now_us=hub.now_us,
    )
    desk.ask(CARRIER)
    if moment == "after it is kept":
        os._exit(KILLED)
    hub.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
