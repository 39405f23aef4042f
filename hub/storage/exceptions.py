"""The list of what a person should know or do."""

from sqlalchemy import select

from hub.storage.transaction import Tx
from hub.storage.work_tables import exception


def open_once(tx: Tx, kind: str, place: str, detail: str, *, ref_kind: str = "", ref_id: str = "") -> int:
    """Open an exception unless the same kind is open at the same place for the same reference; its id."""
    known = tx.connection.execute(
        select(exception.c.id).where(
            exception.c.kind == kind,
            exception.c.place == place,
            exception.c.ref_kind == ref_kind,
            exception.c.ref_id == ref_id,
            exception.c.closed_us.is_(None),
        )
    ).scalar()
    if known is not None:
        return int(known)
    result = tx.connection.execute(
        exception.insert().values(
            kind=kind, place=place, ref_kind=ref_kind, ref_id=ref_id, detail=detail, opened_us=tx.now_us
        )
    )
    tx.changed("exception")
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def close(tx: Tx, kind: str, place: str, by: str, *, ref_kind: str = "", ref_id: str = "") -> int:
    """Close the open exceptions of a kind at a place (of one reference); how many there were."""
    wanted = [exception.c.kind == kind, exception.c.place == place, exception.c.closed_us.is_(None)]
    if ref_kind:
        wanted += [exception.c.ref_kind == ref_kind, exception.c.ref_id == ref_id]
    done = tx.connection.execute(exception.update().where(*wanted).values(closed_us=tx.now_us, closed_by=by))
    if done.rowcount:
        tx.changed("exception")
    return done.rowcount


def close_alarms(tx: Tx, place: str, by: str) -> None:
    """Close what a station raised at a place: whoever could have cleared it is gone."""
    open_alarm = (exception.c.place == place, exception.c.ref_kind == "alarm", exception.c.closed_us.is_(None))
    if tx.connection.execute(exception.update().where(*open_alarm).values(closed_us=tx.now_us, closed_by=by)).rowcount:
        tx.changed("exception")
