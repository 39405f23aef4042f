"""The invariants of the design on a database that is verified again and again: what was verified is not read again.

The full check (:mod:`hub.storage.verify`) reads the whole ledger each time, so that checking every day of a year costs
the square of its days. Here the ledger, the audit and the facts are read from where the last check ended, and the fold
is kept. What is compared with it stands in the database now, all of it: every balance that is not nothing.

Not seen here, but by the full check: a row of the ledger, the audit or the facts that was changed after it had been
verified; a line of an order that had shipped whole before the last check; the ``physical`` mark of an empty balance.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from hub.storage.ledger import CHAIN_COLUMNS, CHAIN_START, chain_link
from hub.storage.prepared import Prepared
from hub.storage.tables import PHYSICAL_KINDS, VIRTUAL_KINDS
from hub.storage.transaction import audit_link
from hub.storage.verify import CHECKS, Violation
from hub.storage.verify_drop_ship import CHECKS as DROP_SHIP_CHECKS
from hub.storage.verify_returns import RETURN_INVARIANTS

TOLD_MAX = 10
"""Violations that are named of each invariant."""
SMALL = (
    "cell_has_its_puts",
    "free_cell_is_empty",
    "cell_has_one_open_load",
    "cell_is_one_orders",
    "cart_is_somewhere",
    "one_replenishment_a_bin",
    "order_lines_add_up",
    "one_client",
    "one_open_purchase",
    "picked_has_tote",
    "closed_hold_holds_nothing",
    "held_is_covered",
    "whole_or_waiting",
    *DROP_SHIP_CHECKS,
    *RETURN_INVARIANTS,
    "consumed_is_counted",
)
"""Invariants that the full check's own query asks in time that a day can spare, however long the ledger is."""

_TRANSFERS = Prepared(f"SELECT id, chain, {', '.join(CHAIN_COLUMNS)} FROM transfer WHERE id > :after ORDER BY id")
_AUDIT = Prepared(
    "SELECT id, actor, action, ref, first_transfer, last_transfer, at_us, chain FROM audit"
    " WHERE id > :after ORDER BY id"
)
_FACTS = Prepared("SELECT id, device, journal, seq FROM fact WHERE id > :after AND state <> 'conflict' ORDER BY id")
_NEWEST_FACT = Prepared("SELECT COALESCE(MAX(id), 0) FROM fact")
_INBOX = Prepared("SELECT device, journal, watermark FROM inbox")
_PLACES = Prepared("SELECT id, kind FROM location WHERE id > :after")
_BALANCES = Prepared(
    "SELECT site_id, client_id, sku_id, lot_id, location_id, physical, on_hand, reserved FROM balance"
    " WHERE on_hand <> 0 OR reserved <> 0"
)
_HELD = Prepared("SELECT sku_id, SUM(units) AS units FROM cart_hold_line GROUP BY sku_id")
_PROMISES = Prepared("SELECT sku_id, SUM(promised) AS units FROM promise GROUP BY sku_id")
_LINES = Prepared(
    "SELECT sku_id, SUM(promised) AS promised, SUM(reserved) AS reserved, SUM(backordered) AS backordered"
    " FROM order_line WHERE promised > 0 OR reserved > 0 OR backordered > 0 GROUP BY sku_id"
)
_RECALLED = Prepared("SELECT sku_id, SUM(units) AS units FROM task WHERE state = 'recalled' GROUP BY sku_id")
_SHIPPED_LAST = Prepared("SELECT COALESCE(MAX(shipped_us), 0) FROM customer_order")
_RESERVED = Prepared(
    "SELECT l.id AS line, l.reserved, COALESCE(SUM(CASE WHEN t.state IN ('open', 'recalled') THEN t.units END), 0)"
    " AS lit, COALESCE(SUM(CASE WHEN t.state = 'done' THEN r.units - (SELECT COALESCE(SUM(u.units), 0)"
    " FROM transfer u WHERE u.pending_id = r.id) END), 0) AS owing FROM (SELECT id FROM customer_order"
    " WHERE shipped_us IS NULL UNION ALL SELECT id FROM customer_order WHERE shipped_us >= :since) o"
    " CROSS JOIN order_line l LEFT JOIN task t ON t.line_id = l.id LEFT JOIN transfer r ON r.id = t.reserve_id"
    " WHERE l.order_id = o.id GROUP BY l.id, l.reserved"
)


