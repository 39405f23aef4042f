"""What of an order's SKUs may still be promised, asked of all at once, and the order's lines, written at once."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hub.storage.allocation import FIT
from hub.storage.prepared import PreparedRows, PreparedSet
from hub.storage.transaction import Tx

CODES_MAX = 256
"""SKUs in one question; more are asked in several."""


class Sellable(NamedTuple):
    """An SKU as an order meets it."""

    sku_id: int
    in_bins: int
    """Units in bins that are not held, of lots that may be sent, less those that are reserved."""
    promised: int
    drop_ship: str = "never"
    """When its supplier sends it to the customer."""

    @property
    def available(self) -> int:
        """Units that may still be promised: none of what its supplier always sends."""
        return 0 if self.drop_ship == "always" else max(0, self.in_bins - self.promised)


def sellable(tx: Tx, codes: Iterable[str]) -> dict[str, Sellable]:
    """The client's SKUs by their codes; an unknown code is not in the answer, nor what is used up in packing."""
    wanted = list(dict.fromkeys(codes))
    asker = {"site": tx.site_id, "client": tx.client_id, "now": tx.now_us}
    found: dict[str, Sellable] = {}
    for begin in range(0, len(wanted), CODES_MAX):
        for sku_id, code, in_bins, promised, drop_ship in _SELLABLE(
            tx.connection, wanted[begin : begin + CODES_MAX], asker
        ):
            found[code] = Sellable(sku_id, int(in_bins), promised, drop_ship)
    return found


_SELLABLE = PreparedSet(
    "SELECT s.id, s.code, COALESCE((SELECT SUM(b.on_hand - b.reserved) FROM balance b"
    "  JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.held = 0"
    f"  JOIN lot ON lot.id = b.lot_id AND {FIT}"
    "  WHERE b.site_id = :site AND b.client_id = :client AND b.sku_id = s.id AND b.on_hand > 0), 0) AS in_bins,"
    " COALESCE((SELECT p.promised FROM promise p WHERE p.site_id = :site AND p.client_id = :client"
    "  AND p.sku_id = s.id), 0) AS promised, COALESCE((SELECT t.drop_ship FROM restock_terms t"
    "  WHERE t.sku_id = s.id AND t.stop_sell = 0), 'never') AS drop_ship"
    " FROM sku s WHERE s.client_id = :client AND s.material = 0 AND s.code IN (:codes)",
    "codes",
)


class NewLine(NamedTuple):
    """An order line to be written."""

    sku_id: int
    promised: int
    backordered: int
    price_minor: int


_LINES = PreparedRows(
    ("order_id", "line", "sku_id", "promised", "backordered", "price_minor"),
    "INSERT INTO order_line (order_id, line, sku_id, ordered, promised, backordered, price_minor, lacking_at_once)"
    " SELECT rows.order_id, rows.line, rows.sku_id, rows.promised + rows.backordered, rows.promised, rows.backordered,"
    " rows.price_minor, rows.backordered FROM rows",
)


def insert_lines(tx: Tx, order_id: int, lines: Sequence[NewLine]) -> None:
    """Write an order's lines, numbered from 1."""
    _LINES(tx.connection, [(order_id, number, *line) for number, line in enumerate(lines, 1)])
