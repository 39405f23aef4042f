"""The ledger as a table that anyone can read."""

import csv
from pathlib import Path

from sqlalchemy import Connection, text

COLUMNS = (
    "transfer_id", "kind", "pending_id", "site", "client", "sku", "lot", "units", "from", "to", "reason", "ref_kind",
    "ref_id", "device", "journal", "seq", "occurred", "recorded",
)  # fmt: skip


def export_ledger(connection: Connection, path: Path) -> int:
    """Write every transfer to a CSV file, times as UTC microseconds; how many there were."""
    rows = connection.execute(
        text(
            "SELECT t.id, t.kind, t.pending_id, si.name, c.name, s.code, l.code, t.units, f.name, g.name, t.reason,"
            " t.ref_kind, t.ref_id, t.device, t.journal, t.seq, t.occurred_us, t.recorded_us FROM transfer t"
            " JOIN site si ON si.id = t.site_id JOIN client c ON c.id = t.client_id JOIN sku s ON s.id = t.sku_id"
            " JOIN lot l ON l.id = t.lot_id JOIN location f ON f.id = t.from_id JOIN location g ON g.id = t.to_id"
            " ORDER BY t.id"
        )
    )
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(["" if value is None else value for value in row])
            count += 1
    return count
