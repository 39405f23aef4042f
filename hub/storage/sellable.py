"""What of an order's SKUs may still be promised, asked of all at once, and the order's lines, written at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from hub.storage.allocation import FIT
from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx

CODES_MAX = 256
"""SKUs in one question; more are asked in several."""


@dataclass(frozen=True, kw_only=True)
class Sellable:
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
    found: dict[str, Sellable] = {}
    for begin in range(0, len(wanted), CODES_MAX):
        part = wanted[begin : begin + CODES_MAX]
        count = 1 << (len(part) - 1).bit_length()  # a statement for each power of two, its last code asked again
        names = {f"c{n}": part[min(n, len(part) - 1)] for n in range(count)}
        rows = _sellable(count)(tx.connection, {"site": tx.site_id, "client": tx.client_id, "now": tx.now_us} | names)
        found |= {
            row.code: Sellable(sku_id=row.id, in_bins=int(row.in_bins), promised=row.promised, drop_ship=row.drop_ship)
            for row in rows
        }
    return found


@cache
def _sellable(count: int) -> Prepared:
    return Prepared(
        "SELECT s.id, s.code, COALESCE((SELECT SUM(b.on_hand - b.reserved) FROM balance b"
        "  JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.held = 0"
        f"  JOIN lot ON lot.id = b.lot_id AND {FIT}"
        "  WHERE b.site_id = :site AND b.client_id = :client AND b.sku_id = s.id AND b.on_hand > 0), 0) AS in_bins,"
        " COALESCE((SELECT p.promised FROM promise p WHERE p.site_id = :site AND p.client_id = :client"
        "  AND p.sku_id = s.id), 0) AS promised, COALESCE((SELECT t.drop_ship FROM restock_terms t"
        "  WHERE t.sku_id = s.id AND t.stop_sell = 0), 'never') AS drop_ship"
        " FROM sku s WHERE s.client_id = :client AND s.material = 0"
        f" AND s.code IN ({', '.join(f':c{n}' for n in range(count))})"
    )


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """An order line to be written."""

    sku_id: int
    promised: int
    backordered: int
    price_minor: int


_LINE = Prepared(
    "INSERT INTO order_line (order_id, line, sku_id, ordered, promised, backordered, price_minor,"
    " lacking_at_once) VALUES (:order, :line, :sku, :ordered, :promised, :backordered, :price, :backordered)"
)


def insert_lines(tx: Tx, order_id: int, lines: Sequence[NewLine]) -> None:
    """Write an order's lines, numbered from 1."""
    _LINE.each(
        tx.connection,
        [
            {
                "order": order_id,
                "line": number,
                "sku": line.sku_id,
                "ordered": line.promised + line.backordered,
                "promised": line.promised,
                "backordered": line.backordered,
                "price": line.price_minor,
            }
            for number, line in enumerate(lines, 1)
        ],
    )
