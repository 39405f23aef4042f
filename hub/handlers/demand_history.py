"""Demand of before go-live, taken in from a file: the forecast then starts with what the old system knew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub.domain.business_day import EPOCH, day_of
from hub.handlers.policy import Policy
from hub.storage import demand, orders
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of a history."""

    taken: int
    """Rows that were written down."""
    unknown_skus: tuple[str, ...]
    """That the catalogue does not have; their rows are left out."""
    too_late: int
    """Rows of days that the hub counts itself."""


def import_history(tx: Tx, policy: Policy, rows: Sequence[tuple[str, date, int]]) -> Imported:
    """Write down (SKU, day, units), and have the next review forecast anew. The same again changes nothing."""
    own = demand.first_own_day(tx.connection, tx.site_id, tx.client_id)
    until = min(day_of(tx.now_us, policy.zone), day_of(tx.now_us, policy.zone) if own is None else own)
    known = orders.skus_by_code(tx.connection, tx.client_id, (sku for sku, _, _ in rows))
    wanted = [(known[sku].id, (day - EPOCH).days, units) for sku, day, units in rows if sku in known and units > 0]
    early = [row for row in wanted if row[1] < until]
    taken = demand.put_imported(tx, early)
    if taken:
        demand.set_progress(tx, replace(demand.progress(tx.connection, tx.site_id), forecast_day=0))
    unknown = sorted({sku for sku, _, _ in rows} - known.keys())
    return Imported(taken=taken, unknown_skus=tuple(unknown), too_late=len(wanted) - len(early))
