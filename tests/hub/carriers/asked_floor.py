"""A floor whose parcels to Norway go by a carrier that is asked: the twin."""

from pathlib import Path

from hub.carriers.desk import CarrierDesk
from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.interface import AskedCarrier
from tests.hub.stocked_floor import StockedFloor

CARRIER = "twin-post"
TIMEOUT_S = 1
FILE = """
name = "Twin Post"
kind = "http"
url = "{url}"
timeout_s = 1

[[services]]
name = "Twin Parcel"
weight_max_mg = 20_000_000
side_max_mm = 1200
girth_max_mm = 3000
[[services.zones]]
countries = ["Norway"]
bands = [{{ up_to_mg = 20_000_000, price_minor = 100 }}]

[[services]]
name = "Twin Dear"
weight_max_mg = 20_000_000
side_max_mm = 1200
girth_max_mm = 3000
[[services.zones]]
countries = ["Norway"]
bands = [{{ up_to_mg = 20_000_000, price_minor = 200 }}]
"""


class AskedFloor(StockedFloor):
    """As the stocked floor, with the twin's services, cheaper than the others. Its hub is not started: the test asks.

    Args:
        directory: Empty.
        url: Of the twin.
    """

    def __init__(self, directory: Path, url: str, **files: str) -> None:
        super().__init__(directory, **{f"carriers/{CARRIER}.toml": FILE.format(url=url)} | files)
        self.url = url
        self.monotonic_s = 0.0
        self.carrier: AskedCarrier = HttpCarrier(url, timeout_s=TIMEOUT_S)
        self.carriers_desk = self.another_desk()

    def another_desk(self) -> CarrierDesk:
        """A desk as it is after the hub was started again: it does not know what was asked before."""
        return CarrierDesk(
            {CARRIER: self.carrier},
            engine=self.engine,
            writer=self.writer,
            policy=self.policy,
            now_us=lambda: self.clock_us,
            monotonic_s=lambda: self.monotonic_s,
        )

    def ask(self) -> int:
        """The desk asks what is to be asked, however short the time since it asked last; how much was answered."""
        self.monotonic_s += 1_000
        return self.carriers_desk.ask(CARRIER)

    def weighed(self, ref: str = "A", tote: str = "TOTE-0001", **units: int) -> None:
        """An order has been picked, packed and weighed at pack-1: its label is wanted."""
        self.picked_tote(ref, tote=tote, **units)
        self.scan("pack-1", tote)
        self.check_items("pack-1", **units)
        self.weigh("pack-1", self.parcel_mg(**units))

    def purchases(self) -> list[tuple[str, str, str | None]]:
        """(state, service, tracking number) of every label that was wanted."""
        rows = self.rows("SELECT state, service, tracking FROM label_purchase ORDER BY id")
        return [(row["state"], row["service"], row["tracking"]) for row in rows]
