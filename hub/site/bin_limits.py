"""``bin_limits.csv``: what fits into a bin and may lie there, whether it is reserve, and how full others are kept from
there; a site that does not say it has bins of any size, and picks from all of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from edge.contract.site import BadSite
from edge.contract.strict import Strict
from hub.site.buying import Positive
from hub.site.strict_csv import read_table


class BinLimit(Strict, frozen=True, kw_only=True):
    """One bin; an empty cell says nothing of it."""

    bin: str
    volume_ml: Positive | None = None
    load_max_mg: Positive | None = None
    dangerous: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    """1: dangerous goods may lie there."""
    reserve: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    """1: no order is picked there; it fills up the bins that orders are picked from."""
    min_units: Positive | None = None
    """With fewer units to come it is filled up from reserve."""
    max_units: Positive | None = None
    """Up to so many."""

    def fault(self) -> str:
        """What does not fit together; empty: it does."""
        if (self.min_units is None) != (self.max_units is None):
            return "min_units, max_units: expected both of them or none."
        if self.min_units is None or self.max_units is None:
            return ""
        if self.reserve:
            return "min_units: expected none for a reserve bin, which fills up others."
        if self.min_units > self.max_units:
            return f"min_units: expected at most max_units {self.max_units}, got {self.min_units}."
        return ""


def read_bin_limits(path: Path) -> dict[str, BinLimit]:
    """The limits of each bin; nothing if there is no file. Raises: BadSite."""
    found: dict[str, BinLimit] = {}
    for line, row in read_table(path, BinLimit) if path.exists() else ():
        if row.bin in found:
            raise BadSite(f"{path}, line {line}: bin: expected each bin once, got '{row.bin}' again.")
        if fault := row.fault():
            raise BadSite(f"{path}, line {line}: {fault}")
        found[row.bin] = row
    return found


def bin_limit_faults(
    path: Path, limits: Mapping[str, BinLimit], bins: Collection[str], homes: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """What the file says that does not fit the stations, one sentence each.

    ``homes``: (SKU, bin) of the catalogue.
    """
    picked_at: dict[str, bool] = {}
    for sku, name in homes:
        picked_at[sku] = picked_at.get(sku, False) or name not in limits or not limits[name].reserve
    for sku, is_picked in picked_at.items():
        if not is_picked:
            yield f"{path}: SKU {sku}: expected a bin that orders are picked from, all of its bins are reserve."
    for name in limits:
        if name not in bins:
            yield f"{path}: bin {name}: expected a bin of a bay in stations/, there is none of that name."
