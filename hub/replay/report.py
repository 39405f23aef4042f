"""What a replay comes to: the figures of the trade, of the floor and of the hub, and whether the book is right."""

import resource
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any

from hub.demo.truth import shortened
from hub.domain.on_time import Served, judged
from hub.replay.replay import DayDone, Replay
from hub.site.catalogue import CartonKind
from hub.storage import figures, metric_figures, service_figures
from hub.storage.metric_figures import Filled
from hub.storage.service_figures import CartonUse
from hub.storage.verify import Violation, verify

DAY_US = 86_400_000_000
END_US = 2**62
"""After everything."""
NOT_REPLAYED = "in the data, not replayed"


def make_report(replay: Replay) -> dict[str, Any]:
    """The figures of the days that were played until now; every invariant is checked once more, on the whole ledger."""
    file = replay.options.orders
    with replay.hub.engine.begin() as connection:
        states = figures.order_states(connection)
        found = verify(connection)
        served = metric_figures.orders_served(connection, 0, END_US)
        [filled] = metric_figures.filled_at_once(connection, [0, END_US])
        waiting = service_figures.backorders_waiting(connection)
        used = service_figures.cartons_used(connection)
        batches, batch_lines = service_figures.batches_picked(connection)
        bins = service_figures.units_in_bins(connection)
        gone = service_figures.units_at_customers(connection)
        purchases = service_figures.purchases(connection)
        alarms = figures.alarms_by_kind(connection)
        picks = figures.picks(connection)
    really = {name: units for name, units in replay.floor.bins.items() if units}
    left = {sku: units for sku, units in replay.shipped.items() if units}
    differing = {"bins": _differing(bins, really), "shipped": _differing(gone, left)}
    days = replay.done
    return {
        "days": {
            "played": len(days),
            "first": str(days[0].day) if days else "",
            "last": str(days[-1].day) if days else "",
            "in_file": replay.days_in_file,
        },
        **states,
        "service": service(filled, served, replay.zone, replay.clock_us),
        "backorders": ages(waiting, replay.clock_us),
        "picks": picks,
        "batches": {"tours": batches, "lines_a_tour": _per(batch_lines, batches)},
        "walking": {
            "shortest_m": replay.walking.shortest_mm // 1000,
            "s_shape_m": replay.walking.s_shape_mm // 1000,
            "saved_share": 1 - _per(replay.walking.shortest_mm, replay.walking.s_shape_mm, 1.0),
        },
        "cartons": cartons(used, replay.catalogue.cartons),
        "freight_minor": sum(use.freight_minor for use in used),
        "restock": purchases,
        "stock": mean_stock(days),
        "alarms": alarms,
        "truth": {kind: len(lines) for kind, lines in differing.items()},
        "wrong": {
            **{kind: shortened(lines) for kind, lines in differing.items()},
            "invariants": shortened([f"{v.invariant}: {v.detail}" for v in _violations(replay.broken, found)]),
        },
        "ledger": {
            "verified": not any(found.values()) and not replay.broken,
            "invariants": {
                name: not wrong and all(v.invariant != name for v in replay.broken) for name, wrong in found.items()
            },
        },
        "returns": replay.returns.figures(),
        "skipped_lines": {
            f"{kind}s {NOT_REPLAYED}": lines
            for kind, lines in sorted(file.skipped.items())
            if not (kind == "return" and replay.options.returns)
        },
        "bad_lines": file.bad_lines,
        "speed": speed(replay),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000,
    }


def speed(replay: Replay) -> dict[str, float]:
    """How fast the flow was from an order to its shipping, by the clock on the wall and by processor time."""
    lines = replay.taken.lines  # each hour's are worked off before the next one's come
    return {
        "lines_per_s": _per(lines, replay.work_s),
        "lines_per_processor_s": _per(lines, replay.work_cpu_s),
        "facts": replay.stations.facts,
        "work_s": round(replay.work_s, 1),
        "work_processor_s": round(replay.work_cpu_s, 1),
        "verify_s": round(replay.verify_s, 1),
    }


def service(filled: Filled, served: Sequence[Served], zone: tzinfo, now_us: int) -> dict[str, float]:
    """Shares of what was asked: filled from stock at once, on time, and perfect, as ``docs/metrics.md`` says."""
    had_to = list(judged(served, zone, now_us))
    return {
        **filled_shares(filled),
        "orders_due": len(had_to),
        "on_time_rate": _per(sum(one.on_time for one in had_to), len(had_to)),
        "perfect_order_rate": _per(sum(bool(one.perfect) for one in had_to), len(had_to)),
    }


def filled_shares(filled: Filled) -> dict[str, float]:
    """Shares of orders, lines and units that stock stood for when they came in."""
    return {
        "order_fill_rate": _per(filled.full_orders, filled.orders),
        "line_fill_rate": _per(filled.full_lines, filled.lines),
        "unit_fill_rate": _per(filled.units - filled.lacking, filled.units),
    }


def mean_stock(days: Sequence[DayDone]) -> dict[str, int]:
    """What was in the building at the days' ends, on average."""
    return {
        "mean_units": round(_mean([day.stock_units for day in days])),
        "mean_cost_minor": round(_mean([day.stock_cost_minor for day in days])),
    }


def ages(waiting: Sequence[tuple[int, int]], now_us: int) -> dict[str, float]:
    """Lines that wait for stock, their units, and how many days they have waited since they were ordered."""
    days = [(now_us - placed_us) / DAY_US for placed_us, _ in waiting]
    return {
        "lines": len(waiting),
        "units": sum(units for _, units in waiting),
        "mean_age_days": round(_mean(days), 1),
        "oldest_days": round(max(days, default=0.0), 1),
    }


def cartons(used: Sequence[CartonUse], kinds: Iterable[CartonKind]) -> dict[str, Any]:
    """Parcels by carton, what the cartons cost, and how much of their room was empty."""
    by_name = {kind.name: kind for kind in kinds}
    room_mm3 = sum(use.parcels * _room_mm3(by_name[use.carton]) for use in used)
    return {
        "parcels": {use.carton: use.parcels for use in used},
        "cost_minor": sum(use.parcels * by_name[use.carton].cost_minor for use in used),
        "void_share": 1 - _per(sum(use.goods_mm3 for use in used), room_mm3, 1.0),
    }


def _room_mm3(kind: CartonKind) -> int:
    return kind.length_mm * kind.width_mm * kind.height_mm


def _violations(broken: Iterable[Violation], found: dict[str, list[Violation]]) -> list[Violation]:
    return list(dict.fromkeys([*broken, *(violation for wrong in found.values() for violation in wrong)]))


def _differing(book: dict[str, int], really: dict[str, int]) -> list[str]:
    names = sorted(name for name in book.keys() | really.keys() if book.get(name, 0) != really.get(name, 0))
    return [f"{name}: {book.get(name, 0)} by the book, {really.get(name, 0)} there" for name in names]


def _per(part: float, whole: float, of_nothing: float = 0.0) -> float:
    return round(part / whole, 4) if whole else of_nothing


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
