"""``kits.csv``: what is sold under one code and lies in the bins as several SKUs; a site without kits has none."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from edge.contract.site import BadSite
from hub.site.strict_csv import read_table
from hub.site.whose import ONE, Owned, Whose, key_of

Code = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$",
        description="at most 40 letters, digits and . _ / - that begin with a letter or digit",
    ),
]


class KitRow(Owned, frozen=True, kw_only=True):
    """One part of a kit."""

    kit: Code
    description: Annotated[str, msgspec.Meta(max_length=200)]
    sku: Code
    units: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class KitKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kit as the file has it."""

    description: str
    parts: dict[str, int]
    """Units in one kit by SKU, in the order of the file."""


def read_kits(path: Path, whose: Whose = ONE) -> dict[str, KitKind]:
    """The kits of a file, by code (:func:`hub.site.whose.key_of`); none if there is no such file. Raises: BadSite."""
    kits: dict[str, KitKind] = {}
    for line, row in whose.rows(path, read_table(path, KitRow)) if path.exists() else ():
        kit = kits.setdefault(key_of(row.client, row.kit), KitKind(description=row.description, parts={}))
        if kit.description != row.description:
            raise BadSite(
                f"{path}, line {line}: description: expected '{kit.description}', as on the first line of kit"
                f" {row.kit}, got '{row.description}'."
            )
        if row.sku in kit.parts:
            raise BadSite(f"{path}, line {line}: sku: expected each SKU of a kit once, got '{row.sku}' again.")
        kit.parts[row.sku] = row.units
    return kits


def kit_faults(path: Path, kits: Mapping[str, KitKind], skus: Collection[str]) -> Iterator[str]:
    """What the kits say that does not fit the SKUs, one sentence each."""
    for code, kit in kits.items():
        if code in skus:
            yield f"{path}: kit {code}: expected a code of its own, got that of an SKU of items.csv."
        for sku in kit.parts:
            if sku not in skus:
                yield f"{path}: kit {code}: sku: expected an SKU of items.csv, got '{sku}'."
