"""The invariants of the design, checked on the live database, each by one query or one fold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage.ledger import CHAIN_COLUMNS, CHAIN_START, chain_link
from hub.storage.tables import PHYSICAL_KINDS, VIRTUAL_KINDS
from hub.storage.transaction import audit_link
from hub.storage.verify_drop_ship import CHECKS as DROP_SHIP_CHECKS
from hub.storage.verify_returns import RETURN_INVARIANTS
from hub.storage.work_tables import LINE_STATES


@dataclass(frozen=True, kw_only=True)
class Violation:
    """An invariant that does not hold, and where."""

    invariant: str
    detail: str


def verify(connection: Connection) -> dict[str, list[Violation]]:
    """Every invariant by name, with its violations (empty: it holds). At most ten are named each."""
    return {name: check(connection)[:10] for name, check in CHECKS.items()}


def told(found: dict[str, list[Violation]]) -> dict[str, Any]:
    """What :func:`verify` found, as it is told: whether all hold, whether each does by name, violations in words."""
    return {
        "verified": not any(found.values()),
        "invariants": {name: not wrong for name, wrong in found.items()},
        "violations": [f"{v.invariant}: {v.detail}" for wrong in found.values() for v in wrong],
    }


def _rows(name: str, sql: str, where: str = "") -> Callable[[Connection], list[Violation]]:
    """An invariant whose query must find nothing (of what it says of each, nothing ``where`` that holds)."""
    if where:
        sql = f"SELECT * FROM ({sql}) each_one WHERE {where}"

    def check(connection: Connection) -> list[Violation]:
        found = connection.execute(text(sql)).mappings()
        return [Violation(invariant=name, detail=str(dict(row))) for row in found]

    return check


def _balances(connection: Connection) -> list[Violation]:
    """Every balance is the fold of the ledger."""
    fold: dict[tuple[int, int, int, int, int], list[int]] = {}

    def at(row: object, location: int) -> list[int]:
        key = (row.site_id, row.client_id, row.sku_id, row.lot_id, location)  # type: ignore[attr-defined]
        return fold.setdefault(key, [0, 0])

    for row in connection.execute(text("SELECT * FROM transfer ORDER BY id")):
        if row.kind in ("move", "post"):
            at(row, row.from_id)[0] -= row.units
            at(row, row.to_id)[0] += row.units
        if row.kind == "reserve":
            at(row, row.from_id)[1] += row.units
        elif row.kind in ("post", "void", "expire"):
            at(row, row.from_id)[1] -= row.units
    wrong = []
    for row in connection.execute(text("SELECT * FROM balance")):
        key = (row.site_id, row.client_id, row.sku_id, row.lot_id, row.location_id)
        if fold.pop(key, [0, 0]) != [row.on_hand, row.reserved]:
            wrong.append(Violation(invariant="balances_fold", detail=f"{key}: {row.on_hand}, {row.reserved}"))
    wrong += [Violation(invariant="balances_fold", detail=f"{key}: no balance") for key, v in fold.items() if any(v)]
    return wrong


def _chain(connection: Connection) -> list[Violation]:
    """The ledger's chain verifies."""
    before = CHAIN_START
    for row in connection.execute(text("SELECT * FROM transfer ORDER BY id")).mappings():
        before = chain_link(before, {name: row[name] for name in CHAIN_COLUMNS})
        if before != bytes(row["chain"]):
            return [Violation(invariant="ledger_chain", detail=f"transfer {row['id']} was changed")]
    return []


def _audit(connection: Connection) -> list[Violation]:
    """Each transfer belongs to one audit entry, and the audit's chain verifies."""
    before = CHAIN_START
    last = 0
    for row in connection.execute(text("SELECT * FROM audit ORDER BY id")).mappings():
        before = audit_link(before, dict(row))
        if before != bytes(row["chain"]):
            return [Violation(invariant="audit", detail=f"audit entry {row['id']} was changed")]
        if row["first_transfer"] is not None:
            if row["first_transfer"] != last + 1:
                return [Violation(invariant="audit", detail=f"transfer {last + 1} has no audit entry")]
            last = row["last_transfer"]
    end = connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM transfer")).scalar_one()
    return [] if end == last else [Violation(invariant="audit", detail=f"transfer {end} has no audit entry")]


_VIRTUAL = "(" + ", ".join(f"'{kind}'" for kind in VIRTUAL_KINDS) + ")"
_PHYSICAL = "(" + ", ".join(f"'{kind}'" for kind in PHYSICAL_KINDS) + ")"

