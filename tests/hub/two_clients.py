"""Two clients on one floor that sell goods of the same SKU codes and the same GTINs."""

import csv
import io
from typing import Any

from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.storage import clients, setup
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.hub.played_benches import SKUS, PlayedBenches, gtin_of, sku_columns

ALPHA, BETA = "alpha", "beta"
OF_BETA = ("bay-01/01", "bay-01/04", "bay-01/05")
"""Bins of the demo's smallest site that are the second client's."""


def two_clients(files: dict[str, str], *, only_beta: str) -> dict[str, str]:
    """A small site's files with a second client that sells everything of the first one's, and ``only_beta`` alone."""
    site = files["site.toml"].replace(
        'client = "demo"', f'clients = [{{ key = "{ALPHA}", name = "Alpha" }}, {{ key = "{BETA}", name = "Beta Ltd" }}]'
    )
    head, *items = csv.reader(io.StringIO(files["items.csv"]))
    rows = [[*row, ""] for row in items if row[0] != only_beta] + [[*row, BETA] for row in items]
    top, *bins = csv.reader(io.StringIO(files["bins.csv"]))
    lying = [[*row, BETA if row[0] in OF_BETA else ""] for row in bins]
    return files | {
        "site.toml": site,
        "items.csv": _table([[*head, "client"], *rows]),
        "bins.csv": _table([[*top, "client"], *lying]),
    }


def _table(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


class TwoClients(PlayedBenches):
    """As the played benches, with as much again of another client: 20 RED and 20 BLUE, in bins 3 and 4 of the bay."""

    def _set_up(self, tx: Tx) -> None:
        super()._set_up(tx)
        self.ids = {ALPHA: tx.client_id, BETA: clients.add(tx, BETA, "Beta Ltd")}
        tx.client_id = self.ids[BETA]
        for number, code in enumerate(SKUS, 3):
            stock = setup.add_sku(tx, sku_columns(code, gtin_of(code), 1))
            setup.add_bin(tx, f"bay-1/{number}", "bay-1", stock.sku_id, 0, 0)
            setup.put_in(tx, stock, 20, f"bay-1/{number}", Cause(reason="go_live"))

    def for_client(self, client: str, job: Any) -> Any:
        """Run a job in the writer for a client."""

        def run(tx: Tx) -> Any:
            tx.client_id = self.ids[client]
            return job(tx)

        return self.call(run)

    def ordered(self, client: str, ref: str, **units: int) -> OrderReceipt:
        """A client's order of units by SKU; its receipt."""
        lines = tuple(OrderedLine(sku=sku, units=n) for sku, n in units.items())
        new = NewOrder(ref=ref, customer="Kari", country="Norway", placed_us=self.clock_us, lines=lines)
        receipt: OrderReceipt = self.for_client(client, lambda tx: receive_order(tx, new))
        return receipt

    def states(self, client: str, ref: str) -> dict[str, int]:
        """Where the units of a client's order are, without the zeros."""
        [row] = self.rows(
            "SELECT SUM(promised) AS promised, SUM(reserved) AS reserved, SUM(picked) AS picked, SUM(packed) AS packed,"
            " SUM(shipped) AS shipped, SUM(backordered) AS backordered, SUM(cancelled) AS cancelled FROM order_line l"
            " JOIN customer_order o ON o.id = l.order_id"
            f" WHERE o.ref = '{ref}' AND o.client_id = {self.ids[client]}"
        )
        return {name: int(units) for name, units in row.items() if units}

    def book(self, client: str) -> dict[tuple[str, str], int]:
        """Units on hand of a client's goods by (place, SKU), what is there only."""
        rows = self.rows(
            "SELECT p.name, s.code, SUM(b.on_hand) AS units FROM balance b JOIN location p ON p.id = b.location_id"
            f" JOIN sku s ON s.id = b.sku_id WHERE b.client_id = {self.ids[client]} AND b.on_hand <> 0"
            " GROUP BY p.name, s.code"
        )
        return {(row["name"], row["code"]): int(row["units"]) for row in rows}
