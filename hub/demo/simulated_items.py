"""Simulated: what the order file does not tell of an SKU. A seeded rule gives it a GTIN, weight, size and supplier.

The same seed and SKU give the same draws on any day; the price and what a bin must carry shape the weight.
"""

import math
import random
from collections.abc import Sequence

from hub.demo.day_demand import Demand
from hub.demo.opening_stock import Stock
from hub.domain.gtin import check_digit
from hub.site.catalogue import Item

GTIN_PREFIX = "20"
"""GS1 prefixes 200 to 299 are for restricted circulation: no real product carries them.

Source: GS1 General Specifications, section 1.4 (restricted circulation numbers).
"""
WEIGHT_AT_ONE_POUND_MG = 60_000
"""Median weight of what costs 1.00."""
WEIGHT_PRICE_POWER = 0.6
"""Dearer goods are heavier, by this power of the price."""
WEIGHT_SIGMA = 0.5
"""Of the logarithm of the weight around its median."""
WEIGHT_MG = (20_000, 2_500_000)
LIGHT_SHARE = 0.008
"""Share of the SKUs that are too light for a bay's scale: stickers, single cards."""
LIGHT_MG = (300, 1_400)
SPREAD_SHARE = (0.005, 0.02)
"""Standard deviation of a unit's weight, as a share of it."""
CAPACITY_USED = 0.85
"""Share of a channel's capacity that an SKU's stock may weigh."""
DENSITY_MG_PER_MM3 = (0.2, 0.6)
"""Of the packed unit; water is 1."""
SHAPE = (1.0, 2.5)
"""Ratio of one side to the next."""
SIDE_MM_MIN = 2
COST_SHARE = (0.4, 0.6)
"""What the supplier asks, as a share of the selling price."""


def simulate_items(
    demands: Sequence[Demand], stocks: dict[str, Stock], suppliers: Sequence[str], *, capacity_mg: int, seed: int
) -> tuple[Item, ...]:
    """Items of all SKUs, by SKU; ``capacity_mg`` is what a bin's channel carries."""
    assert suppliers, "items need a supplier"
    by_sku = sorted(demands, key=lambda d: d.sku)
    cheap = sorted(by_sku, key=lambda d: (d.price_minor, d.sku))[: max(1, len(by_sku) // 2)]
    light_count = round(len(by_sku) * LIGHT_SHARE)
    light = {d.sku for d in random.Random(f"{seed}/light").sample(cheap, light_count)}
    taken: set[str] = set()
    items = []
    for demand in by_sku:
        unit_mg_max = int(capacity_mg * CAPACITY_USED) // stocks[demand.sku].bin_units_max
        unit_mg = _weight(demand, seed, unit_mg_max, is_light=demand.sku in light)
        items.append(_item(demand, stocks[demand.sku], suppliers, unit_mg, seed, _gtin(demand.sku, seed, taken)))
    return tuple(items)


def _weight(demand: Demand, seed: int, unit_mg_max: int, *, is_light: bool) -> int:
    rng = random.Random(f"{seed}/weight/{demand.sku}")
    if is_light:
        drawn = rng.uniform(*LIGHT_MG)
    else:
        median = WEIGHT_AT_ONE_POUND_MG * (max(1, demand.price_minor) / 100) ** WEIGHT_PRICE_POWER
        least, most = WEIGHT_MG
        drawn = min(most, max(least, median * rng.lognormvariate(0.0, WEIGHT_SIGMA)))
    return max(1, min(unit_mg_max, round(drawn)))


def _item(demand: Demand, stock: Stock, suppliers: Sequence[str], unit_mg: int, seed: int, gtin: str) -> Item:
    rng = random.Random(f"{seed}/item/{demand.sku}")
    least, most = SPREAD_SHARE
    spread = least * (most / least) ** rng.random()
    length, width, height = _sides(unit_mg, rng)
    return Item(
        sku=demand.sku,
        description=demand.description,
        gtin=gtin,
        unit_mg=unit_mg,
        spread_mg=max(1, round(unit_mg * spread)),
        length_mm=length,
        width_mm=width,
        height_mm=height,
        supplier=rng.choice(suppliers),
        price_minor=demand.price_minor,
        cost_minor=round(demand.price_minor * rng.uniform(*COST_SHARE)),
        reorder_point_units=stock.reorder_point_units,
        reorder_units=stock.reorder_units,
    )


def _sides(unit_mg: int, rng: random.Random) -> tuple[int, int, int]:
    """Sides of a box of the volume that the weight suggests, longest first."""
    volume_mm3 = unit_mg / rng.uniform(*DENSITY_MG_PER_MM3)
    first, second = rng.uniform(*SHAPE), rng.uniform(*SHAPE)
    shortest = (volume_mm3 / (first * first * second)) ** (1 / 3)
    sides = (shortest * first * second, shortest * first, shortest)
    length, width, height = (max(SIDE_MM_MIN, math.ceil(side)) for side in sides)
    return length, width, height


def _gtin(sku: str, seed: int, taken: set[str]) -> str:
    rng = random.Random(f"{seed}/gtin/{sku}")
    while True:
        body = f"{GTIN_PREFIX}{rng.randrange(10**10):010d}"
        gtin = f"0{body}{check_digit(body)}"
        if gtin not in taken:
            taken.add(gtin)
            return gtin
