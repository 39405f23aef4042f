"""What allocation through the hub is measured against: the same rule in as few plain statements as it needs.

An order is written with its lines, each promised from what is free of its SKU (in bins that are not held, of lots that
may be sent, not reserved, not promised) and backordered for the rest; one commit an order. No hash chain, no audit, no
changes for pages, no ids for the world, no foreign keys, no indexes but the keys: what those cost is what the ratio
shows.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from hub.hub import wall_us

Asked = Sequence[tuple[str, int]]
"""An order's (SKU, units) by line; each SKU once."""

_TABLES = (
    "CREATE TABLE plain_sku (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, promised INTEGER NOT NULL)",
    "CREATE TABLE plain_bin (sku_id INTEGER NOT NULL, bin INTEGER NOT NULL, on_hand INTEGER NOT NULL,"
    " reserved INTEGER NOT NULL, held INTEGER NOT NULL, expiry_us BIGINT, PRIMARY KEY (sku_id, bin))",
    "CREATE TABLE plain_order (id {key}, ref TEXT NOT NULL UNIQUE)",
    "CREATE TABLE plain_line (order_id INTEGER NOT NULL, line INTEGER NOT NULL, sku_id INTEGER NOT NULL,"
    " promised INTEGER NOT NULL, backordered INTEGER NOT NULL, PRIMARY KEY (order_id, line))",
)
_FREE = (
    "SELECT s.code, s.id, (SELECT SUM(b.on_hand - b.reserved) FROM plain_bin b WHERE b.sku_id = s.id AND b.held = 0"
    "  AND (b.expiry_us IS NULL OR b.expiry_us > {now})) - s.promised FROM plain_sku s WHERE s.code {among}"
)
_FREE_LOCKED = _FREE.format(now="%s", among="= ANY(%s) ORDER BY s.id FOR UPDATE OF s")


class Plain(Protocol):
    """The rule on one engine."""

    def take(self, ref: str, asked: Asked) -> tuple[int, int]:
        """Take an order in and commit it; units promised, units backordered."""

    def close(self) -> None:
        """Let go of the database."""


class PlainSqlite:
    """On a file, as durable as the hub's (write-ahead log, ``synchronous=FULL``).

    Args:
        file: A new file.
        stock: Units by SKU.
    """

    def __init__(self, file: Path, stock: dict[str, int]) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        for sql in _TABLES:
            self._db.execute(sql.format(key="INTEGER PRIMARY KEY"))
        self._db.execute("BEGIN")
        for number, (code, units) in enumerate(stock.items(), 1):
            self._db.execute("INSERT INTO plain_sku VALUES (?, ?, 0)", (number, code))
            self._db.execute("INSERT INTO plain_bin VALUES (?, ?, ?, 0, 0, NULL)", (number, number, units))
        self._db.execute("COMMIT")

    def take(self, ref: str, asked: Asked) -> tuple[int, int]:
        """Take an order in and commit it; units promised, units backordered."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        [order_id] = db.execute("INSERT INTO plain_order (ref) VALUES (?) RETURNING id", (ref,)).fetchone()
        wanted = [code for code, _ in asked]
        among = f"IN ({', '.join('?' * len(wanted))})"
        rows = db.execute(_FREE.format(now="?", among=among), [wall_us(), *wanted])
        lines = _lines(asked, {code: (sku_id, free) for code, sku_id, free in rows})
        db.executemany(
            "INSERT INTO plain_line VALUES (?, ?, ?, ?, ?)",
            [(order_id, number, *line) for number, line in enumerate(lines, 1)],
        )
        taken = [(have, sku_id) for sku_id, have, _ in lines if have]
        db.executemany("UPDATE plain_sku SET promised = promised + ? WHERE id = ?", taken)
        db.execute("COMMIT")
        return sum(line[1] for line in lines), sum(line[2] for line in lines)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


class PlainPostgres:
    """On a connection of psycopg of its own; rows are locked in the SKUs' order, by set statements.

    Args:
        connect: What psycopg connects with.
        stock: Units by SKU, to make the tables anew; None: they are there.
    """

    def __init__(self, connect: dict[str, Any], stock: dict[str, int] | None) -> None:
        import psycopg

        self._db: Any = psycopg.connect(**connect)
        if stock is None:
            return
        for table in ("plain_line", "plain_order", "plain_bin", "plain_sku"):
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        for sql in _TABLES:
            self._db.execute(sql.format(key="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"))
        filled = (list(stock), list(stock.values()))
        rows = "unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS s(code, units, n)"
        self._db.execute(f"INSERT INTO plain_sku SELECT n, code, 0 FROM {rows}", filled)
        self._db.execute(f"INSERT INTO plain_bin SELECT n, n, units, 0, 0, NULL FROM {rows}", filled)
        self._db.commit()
        self.analyse()

    def analyse(self) -> None:
        """Have the server look at its tables, all of them, as it does by itself after a while."""
        self._db.execute("ANALYZE")
        self._db.commit()

    def take(self, ref: str, asked: Asked) -> tuple[int, int]:
        """Take an order in and commit it; units promised, units backordered."""
        db = self._db
        [order_id] = db.execute("INSERT INTO plain_order (ref) VALUES (%s) RETURNING id", (ref,)).fetchone()
        rows = db.execute(_FREE_LOCKED, (wall_us(), [code for code, _ in asked]))
        lines = _lines(asked, {code: (sku_id, free) for code, sku_id, free in rows})
        skus, have, lacking = (list(column) for column in zip(*lines, strict=True))
        db.execute(
            "INSERT INTO plain_line SELECT %s, n, sku, have, lacking FROM"
            " unnest(%s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS l(sku, have, lacking, n)",
            (order_id, skus, have, lacking),
        )
        db.execute(
            "UPDATE plain_sku s SET promised = s.promised + t.have FROM"
            " unnest(%s::bigint[], %s::bigint[]) AS t(sku, have) WHERE s.id = t.sku AND t.have > 0",
            (skus, have),
        )
        db.commit()
        return sum(have), sum(lacking)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


def _lines(asked: Asked, known: dict[str, tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(SKU's id, units promised, units backordered) of each line."""
    found = []
    for code, units in asked:
        sku_id, free = known[code]
        have = min(units, max(0, free))
        found.append((sku_id, have, units - have))
    return found
