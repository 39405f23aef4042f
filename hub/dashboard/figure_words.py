"""Figures as they are written: a value, and the two numbers that it is made of."""

from hub.dashboard.wording import money_text
from hub.domain.metrics import Definition, Measured, PartUnit, Unit

HOUR_MIN, DAY_MIN = 60, 1440
HOUR_US = 3_600_000_000
NOT_KNOWN = "–"


def value_text(value: float | None, unit: Unit, currency: str) -> str:
    """A figure in its unit; a dash where there is none.

    >>> [value_text(0.9201, "percent", "GBP"), value_text(1.0, "percent", "GBP"), value_text(90, "minutes", "GBP")]
    ['92.0 %', '100 %', '1.5 h']
    """
    if value is None:
        return NOT_KNOWN
    if unit == "percent":
        return "100 %" if value == 1 else "0 %" if value == 0 else f"{value * 100:.1f} %"
    if unit == "money":
        return money_text(round(value), currency)
    if unit == "minutes":
        return span_text(value)
    return {
        "days": f"{value:.1f} d" if value < 100 else f"{value:,.0f} d",
        "per_hour": f"{value:.0f} / h",
    }.get(unit, f"{value:.2f}" if value < 100 else f"{value:,.0f}")


def span_text(minutes: float) -> str:
    """A span of time in the unit in which one thinks of it.

    >>> span_text(34.2), span_text(312), span_text(4000)
    ('34 min', '5.2 h', '2.8 d')
    """
    if minutes < HOUR_MIN:
        return f"{minutes:.0f} min"
    return f"{minutes / HOUR_MIN:.1f} h" if minutes < 2 * DAY_MIN else f"{minutes / DAY_MIN:.1f} d"


def parts_text(one: Definition, found: Measured, currency: str) -> str:
    """What a figure is made of: ``611 of 664 lines that came``, ``41 parcels / 38 orders shipped``."""
    if not found.total.below:
        return "nothing to reckon it from yet"
    over = len(found.by_day) if one.key == "turns" else 1  # its sums over the days are of no use to anybody
    above, below = (
        _part_text(number / over, unit, currency)
        for number, unit in zip((found.total.above, found.total.below), one.part_units, strict=True)
    )
    first, second = one.parts
    if one.key == "cycle_time":
        return f"median of {above} of {below} orders shipped: those with all times"
    if one.unit != "percent":
        return f"{above} {first} / {below} {second}"
    return f"{above} of {below} {second}" if second.startswith(first) else f"{above} {first} of {below} {second}"


def _part_text(number: float, unit: PartUnit, currency: str) -> str:
    if unit == "minor":
        return money_text(round(number), currency)
    return f"{number / HOUR_US:,.1f}" if unit == "us" else f"{number:,.0f}"
