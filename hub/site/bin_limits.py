"""``bin_limits.csv``: what fits into a bin and may lie there, and which bins are cross-dock lanes; a site that does not
say it has bins of any size, and no lane."""

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
    lane: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    """1: a cross-dock lane, for what orders wait for: no SKU is at home there."""


def read_bin_limits(path: Path) -> dict[str, BinLimit]:
    """The limits of each bin; nothing if there is no file. Raises: BadSite."""
    found: dict[str, BinLimit] = {}
    for line, row in read_table(path, BinLimit) if path.exists() else ():
        if row.bin in found:
            raise BadSite(f"{path}, line {line}: bin: expected each bin once, got '{row.bin}' again.")
        found[row.bin] = row
    return found


def bin_limit_faults(
    path: Path, limits: Mapping[str, BinLimit], bins: Mapping[str, Bin], homes: Collection[str]
) -> Iterator[str]:
    """What the file says that does not fit the stations or ``bins.csv``, one sentence each.

    Args:
        bins: The bins of bays, by name.
        homes: Those that ``bins.csv`` gives to an SKU.
    """
    for name, limit in limits.items():
        if name not in bins:
            yield f"{path}: bin {name}: expected a bin of a bay in stations/, there is none of that name."
        elif limit.lane and name in homes:
            yield f"{path}: bin {name}: lane: expected a bin of no SKU, bins.csv gives it to one."
        elif limit.lane and bins[name].channel is not None:
            yield (
                f"{path}: bin {name}: lane: expected a bin without a scale, it has channel {bins[name].channel}:"
                " what is carried from a lane to the shelf is taken from an unlit bin."
            )
