"""``[materials]`` of ``cartons.toml``: which SKUs packing uses up, and how much of one a unit is."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from edge.contract.strict import Strict
from hub.site.buying import Positive

if TYPE_CHECKING:
    from hub.site.catalogue import Catalogue


class UsedUp(Strict, frozen=True, kw_only=True):
    """SKUs of ``items.csv`` with ``material`` 1; an empty one is not counted."""

    label: str = ""
    """One goes on each parcel."""
    tape: str = ""
    tape_unit_mm: Positive = 1_000
    """So much is one unit: 66000 where rolls of 66 m are counted."""
    dunnage: str = ""
    dunnage_unit_ml: Positive = 1_000
    """So much room one unit fills."""


def material_faults(directory: Path, catalogue: "Catalogue") -> Iterator[str]:
    """What does not fit together about materials, one sentence each."""
    path, used = directory / "cartons.toml", catalogue.materials
    named = [(f"carton {kind.name}: material", kind.material) for kind in catalogue.cartons]
    named += [(f"materials: {name}", getattr(used, name)) for name in ("label", "tape", "dunnage")]
    for where, sku in named:
        if sku and (sku not in catalogue.items or not catalogue.items[sku].material):
            yield f"{path}: {where}: expected an SKU of items.csv with material 1, got '{sku}'."
    for stock in catalogue.bins:
        if stock.sku in catalogue.items and catalogue.items[stock.sku].material:
            yield (
                f"{directory / 'bins.csv'}: bin {stock.bin}: sku: expected goods, got the packing material"
                f" '{stock.sku}', which lies at the pack benches."
            )
