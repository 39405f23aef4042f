"""The writer's connection is its own, and those that read can only read."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, TimeoutError

from hub.storage import database
from hub.storage.database import READERS_MAX, open_database, open_readers
from hub.storage.writer import Actor
from tests.databases import database_of
from tests.hub.built_hub import build_hub
from tests.waiting import wait_until

WEB_THREADS = 40


def test_neither_writing_nor_publishing_waits_for_pages_that_hold_every_connection(tmp_path: Path) -> None:
    hub = build_hub(tmp_path)
    held: list[int] = []
    go_on = threading.Event()

    def page() -> int:
        with hub.engine.connect() as connection:
            held.append(1)
            go_on.wait(30)
            return int(connection.execute(text("SELECT COUNT(*) FROM sku")).scalar_one())

    try:
        with ThreadPoolExecutor(WEB_THREADS) as web:
            pages = [web.submit(page) for _ in range(WEB_THREADS)]
            try:
                wait_until(lambda: len(held) == READERS_MAX, 10, "every connection is held")
                written = hub.writer.call(
                    Actor("test", "hold"),
                    lambda tx: tx.connection.execute(text("UPDATE sku SET spread_mg = 54321")).rowcount,
                    5,
                )
                assert written > 0
                assert b"54321" in hub.desired("bay-01")[1]
            finally:
                go_on.set()
            assert {done.result() for done in pages} == {4}, "those that found no connection waited for one"
    finally:
        hub.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_database(database_of(tmp_path)).dispose()
    readers = open_readers(database_of(tmp_path))
    with pytest.raises(DBAPIError, match=r"read-?only"), readers.begin() as connection:
        connection.execute(text("DELETE FROM change"))
    readers.dispose()


def test_a_reader_gives_up_after_a_stated_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "READ_WAIT_S", 0.1)
    open_database(database_of(tmp_path)).dispose()
    readers = open_readers(database_of(tmp_path), 2)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(readers.connect())
        with pytest.raises(TimeoutError):
            readers.connect()
    readers.dispose()
