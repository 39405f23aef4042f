"""Putting away: units in a plate or the put-back tote become yellow lights at their bins."""

from edge.contract.events import UnitsPutAway
from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.handlers.allocate import promise_again
from hub.handlers.facts import Fact
from hub.handlers.materials import bring
from hub.handlers.moving import take, task_of
from hub.storage import exceptions, places, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import StockKey
from hub.storage.materials import is_material
from hub.storage.transaction import Tx

PUT_AGAIN_US = 3_600_000_000
"""What was not put away is asked for again after this long (business time): by then the bin may have room."""
PUT_RANK = 2**39
"""Puts are shown after the picks of the same bin, and before its counts."""


def units_put_away(tx: Tx, fact: Fact, event: UnitsPutAway) -> None:
    """Book a put-away: from the plate (or the put-back tote) into the bin."""
    row = task_of(tx, event.task)
    source = row.source_id or places.virtual(tx, "astray")
    if event.units:
        evidence = weigh_evidence(tx, by=event.by)
        take(tx, fact, row.stock, source, event.units, row.bin_id, "put_away", evidence)
    tasks.finish(tx, row, event.units, event.by)
    if event.units < row.units:
        exceptions.open_once(
            tx, "put_short", row.bin_name, f"{row.units - event.units} of {row.units} units were not put away."
        )
    elif not tx.ledger.on_hand(row.stock, source)[0]:
        exceptions.close(tx, "put_short", row.bin_name, "put away")
    promise_again(tx, [row.sku_id])
    tx.changed("board")


def ask_put_away(tx: Tx, stock: StockKey, source_id: int) -> str:
    """Light the bin of an SKU for what lies of it at ``source_id`` and has no light yet; a material has no bin.

    Returns:
        The bench to which a material is to be brought; empty: it is none.
    """
    if is_material(tx.connection, stock.sku_id) and (bench := bring(tx, stock, source_id)):
        return bench
    units = tx.ledger.on_hand(stock, source_id)[0] - tasks.put_units_open(tx.connection, stock, source_id)
    if units <= 0:
        return ""
    home = places.home_of(tx.connection, tx.site_id, stock.sku_id)
    if home is None or home.station is None:
        exceptions.open_once(tx, "no_bin", str(stock.sku_id), f"SKU {stock.sku_id} has no bin: {units} units wait.")
        return ""
    exceptions.close(tx, "no_bin", str(stock.sku_id), "bin")
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
    return ""


def ask_again(tx: Tx) -> int:
    """Light the bins for what was left on plates and in the put-back tote a while ago; how many stocks that were."""
    left = tasks.left_unput(tx, before_us=tx.now_us - PUT_AGAIN_US)
    for stock, source_id in left:
        ask_put_away(tx, stock, source_id)
    return len(left)
