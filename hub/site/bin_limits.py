"""``bin_limits.csv``: what fits into a bin and may lie there, whether it is reserve, how full others are kept from
there, and which bins are cross-dock lanes. A site that does not say it has bins of any size, picks from all of them,
and has no lane."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from edge.contract.site import BadSite, Bin
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
    lane: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    """1: a cross-dock lane, for what orders wait for: no SKU is at home there."""

    def fault(self) -> str:
        """What does not fit together; empty: it does."""
        if self.lane and (self.reserve or self.min_units is not None or self.max_units is not None):
            return "lane: expected no reserve, min_units or max_units beside it: no SKU is at home in a lane."
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
    path: Path, limits: Mapping[str, BinLimit], bins: Mapping[str, Bin], homes: Collection[tuple[str, str]]
) -> Iterator[str]:
    """What the file says that does not fit the stations or ``bins.csv``, one sentence each.

    Args:
        bins: The bins of bays, by name.
        homes: (SKU, bin) of the catalogue.
    """
    picked_at: dict[str, bool] = {}
    for sku, name in homes:
        picked_at[sku] = picked_at.get(sku, False) or name not in limits or not limits[name].reserve
    for sku, is_picked in picked_at.items():
        if not is_picked:
            yield f"{path}: SKU {sku}: expected a bin that orders are picked from, all of its bins are reserve."
    given = {name for _, name in homes}
    for name, limit in limits.items():
        if name not in bins:
            yield f"{path}: bin {name}: expected a bin of a bay in stations/, there is none of that name."
        elif limit.lane and name in given:
            yield f"{path}: bin {name}: lane: expected a bin of no SKU, bins.csv gives it to one."
        elif limit.lane and bins[name].channel is not None:
            yield (
                f"{path}: bin {name}: lane: expected a bin without a scale, it has channel {bins[name].channel}:"
                " what is carried from a lane to the shelf is taken from an unlit bin."
            )