CHECKS: dict[str, Callable[[Connection], list[Violation]]] = {
    "sum_is_zero": _rows(
        "sum_is_zero",
        "SELECT sku_id, lot_id, SUM(on_hand) AS units FROM balance GROUP BY site_id, client_id, sku_id, lot_id"
        " HAVING SUM(on_hand) <> 0",
    ),
    "one_replenishment_a_bin": _rows(
        "one_replenishment_a_bin",
        # a put that was taken back is lit again beside it: the take is asked back when it is needless then
        "SELECT r.bin_id, COUNT(*) AS open FROM replenishment r JOIN task t ON t.id = r.take_id"
        " WHERE t.state = 'open' GROUP BY r.bin_id HAVING COUNT(*) > 1",
    ),
    "in_building": _rows(
        "in_building",
        # sums are made once for all SKUs: asked for each of thousands, each would read all balances there ever were
        "SELECT m.sku_id, m.received_less_shipped, COALESCE(i.units, 0) AS inside FROM (SELECT t.sku_id,"
        "  SUM(CASE WHEN f.kind IN :virtual THEN t.units ELSE 0 END)"
        "  - SUM(CASE WHEN g.kind IN :virtual THEN t.units ELSE 0 END) AS received_less_shipped"
        "  FROM transfer t JOIN location f ON f.id = t.from_id JOIN location g ON g.id = t.to_id"
        "  WHERE t.kind IN ('move', 'post') GROUP BY t.sku_id) m LEFT JOIN (SELECT sku_id, SUM(on_hand) AS units"
        "  FROM balance WHERE physical = 1 GROUP BY sku_id) i ON i.sku_id = m.sku_id"
        " WHERE m.received_less_shipped <> COALESCE(i.units, 0)".replace(":virtual", _VIRTUAL),
    ),
    "balances_fold": _balances,
    "covered": _rows(
        "covered",
        "SELECT b.sku_id, l.name, b.on_hand, b.reserved, b.physical FROM balance b JOIN location l"
        f" ON l.id = b.location_id WHERE b.physical <> CASE WHEN l.kind IN {_PHYSICAL} THEN 1 ELSE 0 END"
        f" OR (l.kind IN {_PHYSICAL} AND (b.on_hand < 0 OR b.reserved < 0 OR b.reserved > b.on_hand))",
    ),
    "promised_is_covered": _rows(
        "promised_is_covered",
        "SELECT p.sku_id, p.promised, COALESCE(h.free, 0) AS free, COALESCE(b.units, 0) AS backordered"
        " FROM promise p LEFT JOIN (SELECT b.sku_id, SUM(b.on_hand - b.reserved) AS free FROM balance b"
        " WHERE b.physical = 1 GROUP BY b.sku_id) h ON h.sku_id = p.sku_id"
        " LEFT JOIN (SELECT sku_id, SUM(backordered) AS units FROM order_line GROUP BY sku_id) b ON b.sku_id = p.sku_id"
        " WHERE p.promised > COALESCE(h.free, 0) AND p.promised - COALESCE(h.free, 0) > COALESCE(b.units, 0)",
    ),
    "promise_is_lines": _rows(
        "promise_is_lines",
        "SELECT s.id AS sku_id, COALESCE(p.units, 0) AS promised, COALESCE(l.units, 0) AS lines,"
        " COALESCE(h.units, 0) AS held FROM sku s"
        " LEFT JOIN (SELECT sku_id, SUM(promised) AS units FROM promise GROUP BY sku_id) p ON p.sku_id = s.id"
        " LEFT JOIN (SELECT sku_id, SUM(promised) AS units FROM order_line GROUP BY sku_id) l ON l.sku_id = s.id"
        " LEFT JOIN (SELECT sku_id, SUM(units) AS units FROM cart_hold_line GROUP BY sku_id) h ON h.sku_id = s.id"
        " WHERE COALESCE(p.units, 0) <> COALESCE(l.units, 0) + COALESCE(h.units, 0)",
    ),
    "closed_hold_holds_nothing": _rows(
        "closed_hold_holds_nothing",
        "SELECT h.public, h.state, l.sku_id, l.units FROM cart_hold h JOIN cart_hold_line l ON l.hold_id = h.id"
        " WHERE h.state <> 'open' AND l.units <> 0",
    ),
    "held_is_covered": _rows(
        "held_is_covered",
        "SELECT c.sku_id, SUM(c.units) AS held, COALESCE(h.free, 0) AS free FROM cart_hold_line c"
        " LEFT JOIN (SELECT sku_id, SUM(on_hand - reserved) AS free FROM balance WHERE physical = 1 GROUP BY sku_id) h"
        " ON h.sku_id = c.sku_id WHERE c.units > 0 GROUP BY c.sku_id, h.free HAVING SUM(c.units) > COALESCE(h.free, 0)",
    ),
    "whole_or_waiting": _rows(
        "whole_or_waiting",
        "SELECT o.ref, SUM(l.promised) AS promised, SUM(l.backordered) AS backordered FROM customer_order o"
        " JOIN order_line l ON l.order_id = o.id WHERE o.ship_complete = 1 GROUP BY o.id, o.ref"
        " HAVING SUM(l.promised) > 0 AND SUM(l.backordered) > 0 AND SUM(l.reserved + l.picked + l.packed) = 0",
    ),
    "reserved_is_lines": _rows(
        "reserved_is_lines",
        "SELECT s.id AS sku_id, COALESCE(b.units, 0) AS balances, COALESCE(l.units, 0) AS lines,"
        " COALESCE(r.units, 0) AS recalled FROM sku s"
        " LEFT JOIN (SELECT sku_id, SUM(reserved) AS units FROM balance GROUP BY sku_id) b ON b.sku_id = s.id"
        " LEFT JOIN (SELECT sku_id, SUM(reserved) AS units FROM order_line GROUP BY sku_id) l ON l.sku_id = s.id"
        " LEFT JOIN (SELECT sku_id, SUM(units) AS units FROM task WHERE state = 'recalled' GROUP BY sku_id) r"
        " ON r.sku_id = s.id WHERE COALESCE(b.units, 0) > COALESCE(l.units, 0)"
        " OR COALESCE(l.units, 0) > COALESCE(b.units, 0) + COALESCE(r.units, 0)",
    ),
    "reserved_has_task": _rows(
        "reserved_has_task",
        "SELECT l.id AS line, l.reserved, (SELECT COALESCE(SUM(t.units), 0) FROM task t"
        " WHERE t.line_id = l.id AND t.state IN ('open', 'recalled')) AS lit, (SELECT COALESCE(SUM(r.units"
        " - (SELECT COALESCE(SUM(u.units), 0) FROM transfer u WHERE u.pending_id = r.id)), 0) FROM task t"
        " JOIN transfer r ON r.id = t.reserve_id WHERE t.line_id = l.id AND t.state = 'done') AS owing"
        " FROM order_line l",
        where="reserved <> lit + owing",
    ),
    "picked_has_tote": _rows(
        "picked_has_tote",
        "SELECT l.id AS line, l.picked FROM order_line l WHERE l.picked > 0 AND NOT EXISTS (SELECT 1 FROM task t"
        " JOIN tote_load o ON o.id = t.load_id WHERE t.line_id = l.id AND o.state <> 'packed')",
    ),
    "cell_has_its_puts": _rows(
        "cell_has_its_puts",
        "SELECT p.name, i.sku_id, COALESCE((SELECT SUM(b.on_hand) FROM balance b WHERE b.location_id = p.id"
        "  AND b.sku_id = i.sku_id), 0) AS there, SUM(i.units) AS put FROM (SELECT c.cell_id, t.sku_id,"
        "  CASE WHEN t.units_done > t.units THEN t.units ELSE t.units_done END AS units"
        "  FROM cell_load c JOIN cell_put u ON u.load_id = c.load_id JOIN task t ON t.id = u.task_id"
        "  AND t.state = 'done') i JOIN location p ON p.id = i.cell_id GROUP BY p.id, i.sku_id",
        where="there < put",
    ),
    "free_cell_is_empty": _rows(
        "free_cell_is_empty",
        "SELECT p.name, p.kind, b.sku_id, b.on_hand FROM location p JOIN balance b ON b.location_id = p.id"
        " AND b.on_hand > 0 WHERE p.kind = 'cell' AND NOT EXISTS (SELECT 1 FROM cell_load c WHERE c.cell_id = p.id)",
    ),
    "cell_has_one_open_load": _rows(
        "cell_has_one_open_load",
        "SELECT p.name, p.kind, l.id AS load, l.state FROM cell_load c JOIN location p ON p.id = c.cell_id"
        " JOIN tote_load l ON l.id = c.load_id WHERE p.kind <> 'cell' OR l.state NOT IN ('delivered', 'packing')",
    ),
    "cell_is_one_orders": _rows(
        "cell_is_one_orders",
        "SELECT p.name, COUNT(DISTINCT l.order_id) AS orders FROM cell_load c JOIN location p ON p.id = c.cell_id"
        " JOIN tote_load l ON l.id = c.load_id GROUP BY p.id, p.name HAVING COUNT(DISTINCT l.order_id) > 1",
    ),
    "cart_is_somewhere": _rows(
        "cart_is_somewhere",
        # the first of the two is what the index of carts in use is of
        "SELECT b.id, b.cart, b.operator_id, (SELECT COUNT(*) FROM leg g WHERE g.batch_id = b.id"
        "  AND (g.state = 'offered' AND b.operator_id IS NULL OR g.state = 'picking'"
        "   AND g.operator_id = b.operator_id)) AS places,"
        " (SELECT COUNT(*) FROM leg g JOIN leg_task k ON k.leg_id = g.id JOIN task t ON t.id = k.task_id"
        "  AND t.state = 'open' WHERE g.batch_id = b.id AND g.state = 'done') AS passed"
        " FROM batch b WHERE b.state IN ('induct', 'picking') AND b.state = 'picking'"
        " AND EXISTS (SELECT 1 FROM leg g WHERE g.batch_id = b.id)",
        where="places <> 1 OR passed > 0",
    ),
    "order_lines_add_up": _rows(
        "order_lines_add_up",
        f"SELECT id, ordered, {', '.join(LINE_STATES)} FROM order_line"
        f" WHERE ordered <> {' + '.join(LINE_STATES)} OR {' OR '.join(f'{state} < 0' for state in LINE_STATES)}",
    ),
    "applied_once": _rows(
        "applied_once",
        "SELECT device, journal, seq, COUNT(*) AS times FROM fact WHERE state <> 'conflict'"
        " GROUP BY device, journal, seq HAVING COUNT(*) > 1",
    ),
    "no_gap": _rows(
        "no_gap",
        "SELECT i.device, i.journal, i.watermark, COUNT(f.id) AS facts, MIN(f.seq) AS first, MAX(f.seq) AS last"
        " FROM inbox i LEFT JOIN fact f ON f.device = i.device AND f.journal = i.journal AND f.state <> 'conflict'"
        " GROUP BY i.device, i.journal, i.watermark HAVING COUNT(f.id) <> i.watermark"
        " OR COALESCE(MIN(f.seq), 1) <> 1 OR COALESCE(MAX(f.seq), 0) <> i.watermark"
        " UNION ALL SELECT f.device, f.journal, NULL, COUNT(*), MIN(f.seq), MAX(f.seq) FROM fact f WHERE NOT EXISTS"
        " (SELECT 1 FROM inbox i WHERE i.device = f.device AND i.journal = f.journal) GROUP BY f.device, f.journal",
    ),
    "one_open_purchase": _rows(
        "one_open_purchase",
        "SELECT sku_id, COUNT(*) AS lines FROM purchase_order_line WHERE open = 1 GROUP BY sku_id HAVING COUNT(*) > 1",
    ),
    "one_client": _rows(
        "one_client",
        # what is stored, promised, ordered, held and bought together is of one client
        "SELECT 'balance' AS what, b.sku_id, b.client_id FROM balance b JOIN sku s ON s.id = b.sku_id"
        "  AND s.client_id <> b.client_id"
        " UNION ALL SELECT 'promise', p.sku_id, p.client_id FROM promise p JOIN sku s ON s.id = p.sku_id"
        "  AND s.client_id <> p.client_id"
        " UNION ALL SELECT 'order_line', l.sku_id, o.client_id FROM order_line l JOIN customer_order o"
        "  ON o.id = l.order_id JOIN sku s ON s.id = l.sku_id AND s.client_id <> o.client_id"
        " UNION ALL SELECT 'cart_hold_line', l.sku_id, h.client_id FROM cart_hold_line l JOIN cart_hold h"
        "  ON h.id = l.hold_id JOIN sku s ON s.id = l.sku_id AND s.client_id <> h.client_id"
        " UNION ALL SELECT 'purchase_order_line', MIN(l.sku_id), MIN(s.client_id) FROM purchase_order_line l"
        "  JOIN sku s ON s.id = l.sku_id GROUP BY l.purchase_order_id HAVING MIN(s.client_id) <> MAX(s.client_id)",
    ),
    **{name: _rows(name, sql) for name, sql in DROP_SHIP_CHECKS.items()},
    **{name: _rows(name, sql) for name, sql in RETURN_INVARIANTS.items()},
    "consumed_is_counted": _rows(
        "consumed_is_counted",
        "SELECT u.sku_id, SUM(u.units) AS off FROM (SELECT b.sku_id, b.on_hand AS units FROM balance b"
        " JOIN location l ON l.id = b.location_id AND l.name = 'consumed'"
        " UNION ALL SELECT sku_id, -units FROM material_day) u GROUP BY u.sku_id HAVING SUM(u.units) <> 0",
    ),
    "ledger_chain": _chain,
    "audit": _audit,
}
"""The invariants by name."""
