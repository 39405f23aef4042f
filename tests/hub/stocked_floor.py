"""The demo's own kind of site behind a real hub on a real file: its benches and bays are told event by event."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from edge.contract.events import UnitsPicked, WeightSettled
from edge.contract.site import load_site
from edge.contract.state import BayDesired, BenchDesired, Prompt
from hub.demo.site_maker import write_site
from hub.domain.gtin import ean13
from hub.domain.ordered_line import OrderedLine
from hub.domain.packing.goods import Goods
from hub.domain.rates import Destination
from hub.handlers.desired import desired_state
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.handlers.parcel_packing import carton_for
from hub.site.catalogue import load_catalogue
from hub.storage import places
from hub.storage.database import Where
from hub.storage.ledger import Cause, StockKey
from hub.storage.tables import lot
from hub.storage.transaction import Tx
from tests.databases import database_of
from tests.hub.built_hub import build_hub
from tests.hub.demo_site import a_day, sale, site_of
from tests.hub.played_benches import PlayedBenches

SKUS = ("RED", "BLUE", "GREEN", "GOLD")
UNITS_A_BIN = 20
TUESDAY_US = 1_298_973_600_000_000
"""2011-03-01 10:00 UTC, which is local time in London then."""
DAY_US = 86_400_000_000


@cache
def _files() -> dict[str, str]:
    """The site's files: :data:`UNITS_A_BIN` in each bin, six bins for four SKUs."""
    files = dict(site_of(a_day(*(sale(f"{n}", sku, 3) for n, sku in enumerate(SKUS, 1))).orders))
    head, *bins = files["bins.csv"].strip().split("\n")
    stocked = (f"{row.rsplit(',', 1)[0]},{UNITS_A_BIN}" for row in bins)
    files["bins.csv"] = "\n".join((head, *stocked)) + "\n"
    return files


def site_file() -> str:
    """The text of the site's ``site.toml``, to write another one by."""
    return _files()["site.toml"]


def site_files() -> dict[str, str]:
    """The texts of the site's files, by path."""
    return dict(_files())


def _gone_live(where: Where) -> None:
    """Make the database of the site that has just gone live, for each floor to begin with."""
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        write_site(site, _files())
        build_hub(Path(name), database=where, clock=lambda: TUESDAY_US, site=site).close()