class OnwardVerifier:
    """Checks the invariants, each time from where it ended the time before.

    What it finds on a database that it has not seen is what :func:`hub.storage.verify.verify` finds.
    """

    def __init__(self) -> None:
        self._transfer = self._audit = self._fact = self._place = 0
        self._chain = self._audit_chain = CHAIN_START
        self._audited = 0
        """The last transfer that an audit entry names."""
        self._shipped_us = 0
        self._fold: dict[tuple[int, int, int, int, int], list[int]] = {}
        self._inside: dict[int, int] = {}
        """Units of each SKU received less shipped."""
        self._seqs: dict[tuple[str, str], int] = {}
        self._kinds: dict[int, str] = {}

    def verify(self, connection: Connection) -> dict[str, list[Violation]]:
        """Every invariant by name, with its violations (empty: it holds). At most ten are named each."""
        self._kinds.update((row.id, row.kind) for row in _PLACES(connection, {"after": self._place}))
        self._place = max(self._kinds, default=0)
        found = {name: list[Violation]() for name in CHECKS}

        def wrong(name: str, detail: str) -> None:
            if len(found[name]) < TOLD_MAX:
                found[name].append(Violation(invariant=name, detail=detail))

        self._read_ledger(connection, wrong)
        self._read_audit(connection, wrong)
        self._read_facts(connection, wrong)
        self._compare(connection, wrong)
        for row in _RESERVED(connection, {"since": self._shipped_us}):
            if row.reserved != row.lit + row.owing:
                wrong(
                    "reserved_has_task", f"line {row.line}: {row.reserved} reserved, {row.lit} lit, {row.owing} owing"
                )
        self._shipped_us = _SHIPPED_LAST(connection).scalar()
        for name in SMALL:
            found[name] = CHECKS[name](connection)[:TOLD_MAX]
        return found

    def _read_ledger(self, connection: Connection, wrong: Callable[[str, str], None]) -> None:
        """The chain goes on, and the fold takes in what is new."""
        for row in _TRANSFERS(connection, {"after": self._transfer}):
            self._transfer = row.id
            self._chain = chain_link(self._chain, row._asdict())
            if self._chain != bytes(row.chain):
                wrong("ledger_chain", f"transfer {row.id} was changed")
                self._chain = bytes(row.chain)
            key = (row.site_id, row.client_id, row.sku_id, row.lot_id)
            moves = row.kind in ("move", "post")
            self._add(
                key,
                row.from_id,
                -row.units if moves else 0,
                row.units if row.kind == "reserve" else -row.units if row.kind in ("post", "void", "expire") else 0,
            )
            if moves:
                self._add(key, row.to_id, row.units, 0)
                came = self._kinds[row.from_id] in VIRTUAL_KINDS
                went = self._kinds[row.to_id] in VIRTUAL_KINDS
                self._inside[row.sku_id] = self._inside.get(row.sku_id, 0) + row.units * (came - went)

    def _add(self, key: tuple[int, int, int, int], place: int, units: int, reserved: int) -> None:
        at = self._fold.setdefault((*key, place), [0, 0])
        at[0] += units
        at[1] += reserved
        if not any(at):
            del self._fold[(*key, place)]

    def _read_audit(self, connection: Connection, wrong: Callable[[str, str], None]) -> None:
        for row in _AUDIT(connection, {"after": self._audit}):
            self._audit = row.id
            self._audit_chain = audit_link(self._audit_chain, row._asdict())
            if self._audit_chain != bytes(row.chain):
                wrong("audit", f"audit entry {row.id} was changed")
                self._audit_chain = bytes(row.chain)
            if row.first_transfer is not None:
                if row.first_transfer != self._audited + 1:
                    wrong("audit", f"transfer {self._audited + 1} has no audit entry")
                self._audited = row.last_transfer
        if self._audited != self._transfer:
            wrong("audit", f"transfer {self._transfer} has no audit entry")

    def _read_facts(self, connection: Connection, wrong: Callable[[str, str], None]) -> None:
        for row in _FACTS(connection, {"after": self._fact}):
            key = (row.device, row.journal)
            expected = self._seqs.get(key, 0) + 1
            if 1 <= row.seq < expected:
                wrong("applied_once", f"{row.device} {row.journal} {row.seq}: more than once")
            if row.seq != expected:
                wrong("no_gap", f"{row.device} {row.journal}: expected {expected}, got {row.seq}")
            self._seqs[key] = max(row.seq, expected - 1)
        self._fact = _NEWEST_FACT(connection).scalar()
        marks = {(row.device, row.journal): row.watermark for row in _INBOX(connection)}
        for key in marks.keys() | self._seqs.keys():
            if marks.get(key) != self._seqs.get(key, 0):
                wrong("no_gap", f"{key[0]} {key[1]}: watermark {marks.get(key)}, facts up to {self._seqs.get(key, 0)}")

    def _compare(self, connection: Connection, wrong: Callable[[str, str], None]) -> None:
        """Balances with the fold, and promises and reservations with the lines that they are for."""
        left = dict(self._fold)
        sums: dict[tuple[int, int, int, int], int] = {}
        inside: dict[int, int] = {}
        free: dict[int, int] = {}
        reserved: dict[int, int] = {}
        for row in _BALANCES(connection):
            stock = (row.site_id, row.client_id, row.sku_id, row.lot_id)
            if left.pop((*stock, row.location_id), [0, 0]) != [row.on_hand, row.reserved]:
                wrong("balances_fold", f"{(*stock, row.location_id)}: {row.on_hand}, {row.reserved}")
            sums[stock] = sums.get(stock, 0) + row.on_hand
            reserved[row.sku_id] = reserved.get(row.sku_id, 0) + row.reserved
            is_physical = self._kinds[row.location_id] in PHYSICAL_KINDS
            if row.physical:
                inside[row.sku_id] = inside.get(row.sku_id, 0) + row.on_hand
                free[row.sku_id] = free.get(row.sku_id, 0) + row.on_hand - row.reserved
            if is_physical != bool(row.physical) or (is_physical and not 0 <= row.reserved <= row.on_hand):
                wrong("covered", f"{(*stock, row.location_id)}: {row.on_hand}, {row.reserved}, physical {row.physical}")
        for key in left:
            wrong("balances_fold", f"{key}: no balance")
        for stock, units in sums.items():
            if units:
                wrong("sum_is_zero", f"{stock}: {units}")
        for sku in self._inside.keys() | inside.keys():
            if self._inside.get(sku, 0) != inside.get(sku, 0):
                wrong(
                    "in_building", f"SKU {sku}: {self._inside.get(sku, 0)} by the ledger, {inside.get(sku, 0)} inside"
                )
        self._compare_lines(connection, free, reserved, wrong)

    @staticmethod
    def _compare_lines(
        connection: Connection, free: dict[int, int], reserved: dict[int, int], wrong: Callable[[str, str], None]
    ) -> None:
        held = _by_sku(_HELD(connection), "units")
        promised = _by_sku(_PROMISES(connection), "units")
        rows = list(_LINES(connection))
        lines = {name: _by_sku(rows, name) for name in ("promised", "reserved", "backordered")}
        recalled = _by_sku(_RECALLED(connection), "units")
        for sku in (
            promised.keys() | lines["promised"].keys() | lines["reserved"].keys() | reserved.keys() | held.keys()
        ):
            given, by_lines, carts = promised.get(sku, 0), lines["promised"].get(sku, 0), held.get(sku, 0)
            if given != by_lines + carts:
                wrong("promise_is_lines", f"SKU {sku}: {given} promised, {by_lines} by the lines, {carts} held")
            if given - free.get(sku, 0) > max(0, lines["backordered"].get(sku, 0)):
                wrong("promised_is_covered", f"SKU {sku}: {given} promised, {free.get(sku, 0)} free")
            at_bins, for_lines = reserved.get(sku, 0), lines["reserved"].get(sku, 0)
            if not at_bins <= for_lines <= at_bins + recalled.get(sku, 0):
                wrong("reserved_is_lines", f"SKU {sku}: {at_bins} reserved at bins, {for_lines} by the lines")


def _by_sku(rows: Iterable[Any], name: str) -> dict[int, int]:
    return {row.sku_id: int(getattr(row, name)) for row in rows}
