"""The inbox: which facts of which station the hub holds, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Row, select, text

from hub.storage.prepared import Prepared
from hub.storage.tables import fact, inbox

FactState = Literal["applied", "waiting", "quarantined", "conflict"]


@dataclass(frozen=True, kw_only=True)
class StoredFact:
    """A fact as the hub keeps it."""

    fact_id: int
    device: str
    journal: str
    seq: int
    body: bytes
    occurred_us: int


_WATERMARK = Prepared("SELECT watermark FROM inbox WHERE device = :device AND journal = :journal")
_CURRENT = Prepared("SELECT journal, watermark FROM inbox WHERE device = :device AND current = 1")
_ADVANCE = Prepared("UPDATE inbox SET watermark = :seq WHERE device = :device AND journal = :journal")
_KEEP = Prepared(
    "INSERT INTO fact (device, journal, seq, type, body, digest, state, detail, occurred_us, received_us)"
    " VALUES (:device, :journal, :seq, :type, :body, :digest, :state, '', :occurred_us, :received_us)"
    " RETURNING id"
)


def watermark(connection: Connection, device: str, journal: str) -> int:
    """The last ``seq`` of a journal that is committed here; 0 if none is."""
    found = _WATERMARK(connection, {"device": device, "journal": journal})
    return int(found.scalar() or 0)


def current_journal(connection: Connection, device: str) -> tuple[str, int] | None:
    """The journal that a station writes now, and its watermark."""
    row = _CURRENT(connection, {"device": device}).one_or_none()
    return None if row is None else (row.journal, row.watermark)


def open_journal(connection: Connection, device: str, journal: str) -> None:
    """Make ``journal`` the station's current one."""
    connection.execute(inbox.update().where(inbox.c.device == device).values(current=0))
    connection.execute(
        text(
            "INSERT INTO inbox (device, journal, watermark, duplicates, current) VALUES (:device, :journal, 0, 0, 1)"
            " ON CONFLICT (device, journal) DO UPDATE SET current = 1"
        ),
        {"device": device, "journal": journal},
    )


def know_journal(connection: Connection, device: str, journal: str) -> None:
    """Keep the watermark of a journal that is not its station's current one."""
    connection.execute(
        text(
            "INSERT INTO inbox (device, journal, watermark, duplicates, current) VALUES (:device, :journal, 0, 0, 0)"
            " ON CONFLICT (device, journal) DO NOTHING"
        ),
        {"device": device, "journal": journal},
    )


def is_late(connection: Connection, device: str, journal: str) -> bool:
    """Whether a journal is not the current one of its station."""
    known = current_journal(connection, device)
    return known is not None and known[0] != journal


def advance(connection: Connection, device: str, journal: str, seq: int) -> None:
    """Move a journal's watermark to ``seq``."""
    _ADVANCE(connection, {"seq": seq, "device": device, "journal": journal})


def count_duplicates(connection: Connection, device: str, journal: str, times: int) -> None:
    """Count facts that came again and were not applied again."""
    connection.execute(
        text("UPDATE inbox SET duplicates = duplicates + :n WHERE device = :device AND journal = :journal"),
        {"n": times, "device": device, "journal": journal},
    )


def digests(connection: Connection, device: str, journal: str, seqs: Sequence[int]) -> dict[int, bytes]:
    """The digest of each of these facts that is held."""
    rows = connection.execute(
        select(fact.c.seq, fact.c.digest).where(
            fact.c.device == device, fact.c.journal == journal, fact.c.seq.in_(seqs), fact.c.state != "conflict"
        )
    )
    return {row.seq: bytes(row.digest) for row in rows}


def is_known_conflict(connection: Connection, device: str, journal: str, seq: int, digest: bytes) -> bool:
    """Whether this other fact under a taken ``seq`` came before and was kept."""
    found = connection.execute(
        select(fact.c.id).where(
            fact.c.device == device,
            fact.c.journal == journal,
            fact.c.seq == seq,
            fact.c.digest == digest,
            fact.c.state == "conflict",
        )
    )
    return found.first() is not None


def keep(
    connection: Connection, stored: StoredFact, *, kind: str, digest: bytes, state: FactState, received_us: int
) -> int:
    """Write a fact down; its id. ``stored.fact_id`` is not used."""
    result = _KEEP(
        connection,
        {
            "device": stored.device,
            "journal": stored.journal,
            "seq": stored.seq,
            "type": kind,
            "body": stored.body,
            "digest": digest,
            "state": state,
            "occurred_us": stored.occurred_us,
            "received_us": received_us,
        },
    )
    return int(result.scalar())


def settle(connection: Connection, fact_id: int, state: FactState, detail: str = "") -> None:
    """Say what became of a fact."""
    connection.execute(fact.update().where(fact.c.id == fact_id).values(state=state, detail=detail[:500]))


def waiting(connection: Connection, limit: int) -> list[tuple[StoredFact, int]]:
    """The facts whose cause has not arrived, oldest first, with the time that each came."""
    rows = connection.execute(select(fact).where(fact.c.state == "waiting").order_by(fact.c.id).limit(limit))
    return [(_stored(row), row.received_us) for row in rows]


def _stored(row: "Row[tuple[object, ...]]") -> StoredFact:
    return StoredFact(
        fact_id=row.id,
        device=row.device,
        journal=row.journal,
        seq=row.seq,
        body=bytes(row.body),
        occurred_us=row.occurred_us,
    )
