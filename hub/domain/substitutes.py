"""Substitutes: what is sent instead of an item that is short, where the order's line accepts one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.domain.ordered_line import OrderedLine


def with_substitutes(
    lines: Sequence[OrderedLine], free: Mapping[str, int], substitutes: Mapping[str, Sequence[str]]
) -> tuple[tuple[OrderedLine, ...], dict[int, str]]:
    """Lines in which substitutes stand for units that nothing is free of; and, by number, what such a line is for.

    Each line first has what is free of its own item: no line's own item is taken for another's substitute. A line that
    keeps no unit becomes one of its substitute; else further lines stand at the end.

    Args:
        lines: As they were ordered.
        free: Units that may be promised, by SKU.
        substitutes: What may be sent instead, by SKU, the best first.

    >>> order = [OrderedLine(sku="A", units=5, substitute=True), OrderedLine(sku="B", units=1)]
    >>> fitted, instead = with_substitutes(order, {"A": 2, "B": 3, "C": 9}, {"A": ["B", "C"]})
    >>> [(line.sku, line.units) for line in fitted], instead
    ([('A', 2), ('B', 1), ('B', 2), ('C', 1)], {3: 'A', 4: 'A'})
    """
    left = dict(free)
    lacking: list[int] = []
    for line in lines:
        have = min(line.units, left.get(line.sku, 0))
        left[line.sku] = left.get(line.sku, 0) - have
        lacking.append(line.units - have)
    fitted = list(lines)
    instead: dict[int, str] = {}
    for place, line in enumerate(lines):
        for other in substitutes.get(line.sku, ()) if line.substitute else ():
            units = min(lacking[place], left.get(other, 0))
            if units <= 0:
                continue
            left[other] -= units
            lacking[place] -= units
            sent = OrderedLine(sku=other, units=units, price_minor=line.price_minor)
            if fitted[place].units == units and fitted[place].sku == line.sku:
                fitted[place] = sent
                instead[place + 1] = line.sku
            else:
                fitted[place] = replace(fitted[place], units=fitted[place].units - units)
                fitted.append(sent)
                instead[len(fitted)] = line.sku
    return tuple(fitted), instead
