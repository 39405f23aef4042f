"""Evidence: what was seen when stock moved."""

from hub.storage.tables import evidence
from hub.storage.transaction import Tx


def weigh_evidence(
    tx: Tx,
    *,
    by: str,
    before_mg: int | None = None,
    after_mg: int | None = None,
    units_weighed: int | None = None,
    symbol: str | None = None,
) -> int:
    """Write down what was seen; the row's id. ``by``: button, weight, symbol, or unsure."""
    result = tx.connection.execute(
        evidence.insert().values(
            by=by, before_mg=before_mg, after_mg=after_mg, units_weighed=units_weighed, symbol=symbol
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]
