"""Setting the book of many bins at once to what a file says, and having them counted by light afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.stock_file import BadRow, StockRow
from hub.handlers.counts import count_on_paper
from hub.handlers.moving import hold_for_count
from hub.storage import orders, places
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of a file of stock."""

    bins: int
    change: int
    """By how many units the book is greater now."""
    to_count: int
    """Bins that are held until they are counted."""


class RefusedStock(ValueError):
    """Nothing of the file was taken; ``refused`` says why."""

    def __init__(self, refused: Sequence[BadRow]) -> None:
        count = "1 row is" if len(refused) == 1 else f"{len(refused)} rows are"
        super().__init__(f"Nothing was taken, for {count} refused: mend the file and send it again.")
        self.refused = tuple(refused)


def load_stock(tx: Tx, rows: Sequence[StockRow], bad: Sequence[BadRow], *, who: str, count: bool) -> Loaded:
    """Set each bin's book to what its row says: all of them or none.

    Args:
        rows, bad: Of the file.
        who: Who says so.
        count: Hold each of the bins and ask for its count by light: nothing is picked there before.

    Raises:
        RefusedStock: a row cannot be read, or names no bin or another SKU than is at home there.
    """
    if refused := [*bad, *_faults(tx, rows)]:
        raise RefusedStock(refused)
    change = sum(count_on_paper(tx, row.bin, row.units, who) for row in rows)
    for row in rows if count else ():
        hold_for_count(tx, row.bin, "Its stock was loaded from a file: the count is to follow.")
    return Loaded(bins=len(rows), change=change, to_count=len(rows) if count else 0)


def _faults(tx: Tx, rows: Sequence[StockRow]) -> list[BadRow]:
    found = []
    for row in rows:
        bin_ = places.seek(tx.connection, tx.site_id, row.bin)
        if bin_ is None or bin_.kind != "bin" or bin_.sku_id is None:
            expected = "a bin of this site that an SKU lies in"
            found.append(BadRow(line=row.line, field="bin", expected=expected, got=row.bin[:80]))
        elif (at_home := orders.sku(tx.connection, bin_.sku_id).code) != row.sku:
            expected = f"{at_home}, which is at home in {row.bin}"
            found.append(BadRow(line=row.line, field="sku", expected=expected, got=row.sku[:80]))
    return found
