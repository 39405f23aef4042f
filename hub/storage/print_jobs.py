"""How often a label was tried, and taking back one that nobody waits for any more."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import print_job


@dataclass(frozen=True, kw_only=True)
class Tries:
    """The jobs of one label so far."""

    newest: str
    """State of the newest one: wanted, printed or failed."""
    sent: bool
    """Whether the printer may have got the newest one, so that its label may be out."""
    failures: int
    """How many have failed since it was last printed."""
    zpl: str


def tries_of(connection: Connection, station: str, ref_kind: str, ref_id: str) -> Tries | None:
    """What became of a label's jobs; None if there was none."""
    jobs = connection.execute(
        select(print_job.c.state, print_job.c.sent, print_job.c.zpl)
        .where(print_job.c.station == station, print_job.c.ref_kind == ref_kind, print_job.c.ref_id == ref_id)
        .order_by(print_job.c.id.desc())
    ).all()
    if not jobs:
        return None
    failures = 0
    for job in jobs:
        if job.state == "printed":
            break
        failures += job.state == "failed"
    return Tries(newest=jobs[0].state, sent=bool(jobs[0].sent), failures=failures, zpl=jobs[0].zpl)


def drop(tx: Tx, station: str, ref_kind: str, ref_id: str, why: str = "the label was seen") -> None:
    """Take a label's jobs back that the station has not answered, and why."""
    label = {"station": station, "ref_kind": ref_kind, "ref_id": ref_id}
    if _DROP(tx.connection, label | {"detail": f"{why}: it is not wanted any more"}).rowcount:
        tx.changed("print", station=station)


_DROP = Prepared(
    "UPDATE print_job SET state = 'failed', detail = :detail WHERE station = :station AND ref_kind = :ref_kind"
    " AND ref_id = :ref_id AND state = 'wanted'"
)
