"""What each bench is in the middle of, and its print jobs."""

from sqlalchemy import Connection, select, text

from edge.contract.state import PRINT_JOBS_MAX
from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import bench

_LOAD = Prepared("SELECT station, kind, step, session FROM bench WHERE station = :station")
_SAVE = Prepared("UPDATE bench SET step = :step, session = :session WHERE station = :station")
_JOBS = Prepared(
    "SELECT public, zpl FROM print_job WHERE station = :station AND state = 'wanted' ORDER BY id LIMIT :most"
)

_WANT = Prepared(
    "INSERT INTO print_job (public, station, zpl, state, ref_kind, ref_id, created_us)"
    " VALUES (:public, :station, :zpl, 'wanted', :ref_kind, :ref_id, :now)"
)
_SET_JOB = Prepared(
    "UPDATE print_job SET state = :state, detail = :detail, sent = :sent WHERE public = :public"
    " RETURNING station, ref_kind, ref_id"
)


def load(connection: Connection, station: str) -> tuple[str, str, int, str] | None:
    """(station, kind, step, session JSON) of a bench, or None."""
    row = _LOAD(connection, {"station": station}).one_or_none()
    return None if row is None else (row.station, row.kind, row.step, row.session)


def stations(connection: Connection) -> list[str]:
    """Every bench."""
    return list(connection.execute(select(bench.c.station).order_by(bench.c.station)).scalars())


def sessions_elsewhere(connection: Connection, station: str, kind: str) -> list[tuple[str, str]]:
    """(station, session JSON) of the other benches of a kind."""
    return [(row.station, row.session) for row in _ELSEWHERE(connection, {"kind": kind, "station": station})]


_ELSEWHERE = Prepared("SELECT station, session FROM bench WHERE kind = :kind AND station <> :station")


def sessions(connection: Connection, kind: str) -> list[tuple[str, int, str]]:
    """(station, step, session JSON) of the benches of a kind."""
    rows = connection.execute(
        select(bench.c.station, bench.c.step, bench.c.session).where(bench.c.kind == kind).order_by(bench.c.station)
    )
    return [(row.station, row.step, row.session) for row in rows]


def save(tx: Tx, station: str, step: int, session: str) -> None:
    """Write a bench's flow down; its prompt changes."""
    _SAVE(tx.connection, {"step": step, "session": session, "station": station})
    tx.changed("bench", station=station)


def want_print(tx: Tx, station: str, zpl: str, ref_kind: str, ref_id: str) -> str:
    """Ask a station for a label; the job's public id."""
    public = tx.ids.new()
    row = {"public": public, "station": station, "zpl": zpl, "now": tx.now_us}
    _WANT(tx.connection, row | {"ref_kind": ref_kind, "ref_id": ref_id})
    tx.changed("print", station=station)
    return public


def jobs(connection: Connection, station: str) -> list[tuple[str, str]]:
    """(public id, ZPL) of the labels that a station is to print, as many as it takes at once; the others wait here."""
    rows = _JOBS(connection, {"station": station, "most": PRINT_JOBS_MAX})
    return [(row.public, row.zpl) for row in rows]


def set_job(tx: Tx, public: str, state: str, detail: str = "", *, sent: bool = True) -> tuple[str, str, str] | None:
    """Say what became of a job; (station, ref_kind, ref_id), or None if it is unknown.

    Not ``sent``: the printer surely got nothing of it.
    """
    became = {"state": state, "detail": detail, "sent": int(sent), "public": public}
    row = _SET_JOB(tx.connection, became).one_or_none()
    if row is None:
        return None
    tx.changed("print", station=row.station)
    return row.station, row.ref_kind, row.ref_id


def operator(connection: Connection, badge: str) -> tuple[int, str, str, str] | None:
    """(id, name, role, colour) of the operator with this badge, or None."""
    row = connection.execute(
        text("SELECT id, name, role, colour FROM operator WHERE badge = :badge"), {"badge": badge}
    ).one_or_none()
    return None if row is None else (row.id, row.name, row.role, row.colour)
