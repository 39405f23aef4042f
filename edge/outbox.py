"""The durable outbox: a fact is on the disk before anyone sees it confirmed.

One SQLite file a station. The journal is the random id of the file; ``seq`` counts its events without a gap. Facts
and the station's memory are committed in one transaction. Acknowledged rows are kept for a time, so that a hub that
was restored from a backup is made whole again.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from edge.contract.codec import encode
from edge.contract.events import Event, Recorded

KEEP_US = 7 * 86_400_000_000
"""How long an acknowledged row is kept."""
UNACKNOWLEDGED_MAX = 50_000
"""More unacknowledged rows than this (some days of work) and the station refuses work instead of dropping facts."""
PRUNE_ROWS = 200
"""Rows pruned at a time, so that no commit is long."""

_TABLES = """
CREATE TABLE IF NOT EXISTS journal (id TEXT NOT NULL, acknowledged INTEGER NOT NULL, generation INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, monotonic_us INTEGER NOT NULL, boot_id TEXT NOT NULL,
    clock_synced INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""


class Outbox:
    """One station's outbox.

    Args:
        path: The SQLite file; it and its journal id are made if it is not there.
        new_id: Makes the journal id of a new file (32 hexadecimal digits).
        wall_us, monotonic_us: The two clocks.
        boot_id: The id of this boot.
        synced: Whether the wall clock is synchronised now.
    """

    def __init__(
        self,
        path: Path,
        *,
        new_id: Callable[[], str],
        wall_us: Callable[[], int],
        monotonic_us: Callable[[], int],
        boot_id: str,
        synced: Callable[[], bool],
    ) -> None:
        self._wall_us = wall_us
        self._monotonic_us = monotonic_us
        self._boot_id = boot_id
        self._synced = synced
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)
        if self._db.execute("SELECT COUNT(*) FROM journal").fetchone()[0] == 0:
            self._db.execute("INSERT INTO journal VALUES (?, 0, 0)", (new_id(),))
        row = self._db.execute("SELECT id, acknowledged, generation FROM journal").fetchone()
        self.journal: str = row[0]
        self.acknowledged: int = row[1]
        """Everything up to this seq is committed at the hub."""
        self.generation: int = row[2]
        """The greatest generation of a hub that acknowledged anything."""
        last = self._db.execute("SELECT MAX(seq) FROM event").fetchone()[0]
        self.last_seq: int = max(self.acknowledged, last or 0)

    def record(self, events: Sequence[Event], memory: Mapping[str, bytes | None]) -> list[Recorded]:
        """Commit facts and memory together; the facts with their keys."""
        wall_us, monotonic_us, synced = self._wall_us(), self._monotonic_us(), self._synced()
        recorded = [
            Recorded(
                seq=self.last_seq + n,
                wall_us=wall_us,
                monotonic_us=monotonic_us,
                boot_id=self._boot_id,
                clock_synced=synced,
                event=msgspec.Raw(encode(event)),
            )
            for n, event in enumerate(events, 1)
        ]
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)",
                [(r.seq, r.wall_us, r.monotonic_us, r.boot_id, int(r.clock_synced), bytes(r.event)) for r in recorded],
            )
            for key, value in memory.items():
                if value is None:
                    self._db.execute("DELETE FROM memory WHERE key = ?", (key,))
                else:
                    self._db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (key, value))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self.last_seq += len(recorded)
        return recorded

    def after(self, seq: int, limit: int) -> list[Recorded]:
        """The events behind ``seq``, at most ``limit``."""
        rows = self._db.execute(
            "SELECT seq, wall_us, monotonic_us, boot_id, clock_synced, body FROM event WHERE seq > ?"
            " ORDER BY seq LIMIT ?",
            (seq, limit),
        )
        return [
            Recorded(
                seq=row[0],
                wall_us=row[1],
                monotonic_us=row[2],
                boot_id=row[3],
                clock_synced=bool(row[4]),
                event=msgspec.Raw(row[5]),
            )
            for row in rows
        ]

    def memory(self) -> dict[str, bytes]:
        """The station's memory as last committed."""
        return {key: bytes(value) for key, value in self._db.execute("SELECT key, value FROM memory")}

    def acknowledge(self, generation: int, seq: int) -> None:
        """The hub of this generation holds everything up to ``seq``.

        A newer generation may go back: a restored hub asks for what it lost. An older one is not heard.
        """
        if generation < self.generation or (generation == self.generation and seq <= self.acknowledged):
            return
        self.generation = generation
        self.acknowledged = min(seq, self.last_seq)
        self._db.execute("UPDATE journal SET acknowledged = ?, generation = ?", (self.acknowledged, generation))

    def prune(self) -> int:
        """Delete some of the oldest rows that were acknowledged long ago; how many."""
        done = self._db.execute(
            "DELETE FROM event WHERE seq IN"
            " (SELECT seq FROM event WHERE seq <= ? AND wall_us < ? ORDER BY seq LIMIT ?)",
            (self.acknowledged, self._wall_us() - KEEP_US, PRUNE_ROWS),
        )
        return done.rowcount

    @property
    def unacknowledged(self) -> int:
        """Events that the hub has not acknowledged."""
        return self.last_seq - self.acknowledged

    @property
    def full(self) -> bool:
        """Whether the station must refuse work."""
        return self.unacknowledged >= UNACKNOWLEDGED_MAX

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._db.close()
