"""Which lines of an order change, and how, for it to have the units of each SKU that its shop says it has now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """A line as it stands."""

    line: int
    sku: str
    units: int
    """Ordered and not cancelled."""
    fixed: int
    """Of them on carts, in parcels or gone."""


def fit_lines(lines: Sequence[OpenLine], wanted: Mapping[str, int]) -> dict[int, int]:
    """New units by line, for the lines that change. SKUs without a line are left to the caller.

    More units go to the SKU's first line. Fewer are taken from its last lines first, as far as they wait; what cannot
    be taken so is asked of its first line all the same, that it is refused in words.

    >>> two = [OpenLine(line=1, sku="A", units=3, fixed=3), OpenLine(line=2, sku="A", units=2, fixed=1)]
    >>> fit_lines(two, {"A": 4}), fit_lines(two, {"A": 7}), fit_lines(two, {})
    ({2: 1}, {1: 5}, {2: 1, 1: 0})
    """
    found: dict[int, int] = {}
    for sku in dict.fromkeys(line.sku for line in lines):
        own = [line for line in lines if line.sku == sku]
        lacking = wanted.get(sku, 0) - sum(line.units for line in own)
        for line in reversed(own) if lacking < 0 else ():
            taken = min(line.units - line.fixed, -lacking)
            if taken:
                found[line.line] = line.units - taken
                lacking += taken
        if lacking:
            found[own[0].line] = found.get(own[0].line, own[0].units) + lacking
    return {line: max(0, units) for line, units in found.items()}
