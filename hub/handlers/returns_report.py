"""The report on returns: by SKU, with those marked that come back far more often than their supplier's others."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection

from hub.domain.return_rates import is_marked
from hub.handlers.policy import Policy
from hub.storage import return_figures
from hub.storage.return_figures import Counted, SkuFigures


@dataclass(frozen=True, kw_only=True)
class SkuReport:
    """One SKU's row."""

    figures: SkuFigures
    marked: bool
    """Whether it comes back far more often than the other SKUs of its supplier."""

    @property
    def rate_permille(self) -> int:
        """Of the lines that were shipped, those that came back."""
        return 1000 * self.figures.returned_lines // self.figures.shipped_lines if self.figures.shipped_lines else 0


@dataclass(frozen=True, kw_only=True)
class ReturnsReport:
    """The whole report."""

    skus: tuple[SkuReport, ...]
    """Of which something came back."""
    reasons: tuple[tuple[str, Counted], ...]
    """(in words, units)."""
    grades: tuple[Counted, ...]
    shipped_units: int
    returned_units: int
    credited_minor: int
    scrap_minor: int


def returns_report(
    connection: Connection, policy: Policy, *, since_us: int, until_us: int, client_id: int = 0
) -> ReturnsReport:
    """What came back in a period, UTC microseconds; ``client_id`` 0: of all clients."""
    period = {"since_us": since_us, "until_us": until_us, "client_id": client_id}
    rows = return_figures.by_sku(connection, **period)
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        lines[row.supplier][0] += row.returned_lines
        lines[row.supplier][1] += row.shipped_lines
    skus = []
    for row in rows:
        returned, shipped = lines[row.supplier]
        others = (returned - row.returned_lines, shipped - row.shipped_lines)
        marked = is_marked(row.returned_lines, row.shipped_lines, *others)
        skus.append(SkuReport(figures=row, marked=marked))
    reasons = return_figures.by_reason(connection, **period)
    return ReturnsReport(
        skus=tuple(one for one in skus if one.figures.returned_units),
        reasons=tuple((policy.returns.reason(one.name).words, one) for one in reasons),
        grades=tuple(return_figures.by_grade(connection, **period)),
        shipped_units=sum(row.shipped_units for row in rows),
        returned_units=sum(row.returned_units for row in rows),
        credited_minor=sum(row.credited_minor for row in rows),
        scrap_minor=sum(row.scrap_minor for row in rows),
    )
