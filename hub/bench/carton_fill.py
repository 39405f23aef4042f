"""How full the chosen cartons are, and what choosing takes, beside two rules that do not look at how goods lie."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hub.domain.cartons import Carton, Parcels, Prices, pack_parcels
from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import remaining
from hub.domain.packing.packer import Effort, pack_whole

REPORTS = 10
"""How often progress is said."""
LOOSE_FILL = 0.75
"""The rule before: goods fill at most this share of a carton, and each unit goes in by itself."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What became of one order."""

    parcels: Parcels
    fill: float
    """Volume of the goods over that of the cartons."""
    cpu_ms: float
    wrong: tuple[str, ...]


def choose(cartons: Sequence[Carton], goods: tuple[Goods, ...], prices: Prices, effort: Effort) -> Chosen:
    """Pack one order, by the clock of this process, and check what came out."""
    begun_ns = time.process_time_ns()
    parcels = pack_parcels(cartons, goods, prices=prices, effort=effort)
    cpu_ms = (time.process_time_ns() - begun_ns) / 1e6
    goods_mm3 = sum(one.packing.goods_mm3 for one in parcels.cartons)
    carton_mm3 = sum(one.carton.volume_mm3 for one in parcels.cartons)
    return Chosen(
        parcels=parcels,
        fill=goods_mm3 / carton_mm3 if carton_mm3 else 0.0,
        cpu_ms=cpu_ms,
        wrong=tuple(wrong_in(parcels, goods)),
    )


def wrong_in(parcels: Parcels, goods: tuple[Goods, ...]) -> Iterable[str]:
    """What is wrong with the parcels of an order, each carton against the goods that were left when it was begun."""
    left = goods
    for one in parcels.cartons:
        yield from faults(one.packing, left, load_max_mg=one.carton.load_max_mg)
        if one.packing.sides_mm != one.carton.sides_mm:
            yield f"packed for {one.packing.sides_mm} mm, sent in {one.carton.sides_mm} mm."
        left = remaining(left, one.packing)
    if any(one.units for one in left):
        yield f"{sum(one.units for one in left)} units are in no carton."


def measure(
    cartons: Sequence[Carton],
    orders: Sequence[tuple[Goods, ...]],
    prices: Prices,
    say: Callable[[str], None],
    effort: Effort,
) -> dict[str, Any]:
    """Pack every order.

    Returns:
        ``orders``; ``mean_fill`` and ``valid`` (shares from 0 to 1); ``p95_ms``, ``p50_ms``, ``max_ms`` of processor
        time an order; ``in_one``: the share that went into one carton; ``by_items``: mean fill by the number of units;
        ``floors``: the two rules on the orders that went into one carton, and ``mean_fill`` of ``ours`` on the same;
        of the rules, ``goes_in`` is the share of their cartons that the goods went into, ``fill_in_the_end`` what is
        left of their fill when the next larger one is taken until they do, after ``cartons_tried``; ``faults``: the
        first few, if any.
    """
    done: list[Chosen] = []
    for number, goods in enumerate(orders, 1):
        done.append(choose(cartons, goods, prices, effort))
        if number * REPORTS // len(orders) > (number - 1) * REPORTS // len(orders):
            say(f"{number} of {len(orders)} orders packed, mean fill {_mean(one.fill for one in done):.1%}")
    times = sorted(one.cpu_ms for one in done)
    single = [(goods, one) for goods, one in zip(orders, done, strict=True) if len(one.parcels.cartons) == 1]
    say("the two rules that do not look at how goods lie, on the orders that went into one carton")
    return {
        "orders": len(orders),
        "mean_fill": round(_mean(one.fill for one in done), 4),
        "p95_ms": round(_quantile(times, 0.95), 3),
        "valid": _mean(float(not one.wrong) for one in done),
        "p50_ms": round(_quantile(times, 0.5), 3),
        "max_ms": round(times[-1], 3),
        "in_one": round(len(single) / len(orders), 4),
        "by_items": _by_items(orders, done),
        "floors": {
            "ours": {"mean_fill": round(_mean(one.fill for _, one in single), 4)},
            "volume_alone": _floor(cartons, [goods for goods, _ in single], effort, _by_volume),
            "sides_and_75_percent": _floor(cartons, [goods for goods, _ in single], effort, _loose),
        },
        "faults": [text for one in done for text in one.wrong][:REPORTS],
    }


def _by_items(orders: Sequence[tuple[Goods, ...]], done: Sequence[Chosen]) -> dict[str, float]:
    fills: dict[int, list[float]] = {}
    for goods, one in zip(orders, done, strict=True):
        fills.setdefault(sum(g.units for g in goods), []).append(one.fill)
    return {str(units): round(_mean(found), 4) for units, found in sorted(fills.items())}


def _by_volume(carton: Carton, goods: Sequence[Goods]) -> bool:
    return sum(one.units * one.unit_mm3 for one in goods) <= carton.volume_mm3


def _loose(carton: Carton, goods: Sequence[Goods]) -> bool:
    inner = sorted(carton.sides_mm)
    each = all(side <= room for one in goods for side, room in zip(sorted(one.sides_mm), inner, strict=True))
    return each and sum(one.units * one.unit_mm3 for one in goods) <= carton.volume_mm3 * LOOSE_FILL


def _floor(
    cartons: Sequence[Carton],
    orders: Sequence[tuple[Goods, ...]],
    effort: Effort,
    suits: Callable[[Carton, Sequence[Goods]], bool],
) -> dict[str, float]:
    """The smallest carton that a rule lets through, and the next larger one as long as the goods do not go in."""
    rising = sorted(cartons, key=lambda c: c.volume_mm3)
    first_fills, last_fills, tried = [], [], []
    for goods in orders:
        goods_mm3 = sum(one.units * one.unit_mm3 for one in goods)
        first = next((n for n, carton in enumerate(rising) if suits(carton, goods)), len(rising) - 1)
        last = next((n for n in range(first, len(rising)) if _goes_in(rising[n], goods, effort)), len(rising) - 1)
        first_fills.append(goods_mm3 / rising[first].volume_mm3)
        last_fills.append(goods_mm3 / rising[last].volume_mm3)
        tried.append(1 + last - first)
    return {
        "mean_fill": round(_mean(first_fills), 4),
        "goes_in": round(_mean(float(n == 1) for n in tried), 4),
        "fill_in_the_end": round(_mean(last_fills), 4),
        "cartons_tried": round(_mean(tried), 2),
    }


def _goes_in(carton: Carton, goods: Sequence[Goods], effort: Effort) -> bool:
    return pack_whole(carton.sides_mm, carton.load_max_mg, goods, effort) is not None


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _quantile(rising: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed.

    >>> _quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    return rising[max(0, -(-len(rising) * round(share * 1000) // 1000) - 1)]