class StockedFloor(PlayedBenches):
    """As the played benches, over a hub that was built from a site's files, its database a file of ``directory``.

    ``files``: more of the site, or others, by path. Close it, for its writer is a thread.
    """

    def __init__(self, directory: Path, **files: str) -> None:
        site = directory / "site"
        write_site(site, _files() | files)
        self.hub_directory = directory
        same_clients = "site.toml" not in files
        self.database = database_of(directory, begin_with=_gone_live if same_clients else None)
        self.clock_us = TUESDAY_US
        self.site = load_site(site)
        self.catalogue = load_catalogue(site)
        self.hub = build_hub(directory, database=self.database, clock=lambda: self.clock_us, site=site)
        self.engine = self.hub.engine
        self.writer = self.hub.writer
        self.policy = self.hub.policy
        self.desk = self.hub.desk
        self.taker = self.hub.taker
        self.ids = {row["code"]: row["id"] for row in self.rows("SELECT id, code FROM sku")}
        self._seqs: dict[str, int] = {}

    def close(self) -> None:
        """Stop the hub."""
        self.hub.close()

    # -- what the world does -------------------------------------------------------------------------------

    def order(self, ref: str, country: str = "Norway", **units: int) -> None:
        """A shop's order of units by SKU."""
        self.receive(ref, *units.items(), country=country)

    def receive(
        self, ref: str, *lines: tuple[str, int], country: str = "Norway", placed_us: int | None = None
    ) -> OrderReceipt:
        """A shop's order, line by line; its receipt."""
        new = NewOrder(
            ref=ref,
            customer="Kari",
            country=country,
            placed_us=placed_us,
            lines=tuple(OrderedLine(sku=sku, units=units) for sku, units in lines),
        )
        receipt: OrderReceipt = self.call(lambda tx: receive_order(tx, new))
        return receipt

    def stock(self, bin_name: str, sku: str, units: int, *, expiry_us: int | None = None) -> None:
        """Set what lies in a bin; with an expiry it is a lot of its own, and the bin holds nothing else."""

        def go(tx: Tx) -> None:
            place = places.find(tx.connection, tx.site_id, bin_name)
            adjustment = places.virtual(tx, "adjustment")
            for stock, on_hand, _ in places.stock_at(tx.connection, place.id):
                tx.ledger.move(stock, on_hand, place.id, adjustment, Cause(reason="test"))
            lot_id = places.default_lot(tx.connection, self.ids[sku])
            if expiry_us is not None:
                values = {"sku_id": self.ids[sku], "code": f"LOT-{bin_name}", "expiry_us": expiry_us}
                lot_id = int(tx.connection.execute(lot.insert().values(**values)).inserted_primary_key[0])
            if units:
                key = StockKey(tx.client_id, self.ids[sku], lot_id)
                tx.ledger.move(key, units, adjustment, place.id, Cause(reason="test"))

        self.call(go)

    def pick(self, task: dict[str, Any], units: int | None = None, by: str = "button") -> None:
        """A task is confirmed, in full unless told otherwise."""
        self.tell(
            task["station"],
            UnitsPicked(
                task=task["public"],
                bin=task["bin"],
                units=task["units"] if units is None else units,
                units_asked=task["units"],
                by=by,  # type: ignore[arg-type]
            ),
        )

    def settle(
        self, task: dict[str, Any], *, confirmed: int, weighed: int, cause: str = "tasks", sure: bool = True
    ) -> None:
        """The weight of a task's bin comes to rest."""
        self.tell(
            task["station"],
            WeightSettled(
                bin=task["bin"],
                cause=cause,  # type: ignore[arg-type]
                tasks=(task["public"],) if cause in ("tasks", "correction") else (),
                before_mg=1_000_000,
                after_mg=900_000,
                units_confirmed=confirmed,
                units_weighed=weighed,
                sure=sure,
            ),
        )

    def at_packing(self, **units: int) -> Prompt:
        """Order A has been picked into a tote, and that was scanned at pack-1; what it asks."""
        self.picked_tote("A", tote="TOTE-0001", **units)
        return self.scan("pack-1", "TOTE-0001")

    def at_the_scale(self, **units: int) -> Prompt:
        """It has been counted as well."""
        self.at_packing(**units)
        return self.check_items("pack-1", **units)

    def labelled(self, **units: int) -> str:
        """It has been weighed as well; the tracking number of its parcel, whose label is to be stuck on."""
        self.at_the_scale(**units)
        return self.weigh("pack-1", self.parcel_mg(**units)).expected[0]

    # -- what is to be seen --------------------------------------------------------------------------------

    def symbol(self, sku: str) -> str:
        """The symbol on a unit."""
        return ean13(self.catalogue.items[sku].gtin)

    def bins_of(self, sku: str) -> list[str]:
        """The bins that an SKU has."""
        return [stock.bin for stock in self.catalogue.bins if stock.sku == sku]

    def parcel_mg(self, country: str = "Norway", **units: int) -> int:
        """What a parcel of these units weighs, in the carton that is chosen for them."""
        items = [(self.catalogue.items[sku], n) for sku, n in units.items() if n]
        goods = [Goods(units=n, unit_mg=item.unit_mg, sides_mm=item.sides_mm) for item, n in items]
        return carton_for(self.policy, goods, Destination(country=country)).tare_mg + sum(
            item.unit_mg * n for item, n in items
        )

    def tasks(self, kind: str = "pick", state: str = "open") -> list[dict[str, Any]]:
        """The tasks of a kind in a state, in the order in which they were written."""
        return self.rows(
            "SELECT t.public, t.station, p.name AS bin, t.units, t.units_done, t.state, t.mark, t.colour, t.by,"
            " s.code AS sku, t.reserve_id FROM task t JOIN location p ON p.id = t.bin_id JOIN sku s ON s.id = t.sku_id"
            f" WHERE t.kind = '{kind}' AND t.state = '{state}' ORDER BY t.id"
        )

    def the_task(self, kind: str = "pick", state: str = "open") -> dict[str, Any]:
        """The only task of a kind in a state."""
        [task] = self.tasks(kind, state)
        return task

    def at(self, place: str) -> dict[str, int]:
        """Units on hand at a place by SKU."""
        rows = self.rows(
            "SELECT s.code, SUM(b.on_hand) AS units FROM balance b JOIN location l ON l.id = b.location_id"
            f" JOIN sku s ON s.id = b.sku_id WHERE l.name = '{place}' AND b.on_hand <> 0 GROUP BY s.code"
        )
        return {row["code"]: row["units"] for row in rows}

    def reserved(self, bin_name: str) -> int:
        """Units that are reserved in a bin."""
        [row] = self.rows(
            "SELECT COALESCE(SUM(b.reserved), 0) AS units FROM location l LEFT JOIN balance b ON b.location_id = l.id"
            f" WHERE l.name = '{bin_name}'"
        )
        return int(row["units"])

    def moves(self, reason: str) -> list[tuple[str, int, str, str]]:
        """(SKU, units, from, to) of the transfers that were made for a reason."""
        rows = self.rows(
            "SELECT s.code, t.units, a.name AS a, b.name AS b FROM transfer t JOIN sku s ON s.id = t.sku_id"
            " JOIN location a ON a.id = t.from_id JOIN location b ON b.id = t.to_id"
            f" WHERE t.reason = '{reason}' ORDER BY t.id"
        )
        return [(row["code"], row["units"], row["a"], row["b"]) for row in rows]

    def held(self, bin_name: str) -> bool:
        """Whether a bin is held for a count."""
        return bool(self.rows(f"SELECT held FROM location WHERE name = '{bin_name}'")[0]["held"])

    def desired(self, station: str) -> BayDesired | BenchDesired:
        """What a station should show."""
        with self.engine.begin() as connection:
            return desired_state(
                connection, station, generation=self.taker.generation, desk=self.desk, policy=self.policy
            )
