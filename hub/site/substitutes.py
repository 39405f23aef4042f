"""``substitutes.csv``: what may be sent instead of an item that is short; a site without substitutes has none."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from edge.contract.site import BadSite
from hub.site.kits import Code
from hub.site.strict_csv import read_table
from hub.site.whose import ONE, Owned, Whose, key_of


class SubstituteRow(Owned, frozen=True, kw_only=True):
    """One item that may be sent instead of another."""

    sku: Code
    substitute: Code


def read_substitutes(path: Path, whose: Whose = ONE) -> dict[str, tuple[str, ...]]:
    """What may be sent instead of each SKU, in the order of the file; nothing if there is none. Raises: BadSite."""
    found: dict[str, tuple[str, ...]] = {}
    for line, row in whose.rows(path, read_table(path, SubstituteRow)) if path.exists() else ():
        before = found.get(key_of(row.client, row.sku), ())
        if row.substitute in (row.sku, *before):
            raise BadSite(
                f"{path}, line {line}: substitute: expected another SKU than {row.sku}, each once, got"
                f" '{row.substitute}'."
            )
        found[key_of(row.client, row.sku)] = (*before, row.substitute)
    return found


def substitute_faults(path: Path, found: Mapping[str, tuple[str, ...]], skus: Collection[str]) -> Iterator[str]:
    """What the file says that does not fit the SKUs, one sentence each."""
    for sku, others in found.items():
        for column, code in (("sku", sku), *(("substitute", other) for other in others)):
            if code not in skus:
                yield f"{path}: {column}: expected an SKU of items.csv, got '{code}'."
