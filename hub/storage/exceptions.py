"""The list of what a person should know or do."""

from collections.abc import Sequence

from sqlalchemy import select, text

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import exception


class NoSuchException(LookupError):
    """There is no exception of that number."""


class ClosedBefore(ValueError):
    """The exception is closed already; the text says by whom."""


def open_once(
    tx: Tx, kind: str, place: str, detail: str, *, ref_kind: str = "", ref_id: str = "", picture: str = ""
) -> int:
    """Open an exception unless the same kind is open at the same place for the same reference; its id.

    ``picture``: STATION/ID of what the station's camera saw of it.
    """
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
            kind=kind,
            place=place,
            ref_kind=ref_kind,
            ref_id=ref_id,
            detail=detail,
            opened_us=tx.now_us,
            picture=picture,
        )
    )
    tx.changed("exception")
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def close(tx: Tx, kind: str, place: str, by: str, *, ref_kind: str = "", ref_id: str = "") -> int:
    """Close the open exceptions of a kind at a place (of one reference); how many there were."""
    values = {"kind": kind, "place": place, "now": tx.now_us, "by": by}
    if ref_kind:
        closed = _CLOSE_ONE(tx.connection, values | {"ref_kind": ref_kind, "ref_id": ref_id}).rowcount
    else:
        closed = _CLOSE(tx.connection, values).rowcount
    if closed:
        tx.changed("exception")
    return closed


_CLOSE_AT = (
    "UPDATE exception SET closed_us = :now, closed_by = :by WHERE kind = :kind AND place = :place AND closed_us IS NULL"
)
_CLOSE = Prepared(_CLOSE_AT)
_CLOSE_ONE = Prepared(_CLOSE_AT + " AND ref_kind = :ref_kind AND ref_id = :ref_id")


def close_ref(tx: Tx, kinds: Sequence[str], by: str, *, ref_kind: str, ref_id: str) -> int:
    """Close the open exceptions of these kinds about one thing, wherever they were opened; how many there were."""
    about = {"ref_kind": ref_kind, "ref_id": ref_id, "now": tx.now_us, "by": by}
    closed = sum(_CLOSE_REF(tx.connection, about | {"kind": kind}).rowcount for kind in kinds)
    if closed:
        tx.changed("exception")
    return closed


_CLOSE_REF = Prepared(
    "UPDATE exception SET closed_us = :now, closed_by = :by WHERE kind = :kind AND ref_kind = :ref_kind"
    " AND ref_id = :ref_id AND closed_us IS NULL"
)


def close_made_good(tx: Tx) -> int:
    """Close what was wrong with deliveries whose every differing item has since come in full; how many there were."""
    done = tx.connection.execute(_MADE_GOOD, {"now": tx.now_us})
    if done.rowcount:
        tx.changed("exception")
    return done.rowcount


_MADE_GOOD = text(
    "UPDATE exception SET closed_us = :now, closed_by = 'a later delivery' WHERE kind = 'delivery_differs'"
    " AND ref_kind = 'po' AND closed_us IS NULL AND NOT EXISTS (SELECT 1 FROM purchase_order p"
    "  JOIN purchase_order_line l ON l.purchase_order_id = p.id AND l.received <> l.ordered"
    "  WHERE p.number = exception.ref_id AND NOT EXISTS (SELECT 1 FROM purchase_order_line n"
    "   JOIN purchase_order later ON later.id = n.purchase_order_id AND later.state = 'received'"
    "   WHERE n.sku_id = l.sku_id AND later.id > p.id AND n.received >= n.ordered))"
)


def close_by_hand(tx: Tx, exception_id: int, who: str, why: str) -> None:
    """Close an exception because a person says so.

    Raises:
        NoSuchException: there is none of that number.
        ClosedBefore: it is closed already.
    """
    row = tx.connection.execute(select(exception).where(exception.c.id == exception_id)).one_or_none()
    if row is None:
        raise NoSuchException(f"Expected the number of an exception, got {exception_id}.")
    if row.closed_us is not None:
        raise ClosedBefore(f"Exception {exception_id} was closed before, by {row.closed_by}.")
    closed = {"closed_us": tx.now_us, "closed_by": f"{who}: {why}"}
    tx.connection.execute(exception.update().where(exception.c.id == exception_id).values(**closed))
    tx.changed("exception", ref=str(exception_id))


def close_alarms(tx: Tx, place: str, by: str) -> None:
    """Close what a station raised at a place: whoever could have cleared it is gone."""
    open_alarm = (exception.c.place == place, exception.c.ref_kind == "alarm", exception.c.closed_us.is_(None))
    if tx.connection.execute(exception.update().where(*open_alarm).values(closed_us=tx.now_us, closed_by=by)).rowcount:
        tx.changed("exception")
