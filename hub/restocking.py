"""A review of the stock: demand counted, forecast once a business day, and what it asks for written down.

The reckoning is done here, on a reader's snapshot; the writer is held for the writing only, and decides anew for the
SKUs that the snapshot named. Threads: one review at a time, whoever asks.
"""

import threading

import structlog
from sqlalchemy import Engine

from hub.handlers import forecasting, receipts, restock
from hub.handlers.policy import Policy
from hub.storage.writer import Actor, Writer

COUNTS_MAX = 10_000
"""So many times more lines are counted in one review, at 20,000 each; the rest is left to the next."""
_log = structlog.get_logger("restocking")


class Restocking:
    """Reviews the stock of one hub.

    Args:
        engine: Of readers.
        writer: Writes what comes of it.
        policy: The site's.
    """

    def __init__(self, engine: Engine, writer: Writer, policy: Policy, site_id: int) -> None:
        self._engine = engine
        self._writer = writer
        self._policy = policy
        self._site_id = site_id
        self._lock = threading.Lock()

    def review(self, now_us: int) -> list[str]:
        """Review the stock as of now; the numbers of the purchase orders written."""
        with self._lock:
            self._writer.call(Actor("hub", "close short"), lambda tx: receipts.close_overdue(tx, self._policy))
            self._count()
            self._forecast(now_us)
            with self._engine.begin() as connection:
                planned = restock.plan(connection, self._site_id, self._policy, now_us)
            skus = [line.stand.sku_id for joint in planned for line in joint.lines]
            return self._writer.call(Actor("hub", "restock"), lambda tx: restock.review(tx, self._policy, only=skus))

    def _count(self) -> None:
        for _ in range(COUNTS_MAX):
            if not self._writer.call(
                Actor("hub", "count demand"), lambda tx: forecasting.count_demand(tx, self._policy)
            ):
                return

    def _forecast(self, now_us: int) -> None:
        with self._engine.begin() as connection:
            if forecasting.is_forecast(connection, self._site_id, self._policy, now_us):
                return
            made, leads = forecasting.make_forecasts(connection, self._site_id, self._policy, now_us)
        self._writer.call(
            Actor("hub", "forecast"), lambda tx: forecasting.put_forecasts(tx, self._policy, made, leads, now_us)
        )
        _log.info("forecast", skus=len(made), by=self._policy.restock, suppliers_learned=len(leads))
