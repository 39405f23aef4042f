"""The hub's timer goes on whatever goes wrong once."""

from pathlib import Path

import pytest
from sqlalchemy import text

import hub.hub
from hub.handlers import carts_at_checkout
from hub.hub import REVIEW_EVERY_US, wall_us
from hub.storage.transaction import Tx
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


def test_what_fails_holds_up_nothing_that_stands_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.hub, "TIMER_RETRY_S", 0.1)
    ahead_us = 0
    built = build_hub(tmp_path, clock=lambda: wall_us() + ahead_us)

    def hold(tx: Tx) -> str:
        [code] = tx.connection.execute(text("SELECT code FROM sku ORDER BY id LIMIT 1")).scalars()
        return carts_at_checkout.hold_units(tx, {code: 1}, 60).public

    def state() -> str:
        with built.engine.connect() as connection:
            return str(connection.execute(text("SELECT state FROM cart_hold")).scalar_one())

    try:
        built.writer.call(Actor("test", "hold"), hold)
        built.writer.call(
            Actor("test", "test"), lambda tx: tx.connection.execute(text("ALTER TABLE daily_demand RENAME TO mislaid"))
        )
        built.start()
        ahead_us = REVIEW_EVERY_US
        wait_until(lambda: state() == "expired", 60, "the hold that expires though the review fails")
        assert built.timer_failures > 0
    finally:
        built.close()
