"""One transaction of the writer: everything a handler may touch, and the trail that it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection

from hub.ids import Ids
from hub.storage.ledger import CHAIN_START, Ledger
from hub.storage.prepared import Prepared, PreparedRows

_LAST = Prepared("SELECT chain FROM audit ORDER BY id DESC LIMIT 1")
_CHANGES = PreparedRows(
    ("station", "what", "ref"),
    "INSERT INTO change (station, what, ref) SELECT rows.station, rows.what, rows.ref FROM rows",
    "text",
)
_AUDIT = Prepared(
    "INSERT INTO audit (actor, action, ref, first_transfer, last_transfer, at_us, chain)"
    " VALUES (:actor, :action, :ref, :first_transfer, :last_transfer, :at_us, :chain)"
)


@dataclass
class Tx:
    """What a handler gets: the connection, the time, the ledger, and where to say what changed.

    Build it only in the writer. Everything done through it is committed or rolled back as one.
    """

    connection: Connection
    now_us: int
    """Business time, UTC microseconds."""
    ids: Ids
    site_id: int
    client_id: int
    ledger: Ledger = field(init=False)
    _changes: dict[tuple[str | None, str, str], None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.connection, self.site_id, self.now_us)

    def changed(self, what: str, *, station: str | None = None, ref: str = "") -> None:
        """Say that something changed: a station's desired state (name it), or what a page shows.

        ``what`` is a short noun: task, order, batch, parcel, bench, purchase_order, exception, stock.
        """
        self._changes[(station, what, ref)] = None

    @property
    def stations(self) -> list[str]:
        """The stations whose desired state changed, the one that was named last at the end."""
        return list(dict.fromkeys(station for station, _, _ in self._changes if station is not None))

    def finish(self, actor: str, action: str, ref: str = "") -> None:
        """Write the changes and, if anything changed, the one audit entry. The writer calls this at the end."""
        if not self._changes and self.ledger.first_transfer is None:
            return
        if self._changes:
            _CHANGES(self.connection, list(self._changes))
        last = _LAST(self.connection).scalar()
        row = {
            "actor": actor,
            "action": action,
            "ref": ref,
            "first_transfer": self.ledger.first_transfer,
            "last_transfer": self.ledger.last_transfer,
            "at_us": self.now_us,
        }
        chain = audit_link(CHAIN_START if last is None else bytes(last), row)
        _AUDIT(self.connection, row | {"chain": chain})


def audit_link(before: bytes, row: Mapping[str, object]) -> bytes:
    """The hash of one audit entry over the one before it, as :func:`hub.storage.ledger.chain_link` does."""
    names = ("actor", "action", "ref", "first_transfer", "last_transfer", "at_us")
    canonical = "\x1f".join("" if row[name] is None else str(row[name]) for name in names)
    return sha256(before + canonical.encode()).digest()
