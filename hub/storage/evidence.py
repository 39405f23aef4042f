"""Evidence: what was seen when stock moved."""

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx

_INSERT = Prepared(
    "INSERT INTO evidence (by, before_mg, after_mg, units_weighed, symbol, picture, operator)"
    " VALUES (:by, :before, :after, :units, :symbol, :picture, :operator) RETURNING id"
)


def weigh_evidence(
    tx: Tx,
    *,
    by: str,
    before_mg: int | None = None,
    after_mg: int | None = None,
    units_weighed: int | None = None,
    symbol: str | None = None,
    picture: str = "",
    operator: str | None = None,
) -> int:
    """Write down what was seen; the row's id. ``by``: button, weight, symbol, unsure, paper, person,
    supplier, or undone;
    ``picture``: STATION/ID; ``operator``: who said it, where no station did."""
    values = {"by": by, "before": before_mg, "after": after_mg, "units": units_weighed, "symbol": symbol}
    values |= {"picture": picture or None, "operator": operator}
    return int(_INSERT(tx.connection, values).scalar())
