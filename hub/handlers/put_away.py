"""Putting away: units in a plate or the put-back tote become yellow lights at their bins."""

from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.storage import exceptions, places, tasks
from hub.storage.ledger import StockKey
from hub.storage.transaction import Tx

PUT_RANK = 2**39
"""Puts are shown after the picks of the same bin, and before its counts."""


def ask_put_away(tx: Tx, stock: StockKey, units: int, source_id: int) -> None:
    """Light the bin of an SKU for units that lie at ``source_id``."""
    home = places.home_of(tx.connection, tx.site_id, stock.sku_id)
    if home is None or home.station is None:
        exceptions.open_once(tx, "no_bin", str(stock.sku_id), f"SKU {stock.sku_id} has no bin: {units} units wait.")
        return
    for start in range(0, units, UNITS_PER_TASK_MAX):
        tasks.insert(
            tx,
            kind="put",
            station=home.station,
            bin_id=home.id,
            sku_id=stock.sku_id,
            lot_id=stock.lot_id,
            units=min(units - start, UNITS_PER_TASK_MAX),
            mark="P",
            colour="yellow",
            rank=PUT_RANK,
            source_id=source_id,
        )
    tx.changed("board")
