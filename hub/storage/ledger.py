"""The ledger: stock moves as money does, by double entry, and nothing is changed in place.

A *move* takes units from one location to another. A *reservation* is a pending transfer: it is posted
(whole or in part) or voided. Balances are a projection kept in the same transaction; the database's own
CHECK constraints guard them at physical places. Each row carries the hash of the row before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from hub.storage.prepared import Prepared, PreparedRows
from hub.storage.tables import PHYSICAL_KINDS, transfer


class StockKey(NamedTuple):
    """What is being moved: one client's SKU of one lot (integer ids)."""

    client_id: int
    sku_id: int
    lot_id: int


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a transfer is made and who says so."""

    reason: str
    ref_kind: str = ""
    ref_id: str = ""
    actor: str = "hub"
    occurred_us: int = 0
    """0 means now."""
    device: str | None = None
    journal: str | None = None
    seq: int | None = None
    evidence_id: int | None = None


class ShortStock(Exception):
    """A transfer that was decided (not a fact) would take more than is there; nothing was booked."""


class LedgerError(Exception):
    """A transfer that cannot be: an unknown or finished reservation, too many units posted."""


Mark = tuple[tuple[int, bytes] | None, int | None, int | None]
"""Where a ledger stands: see :meth:`Ledger.mark`."""

CHAIN_START = bytes(32)
"""What the first row of a site's chain follows."""

CHAIN_COLUMNS = (
    "kind", "pending_id", "site_id", "client_id", "sku_id", "lot_id", "units", "from_id", "to_id", "reason",
    "ref_kind", "ref_id", "evidence_id", "device", "journal", "seq", "actor", "occurred_us", "recorded_us",
)  # fmt: skip
"""The columns that the chain covers, in this order."""


_chained = itemgetter(*CHAIN_COLUMNS)


def chain_link(before: bytes, row: Mapping[str, object]) -> bytes:
    """The hash of one row: SHA-256 over the hash before it and the row's canonical bytes.

    Canonical bytes: the values of :data:`CHAIN_COLUMNS` joined by the unit separator (0x1F), None as the empty
    string, integers in decimal, UTF-8.
    """
    canonical = "\x1f".join(["" if value is None else str(value) for value in _chained(row)])
    return sha256(before + canonical.encode()).digest()


_COLUMNS = [column.name for column in transfer.columns]
_INSERT = Prepared(
    f"INSERT INTO transfer ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"
)
_KIND = Prepared("SELECT kind FROM location WHERE id = :id")
_LAST = Prepared("SELECT id, chain FROM transfer ORDER BY id DESC LIMIT 1")
_ADD = Prepared(
    "INSERT INTO balance (site_id, client_id, sku_id, lot_id, location_id, physical, on_hand, reserved)"
    " VALUES (:site, :client, :sku, :lot, :location, :physical, :on_hand, :reserved)"
    " ON CONFLICT (site_id, client_id, sku_id, lot_id, location_id) DO UPDATE"
    " SET on_hand = balance.on_hand + excluded.on_hand, reserved = balance.reserved + excluded.reserved"
)
_TAKE = Prepared(
    "UPDATE balance SET on_hand = on_hand + :on_hand, reserved = reserved + :reserved WHERE site_id = :site"
    " AND client_id = :client AND sku_id = :sku AND lot_id = :lot AND location_id = :location"
    " AND on_hand + :on_hand >= reserved + :reserved AND reserved + :reserved >= 0"
)
"""Guarded: the check ``ck_balance_covered`` would refuse as well, but on PostgreSQL an error ends the transaction."""
_READ = Prepared(
    "SELECT on_hand, reserved FROM balance WHERE site_id = :site AND client_id = :client AND sku_id = :sku"
    " AND lot_id = :lot AND location_id = :location"
)
_PROMISE = Prepared(
    "INSERT INTO promise (site_id, client_id, sku_id, promised)"
    " VALUES (:site, (SELECT client_id FROM sku WHERE id = :sku), :sku, :units)"
    " ON CONFLICT (site_id, client_id, sku_id) DO UPDATE SET promised = promise.promised + excluded.promised"
)
_TO_PROMISE = ("site_id", "client_id", "sku_id", "units", "at_most")
_PROMISE_MORE = PreparedRows(
    _TO_PROMISE,
    "UPDATE promise SET promised = promise.promised + rows.units FROM rows WHERE promise.site_id = rows.site_id"
    " AND promise.client_id = rows.client_id AND promise.sku_id = rows.sku_id"
    " AND promise.promised + rows.units <= rows.at_most",
)
_PROMISE_FIRST = PreparedRows(
    _TO_PROMISE,
    "INSERT INTO promise (site_id, client_id, sku_id, promised)"
    " SELECT rows.site_id, rows.client_id, rows.sku_id, rows.units FROM rows WHERE rows.units <= rows.at_most"
    " AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.site_id = rows.site_id AND p.client_id = rows.client_id"
    "  AND p.sku_id = rows.sku_id)",
)
_PROMISE_TAKE = Prepared(
    "UPDATE promise SET promised = promised - :units WHERE site_id = :site"
    " AND client_id = (SELECT client_id FROM sku WHERE id = :sku) AND sku_id = :sku"
)
_PENDING = Prepared(
    "SELECT t.client_id, t.sku_id, t.lot_id, t.units, t.from_id, t.to_id, t.kind,"
    " COALESCE((SELECT SUM(u.units) FROM transfer u WHERE u.pending_id = t.id), 0) AS settled"
    " FROM transfer t WHERE t.id = :id"
)


