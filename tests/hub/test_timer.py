"""The hub's timer goes on whatever goes wrong once."""

from pathlib import Path

import pytest
from sqlalchemy import text

import hub.hub
from hub.hub import REVIEW_EVERY_US, wall_us
from hub.storage.writer import Actor
from tests.hub.built_hub import build_hub
from tests.waiting import wait_until


def test_a_restock_review_that_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.hub, "TIMER_RETRY_S", 0.1)
    ahead_us = 0
    built = build_hub(tmp_path, clock=lambda: wall_us() + ahead_us)

    def write(sql: str) -> None:
        built.writer.call(Actor("test", "test"), lambda tx: tx.connection.execute(text(sql)).rowcount)

    def ordered() -> int:
        with built.engine.connect() as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM purchase_order")).scalar_one())

    try:
        write("UPDATE sku SET reorder_point_units = 100000")
        write("ALTER TABLE promise RENAME TO mislaid")
        built.start()
        ahead_us = REVIEW_EVERY_US
        before = built._reviewed_us
        wait_until(lambda: built.timer_failures >= 2, 60, "two reviews that failed")
        assert ordered() == 0 and built._reviewed_us == before
        write("ALTER TABLE mislaid RENAME TO promise")
        wait_until(ordered, 60, "the purchase orders of the review that was tried again")
    finally:
        built.close()
