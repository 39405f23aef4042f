"""Finding SKUs by a part of their code, their description or their GTIN."""

from sqlalchemy import Connection, text

FOUND_MAX = 12
"""So many are shown; who looks for another writes more of it."""


def skus_like(connection: Connection, client_id: int, words: str) -> list[str]:
    """Codes of a client's SKUs that have all the words, those whose code begins with the first before the others."""
    parts = words.lower().split()
    if not parts:
        return []
    marks = {f"part{n}": f"%{_literal(part)}%" for n, part in enumerate(parts)}
    has = " AND ".join(
        f"(LOWER(code) LIKE :{name} ESCAPE '!' OR LOWER(description) LIKE :{name} ESCAPE '!' OR gtin LIKE :{name}"
        " ESCAPE '!')"
        for name in marks
    )
    rows = connection.execute(
        text(
            f"SELECT code FROM sku WHERE client_id = :client AND material = 0 AND {has}"
            " ORDER BY CASE WHEN LOWER(code) = :whole THEN 0"
            " WHEN LOWER(code) LIKE :begins ESCAPE '!' THEN 1 ELSE 2 END, code LIMIT :limit"
        ),
        marks | {"client": client_id, "whole": words.lower(), "begins": f"{_literal(parts[0])}%", "limit": FOUND_MAX},
    )
    return [row.code for row in rows]


def _literal(part: str) -> str:
    """A text as LIKE takes it literally."""
    return part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