class Ledger:
    """The ledger within one transaction of the writer."""

    def __init__(self, connection: Connection, site_id: int, now_us: int) -> None:
        self._connection = connection
        self._site_id = site_id
        self._now_us = now_us
        self._end: tuple[int, bytes] | None = None
        """The last transfer's id and hash."""
        self._kinds: dict[int, str] = {}
        self.first_transfer: int | None = None
        self.last_transfer: int | None = None

    def mark(self) -> Mark:
        """Where the chain stands, before a savepoint that may be rolled back."""
        return self._end, self.first_transfer, self.last_transfer

    def forget(self, mark: Mark) -> None:
        """Go back to ``mark`` after its savepoint was rolled back."""
        self._end, self.first_transfer, self.last_transfer = mark
        self._kinds.clear()  # a place that was made meanwhile is gone, and its number may be given again

    def move(self, stock: StockKey, units: int, from_id: int, to_id: int, cause: Cause) -> int:
        """Move units that are not reserved; the transfer's id.

        Raises:
            ShortStock: fewer than ``units`` unreserved units lie at a physical ``from_id``.
        """
        self._take(stock, from_id, units, 0)
        self._add(stock, to_id, units, 0)
        return self._write("move", None, stock, units, from_id, to_id, cause)

    def reserve(self, stock: StockKey, units: int, from_id: int, to_id: int, cause: Cause) -> int:
        """Reserve units at ``from_id`` for a later move to ``to_id``; the reservation's id.

        Raises:
            ShortStock: fewer than ``units`` unreserved units lie there.
        """
        self._take(stock, from_id, 0, units)
        return self._write("reserve", None, stock, units, from_id, to_id, cause)

    def outstanding(self, pending_id: int) -> int:
        """Units of a reservation that are neither posted nor voided."""
        row = _PENDING(self._connection, {"id": pending_id}).one_or_none()
        return 0 if row is None else row.units - row.settled

    def post(self, pending_id: int, units: int, cause: Cause, *, to_id: int | None = None) -> int:
        """Make ``units`` of a reservation a movement, to its planned place or to ``to_id``; the transfer's id.

        What is not posted stays reserved until it is posted or voided.

        Raises:
            LedgerError: there is no such reservation, or less is outstanding.
        """
        stock, from_id, planned_to, _ = self._pending(pending_id, units)
        goal = planned_to if to_id is None else to_id
        self._take(stock, from_id, units, -units)
        self._add(stock, goal, units, 0)
        return self._write("post", pending_id, stock, units, from_id, goal, cause)

    def void(self, pending_id: int, cause: Cause, *, units: int | None = None) -> int:
        """Give up ``units`` (all by default) that a reservation still holds; how many were given up."""
        stock, from_id, to_id, left = self._pending(pending_id, 0)
        gone = left if units is None else units
        if gone > left:
            raise LedgerError(f"Reservation {pending_id}: expected at most {left} units to void, got {gone}.")
        if gone == 0:
            return 0
        self._take(stock, from_id, 0, -gone)
        self._write("void", pending_id, stock, gone, from_id, to_id, cause)
        return gone

    def on_hand(self, stock: StockKey, location_id: int) -> tuple[int, int]:
        """Units on hand and units reserved at one place."""
        row = _READ(self._connection, self._at(stock, location_id)).one_or_none()
        return (0, 0) if row is None else (row.on_hand, row.reserved)

    def promise(self, sku_id: int, units: int) -> None:
        """Promise units of a SKU, which is its client's, at this site to an order line (negative gives a promise back).

        Whether they are available is the caller's to decide within the same transaction.
        """
        if units == 0:
            return
        args = {"site": self._site_id, "sku": sku_id, "units": abs(units)}
        if units > 0:
            _PROMISE(self._connection, args)
        elif _PROMISE_TAKE(self._connection, args).rowcount != 1:
            raise LedgerError(f"SKU {sku_id}: {-units} promised units to give back, but none were promised.")

    def promise_each(self, client_id: int, wanted: Mapping[int, tuple[int, int]]) -> None:
        """Promise (units, how many units may be promised in all) of each of a client's SKUs.

        Raises:
            ShortStock: more has been promised of one than its asker knew of.
        """
        rows = [
            (self._site_id, client_id, sku_id, units, at_most)
            for sku_id, (units, at_most) in sorted(wanted.items())
            if units
        ]
        made = _PROMISE_MORE(self._connection, rows) if rows else 0
        if made < len(rows):
            made += _PROMISE_FIRST(self._connection, rows)
        if made < len(rows):
            raise ShortStock(f"Expected {len(rows)} SKUs to promise of, got {made}: another took the others' stock.")

    def _pending(self, pending_id: int, units: int) -> tuple[StockKey, int, int, int]:
        row = _PENDING(self._connection, {"id": pending_id}).one_or_none()
        if row is None or row.kind != "reserve":
            raise LedgerError(f"Expected a reservation, got transfer {pending_id}.")
        left = row.units - row.settled
        if units > left:
            raise LedgerError(f"Reservation {pending_id}: expected at most {left} units to post, got {units}.")
        return StockKey(row.client_id, row.sku_id, row.lot_id), row.from_id, row.to_id, left

    def _at(self, stock: StockKey, location_id: int) -> dict[str, int]:
        return {
            "site": self._site_id,
            "client": stock.client_id,
            "sku": stock.sku_id,
            "lot": stock.lot_id,
            "location": location_id,
        }

    def _take(self, stock: StockKey, location_id: int, units: int, reserve: int) -> None:
        args = self._at(stock, location_id) | {"on_hand": -units, "reserved": reserve}
        if self._kind(location_id) not in PHYSICAL_KINDS:
            _ADD(self._connection, args | {"physical": 0})
            return
        if _TAKE(self._connection, args).rowcount != 1:
            on_hand, reserved = self.on_hand(stock, location_id)
            raise ShortStock(
                f"SKU {stock.sku_id} at location {location_id}: expected {max(units, reserve)} units free,"
                f" got {on_hand} on hand of which {reserved} reserved."
            )

    def _add(self, stock: StockKey, location_id: int, units: int, reserve: int) -> None:
        physical = int(self._kind(location_id) in PHYSICAL_KINDS)
        args = self._at(stock, location_id) | {"on_hand": units, "reserved": reserve, "physical": physical}
        _ADD(self._connection, args)

    def _kind(self, location_id: int) -> str:
        kind = self._kinds.get(location_id)
        if kind is None:
            kind = self._kinds[location_id] = _KIND(self._connection, {"id": location_id}).one().kind
        return kind

    def _write(
        self, kind: str, pending_id: int | None, stock: StockKey, units: int, from_id: int, to_id: int, cause: Cause
    ) -> int:
        assert units > 0, f"a transfer of {units} units"
        if self._end is None:
            last = _LAST(self._connection).one_or_none()
            self._end = (0, CHAIN_START) if last is None else (last.id, last.chain)
        row: dict[str, object] = {
            "kind": kind,
            "pending_id": pending_id,
            "site_id": self._site_id,
            "client_id": stock.client_id,
            "sku_id": stock.sku_id,
            "lot_id": stock.lot_id,
            "units": units,
            "from_id": from_id,
            "to_id": to_id,
            "reason": cause.reason,
            "ref_kind": cause.ref_kind,
            "ref_id": cause.ref_id,
            "evidence_id": cause.evidence_id,
            "device": cause.device,
            "journal": cause.journal,
            "seq": cause.seq,
            "actor": cause.actor,
            "occurred_us": cause.occurred_us or self._now_us,
            "recorded_us": self._now_us,
        }
        written, chain = self._end[0] + 1, chain_link(self._end[1], row)
        _INSERT(self._connection, row | {"id": written, "chain": chain})
        self._end = (written, chain)
        self.first_transfer = self.first_transfer or written
        self.last_transfer = written
        return written
