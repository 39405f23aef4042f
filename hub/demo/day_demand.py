"""What a day's orders ask of each SKU: the ground for the demo's catalogue and stock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hub.domain.order_file import FileLine, FileOrder

DESCRIPTION_CHARS_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One SKU's day."""

    sku: str
    description: str
    """As on its first line that has one."""
    units: int
    lines: int
    price_minor: int
    """The price most lines ask; the lowest of several."""


def demand_of(orders: Iterable[FileOrder]) -> tuple[Demand, ...]:
    """Each SKU's day, most popular first: by lines, then units, then SKU."""
    lines: dict[str, list[FileLine]] = {}
    for order in orders:
        for line in order.lines:
            lines.setdefault(line.sku, []).append(line)
    demands = [
        Demand(
            sku=sku,
            description=next((line.description for line in own if line.description), sku)[:DESCRIPTION_CHARS_MAX],
            units=sum(line.units for line in own),
            lines=len(own),
            price_minor=_usual_price(own),
        )
        for sku, own in lines.items()
    ]
    return tuple(sorted(demands, key=lambda d: (-d.lines, -d.units, d.sku)))


def _usual_price(lines: Iterable[FileLine]) -> int:
    prices = Counter(line.price_minor for line in lines)
    return min(prices, key=lambda price: (-prices[price], price))
