"""One line of an order, as a shop sends it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """One line as the shop sent it: an SKU, or a kit under its code."""

    sku: str
    units: int
    price_minor: int = 0
    substitute: bool = field(default=False, repr=False)
    """Whether another item may be sent instead, as far as this one is short."""

    def __repr__(self) -> str:
        """Part of an order's digest: it must stay as it is."""
        return f"OrderedLine(sku={self.sku!r}, units={self.units!r}, price_minor={self.price_minor!r})"
