"""The durable outbox: a fact is on the disk before anyone sees it confirmed.

One SQLite file a station. The journal is the random id of the file; ``seq`` counts its events without a gap. Facts
and the station's memory are committed in one transaction. Acknowledged rows are kept for a time, so that a hub that
was restored from a backup is made whole again.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

import msgspec

from edge.contract.codec import encode
from edge.contract.events import Event, Recorded

KEEP_US = 7 * 86_400_000_000
"""How long an acknowledged row is kept."""
UNACKNOWLEDGED_MAX = 50_000
"""More unacknowledged rows than this (some days of work) and the station refuses work instead of dropping facts."""
ROWS_MAX = 500_000
"""However young, the oldest acknowledged rows beyond this many go: a card has an end."""
PRUNE_ROWS = 200
"""Rows pruned at a time, so that no commit is long."""
READ_ROWS = 500
"""Rows read at a time when all are read."""
PAGE_BYTES = 1_024
"""Of a new file: a commit writes whole pages, and a fact is some 300 bytes (docs/performance.md)."""
LOG_PAGES = 4_000
"""Pages that the log holds before they go into the file: one that is written again and again goes there once."""

_TABLES = """
CREATE TABLE IF NOT EXISTS journal (
    id TEXT NOT NULL, acknowledged INTEGER NOT NULL, generation INTEGER NOT NULL, last_seq INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, monotonic_us INTEGER NOT NULL, boot_id TEXT NOT NULL,
    clock_synced INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS memory (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""


class OutboxDamaged(Exception):
    """The outbox's file cannot be used; the text says which, and what to do."""


class AckOutcome(StrEnum):
    """What an acknowledgement did."""

    MOVED = "moved"
    """Forth, or with a newer generation back: a restored hub asks for what it lost."""
    REPEATED = "repeated"
    """It stands where it stood: the hub asks for what follows."""
    OLD = "old"
    """It says less than is known already; a broker that was killed replays stale messages."""
    ELSEWHERE = "elsewhere"
    """It lies outside of what is kept here: a new journal must begin."""


class Outbox:
    """One station's outbox. It is used by one thread at a time.

    Args:
        path: The SQLite file; it and its journal id are made if it is not there.
        new_id: Makes the journal id of a new file (32 hexadecimal digits).
        wall_us, monotonic_us: The two clocks.
        boot_id: The id of this boot.
        synced: Whether the wall clock is synchronised now.
        unacknowledged_max: How many facts may wait for the hub before the outbox is full.

    Raises:
        OutboxDamaged: the file cannot be opened, or is no outbox.
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
        unacknowledged_max: int = UNACKNOWLEDGED_MAX,
    ) -> None:
        self._path = path
        self._new_id = new_id
        self._unacknowledged_max = unacknowledged_max
        self._wall_us = wall_us
        self._monotonic_us = monotonic_us
        self._boot_id = boot_id
        self._synced = synced
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute(f"PRAGMA page_size={PAGE_BYTES}")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
            self._db.executescript(_TABLES)
            if self._db.execute("SELECT COUNT(*) FROM journal").fetchone()[0] == 0:
                self._db.execute("INSERT INTO journal VALUES (?, 0, 0, 0)", (new_id(),))
            row = self._db.execute("SELECT id, acknowledged, generation, last_seq FROM journal").fetchone()
        except (sqlite3.Error, OSError) as error:
            raise OutboxDamaged(
                f"{path}: expected a station's outbox that can be written, got: {error}. If the file is damaged, move"
                " it away: the station starts a new journal, and the hub has its bins counted."
            ) from error
        self.journal: str = row[0]
        self.acknowledged: int = row[1]
        """Everything up to this seq is committed at the hub."""
        self._acknowledged_kept = self.acknowledged
        """The watermark that the file holds."""
        self.generation: int = row[2]
        """The greatest generation of a hub that acknowledged anything."""
        self.last_seq: int = row[3]
        """The newest event's; it is kept beside the events, for those may all be pruned."""

    def record(self, events: Sequence[Event], memory: Mapping[str, bytes | None]) -> list[Recorded]:
        """Commit facts and memory together; the facts with their keys.

        Raises:
            OutboxDamaged: the card did not take them; nothing of it is kept.
        """
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
        with self._transaction():
            self._db.executemany(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)",
                [(r.seq, r.wall_us, r.monotonic_us, r.boot_id, int(r.clock_synced), bytes(r.event)) for r in recorded],
            )
            for key, value in memory.items():
                if value is None:
                    self._db.execute("DELETE FROM memory WHERE key = ?", (key,))
                else:
                    self._db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (key, value))
            if recorded:
                last = (recorded[-1].seq, self.acknowledged)
                self._db.execute("UPDATE journal SET last_seq = ?, acknowledged = ?", last)
        self.last_seq += len(recorded)
        if recorded:
            self._acknowledged_kept = self.acknowledged
        return recorded

    def after(self, seq: int, limit: int) -> list[Recorded]:
        """The events behind ``seq``, at most ``limit``. Raises: OutboxDamaged."""
        with self._usable("read"):
            rows = self._db.execute(
                "SELECT seq, wall_us, monotonic_us, boot_id, clock_synced, body FROM event WHERE seq > ?"
                " ORDER BY seq LIMIT ?",
                (seq, limit),
            ).fetchall()
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
        """The station's memory as last committed. Raises: OutboxDamaged."""
        with self._usable("read"):
            return {key: bytes(value) for key, value in self._db.execute("SELECT key, value FROM memory")}

    def kept(self) -> Iterator[Recorded]:
        """Every event that is kept, in order. Raises: OutboxDamaged."""
        seq = 0
        while rows := self.after(seq, READ_ROWS):
            yield from rows
            seq = rows[-1].seq

    def try_to_write(self) -> None:
        """Write something that changes nothing, to learn whether the card takes it. Raises: OutboxDamaged."""
        with self._transaction():
            self._db.execute("UPDATE journal SET last_seq = last_seq")

    @property
    def oldest_seq(self) -> int:
        """The oldest event that is kept; one more than the newest ever, if none is."""
        found = self._db.execute("SELECT MIN(seq) FROM event").fetchone()[0]
        return self.last_seq + 1 if found is None else int(found)

    def acknowledge(self, generation: int, seq: int) -> AckOutcome:
        """The hub of this generation holds everything up to ``seq``.

        A newer generation may go back: a restored hub asks for what it lost. An older one is not heard. A watermark of
        the same generation is written with the next facts, or by :meth:`keep_watermark`: one that a power cut took is
        told again by the hub, which knows what it has.

        Raises:
            OutboxDamaged: the card did not take a newer generation's watermark; it stands where it stood.
        """
        if generation < self.generation:
            return AckOutcome.OLD
        newer = generation > self.generation
        if seq > self.last_seq or (newer and seq < self.oldest_seq - 1):
            return AckOutcome.ELSEWHERE
        if not newer and seq <= self.acknowledged:
            return AckOutcome.REPEATED if seq == self.acknowledged else AckOutcome.OLD
        if newer:
            with self._transaction():
                self._db.execute("UPDATE journal SET acknowledged = ?, generation = ?", (seq, generation))
            self._acknowledged_kept = seq
        self.generation, self.acknowledged = generation, seq
        return AckOutcome.MOVED

    def keep_watermark(self) -> None:
        """Write the watermark, if it is another than the file holds. Raises: OutboxDamaged."""
        if self.acknowledged != self._acknowledged_kept:
            with self._transaction():
                self._db.execute("UPDATE journal SET acknowledged = ?", (self.acknowledged,))
            self._acknowledged_kept = self.acknowledged

    def begin_anew(self, generation: int, seq: int) -> None:
        """Begin a new journal with the kept events later than ``seq``, numbered from 1.

        For when the hub's watermark lies outside of what is kept: the hub was restored from long ago, or this card
        was. Under a new journal the hub presumes facts lost and has the bins counted. A watermark ahead of this card
        says nothing of what the card's own station has done since: unacknowledged facts of this boot, and of any
        other boot than the one that wrote the newest acknowledged fact, are kept.

        Raises:
            OutboxDamaged: the card did not take it; the journal is as it was.
        """
        journal = self._new_id()
        with self._transaction():
            if seq > self.last_seq:
                told = self._db.execute("SELECT boot_id FROM event WHERE seq = ?", (self.acknowledged,)).fetchone()
                self._db.execute(
                    "DELETE FROM event WHERE seq <= ? OR (boot_id <> ? AND boot_id = COALESCE(?, boot_id))",
                    (self.acknowledged, self._boot_id, None if told is None else told[0]),
                )
            else:
                self._db.execute("DELETE FROM event WHERE seq <= ?", (seq,))
            kept = [row[0] for row in self._db.execute("SELECT seq FROM event ORDER BY seq")]
            # in order, so that a smaller number is always free: each is at least as great as its place
            self._db.executemany("UPDATE event SET seq = ? WHERE seq = ?", list(enumerate(kept, 1)))
            last_seq = len(kept)
            self._db.execute(
                "UPDATE journal SET id = ?, acknowledged = 0, generation = ?, last_seq = ?",
                (journal, generation, last_seq),
            )
        self.journal, self.acknowledged, self.generation, self.last_seq = journal, 0, generation, last_seq
        self._acknowledged_kept = 0

    def prune(self) -> int:
        """Delete some of the oldest rows that were acknowledged long ago; how many.

        The watermark is written first: no row goes that the file does not know as acknowledged. Only a synchronised
        clock says what is long ago; a row that was written without one goes with the next that
        was written with one.
        """
        self.keep_watermark()
        old_us = self._wall_us() - KEEP_US
        clock = self._synced()
        through = 0
        for seq, wall_us, synced in self._db.execute(
            "SELECT seq, wall_us, clock_synced FROM event WHERE seq <= ? ORDER BY seq LIMIT ?",
            (self.acknowledged, PRUNE_ROWS),
        ):
            if self.last_seq - seq >= ROWS_MAX or (clock and synced and wall_us < old_us):
                through = seq
            elif synced:
                break
        if not through:
            return 0
        with self._transaction():
            return self._db.execute("DELETE FROM event WHERE seq <= ?", (through,)).rowcount

    @property
    def unacknowledged(self) -> int:
        """Events that the hub has not acknowledged."""
        return self.last_seq - self.acknowledged

    @property
    def full(self) -> bool:
        """Whether the station must refuse work."""
        return self.unacknowledged >= self._unacknowledged_max

    def close(self) -> None:
        """Close the file. May be called twice; a watermark that the card does not take is told again by the hub."""
        with suppress(OutboxDamaged, sqlite3.ProgrammingError):
            self.keep_watermark()
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._usable("written"):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full card has ended it already
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _usable(self, done: str) -> Iterator[None]:
        """Say of the card's faults which file they are in and how to mend them; our own mistakes pass as they are."""
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.Error as error:
            raise OutboxDamaged(
                f"{self._path}: expected an outbox that can be {done}, got: {error}. Make room on the card, or put in"
                " a sound one; the station tries again by itself, and until then confirms nothing."
            ) from error
