"""Pictures of stations that the hub has a copy of, or knows to be gone."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx

KEPT_MAX = 2_000
"""So many copies are kept, those fetched last: some 60 MB."""


@dataclass(frozen=True)
class Copy:
    """What is known of a picture: its JPEG, or why there is none."""

    body: bytes | None
    detail: str


def copy_of(connection: Connection, name: str) -> Copy | None:
    """What is known of a picture; None if it was never fetched."""
    row = connection.execute(text("SELECT body, detail FROM picture WHERE name = :name"), {"name": name}).one_or_none()
    return None if row is None else Copy(None if row.body is None else bytes(row.body), row.detail)


def keep(tx: Tx, name: str, body: bytes | None, detail: str = "") -> None:
    """Keep a copy, or why there is none; the oldest copies beyond :data:`KEPT_MAX` are thrown away."""
    tx.connection.execute(
        text(
            "INSERT INTO picture (name, body, detail, fetched_us) VALUES (:name, :body, :detail, :now)"
            " ON CONFLICT (name) DO NOTHING"
        ),
        {"name": name, "body": body, "detail": detail, "now": tx.now_us},
    )
    tx.connection.execute(
        text("DELETE FROM picture WHERE id <= (SELECT MAX(id) FROM picture) - :kept"), {"kept": KEPT_MAX}
    )
    tx.changed("exception")


def is_named(connection: Connection, name: str) -> bool:
    """Whether evidence or an exception points to a picture."""
    found = connection.execute(
        text(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM exception WHERE picture = :name AND picture <> '')"
            " OR EXISTS (SELECT 1 FROM evidence WHERE picture = :name)"
        ),
        {"name": name},
    )
    return found.first() is not None


def gone(connection: Connection, names: list[str]) -> dict[str, str]:
    """Of these pictures those that are known to be gone, and why."""
    found = {}
    for name in names:
        known = copy_of(connection, name)
        if known is not None and known.body is None:
            found[name] = known.detail
    return found


def wanted(connection: Connection, limit: int) -> list[str]:
    """Pictures that were not fetched yet of open exceptions, the newest first, then of returned goods that wait to be
    graded, those first that were written down first."""
    of_exceptions = _of_exceptions(connection, limit)
    rows = connection.execute(
        text(
            "SELECT e.picture FROM return_item i JOIN evidence e ON e.id = i.evidence_id"
            " LEFT JOIN picture p ON p.name = e.picture"
            " WHERE i.graded < i.units AND e.picture <> '' AND p.id IS NULL"
            " ORDER BY i.return_line_id, i.id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return list(dict.fromkeys([*of_exceptions, *rows.scalars()]))[:limit]


def _of_exceptions(connection: Connection, limit: int) -> list[str]:
    rows = connection.execute(
        text(
            "SELECT e.picture FROM exception e LEFT JOIN picture p ON p.name = e.picture"
            " WHERE e.closed_us IS NULL AND e.picture <> '' AND p.id IS NULL ORDER BY e.id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return list(rows.scalars())
