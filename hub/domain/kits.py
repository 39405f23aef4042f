"""Kits: what is sold under one code and lies in the bins as several SKUs. An order's kit becomes lines of its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.domain.ordered_line import OrderedLine


@dataclass(frozen=True, kw_only=True)
class Kit:
    """A kit of the catalogue."""

    id: int
    code: str
    parts: tuple[tuple[str, int], ...]
    """(SKU, units in one kit)."""


@dataclass(frozen=True, kw_only=True)
class SoldKit:
    """A kit that was ordered, and the lines that it became."""

    kit_id: int
    units: int
    price_minor: int
    parts: tuple[tuple[int, int], ...]
    """(number of the line, units in one kit)."""


def explode(
    lines: Sequence[OrderedLine], kits: Mapping[str, Kit], *, first: int = 1
) -> tuple[tuple[OrderedLine, ...], tuple[SoldKit, ...]]:
    """Lines of SKUs only, a kit's parts in its place without a price of their own; and the kits.

    Args:
        lines: As they were ordered.
        kits: By code.
        first: The number of the first line.

    >>> gift = Kit(id=7, code="GIFT", parts=(("CUP", 1), ("TEA", 2)))
    >>> lines, sold = explode([OrderedLine(sku="GIFT", units=3, price_minor=500)], {"GIFT": gift})
    >>> [(line.sku, line.units) for line in lines], sold[0].parts
    ([('CUP', 3), ('TEA', 6)], ((1, 1), (2, 2)))
    """
    plain: list[OrderedLine] = []
    sold: list[SoldKit] = []
    for line in lines:
        kit = kits.get(line.sku)
        if kit is None:
            plain.append(line)
            continue
        numbers = range(first + len(plain), first + len(plain) + len(kit.parts))
        parts = tuple((number, each) for number, (_, each) in zip(numbers, kit.parts, strict=True))
        plain += [OrderedLine(sku=sku, units=line.units * each) for sku, each in kit.parts]
        sold.append(SoldKit(kit_id=kit.id, units=line.units, price_minor=line.price_minor, parts=parts))
    return tuple(plain), tuple(sold)
