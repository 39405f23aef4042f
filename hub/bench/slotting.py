"""What moving SKUs to other bins saves: learned on the tours of one month, scored on those of the next.

A floor as the demo's is made for all SKUs of a file, one bin each. They lie there as somebody placed them once: by the
picks of the file's first month, or by their codes. Orders go out eight a cart, the oldest first, each day for itself.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from hub.bench.released import floor_of_all
from hub.domain.floor_stops import FloorStops
from hub.domain.order_file import FileOrder
from hub.domain.slotting import Move, Tour, moved, plan_moves, walked_mm

CART_ORDERS = 8
STEPS = (10, 50, 100, 200)
"""After so many exchanges what is walked is scored."""


class Scored(TypedDict):
    """What is walked in the month after, with so many exchanges made."""

    exchanges: int
    carried: int
    """SKUs that were carried to another bin."""
    learned_mm: int
    """Saved in the month that was learned from."""
    walked_mm: int
    saved: float
    """Of what is walked without them."""
    saved_a_day_m: float


class Figures(TypedDict):
    """One way in which SKUs lay before."""

    layout: str
    skus: int
    aisles: int
    learned: str
    scored: str
    days: int
    tours: int
    before_mm: int
    """Walked in the month that is scored, as SKUs lay before."""
    anew_mm: int
    """If every SKU lay by the picks of the month that was learned from: hundreds of carryings."""
    steps: list[Scored]
    moves: list[str]
    """The ten best, in words."""


def month_of(order: FileOrder) -> str:
    """The month in which an order was placed, as YYYY-MM."""
    return f"{datetime.fromtimestamp(order.placed_us / 1e6, UTC):%Y-%m}"


def tours_of(orders: Sequence[FileOrder]) -> tuple[list[Tour], int]:
    """The tours of some orders, and on how many days."""
    days: dict[str, list[FileOrder]] = {}
    for order in sorted(orders, key=lambda one: one.placed_us):
        days.setdefault(f"{datetime.fromtimestamp(order.placed_us / 1e6, UTC):%Y-%m-%d}", []).append(order)
    tours = [
        frozenset(line.sku for order in day[n : n + CART_ORDERS] for line in order.lines)
        for day in days.values()
        for n in range(0, len(day), CART_ORDERS)
    ]
    return tours, len(days)


def measure(
    orders: Sequence[FileOrder], *, learn: str, score: str, progress: Callable[[str], None] = lambda _: None
) -> list[Figures]:
    """Figures of both layouts. Raises: ValueError, a month has no orders."""
    by_month: dict[str, list[FileOrder]] = {}
    for order in orders:
        by_month.setdefault(month_of(order), []).append(order)
    for month in (learn, score):
        if month not in by_month:
            raise ValueError(f"Expected orders of one of the months {', '.join(sorted(by_month))}, got '{month}'.")
    floor, bins = floor_of_all(orders)
    learned, _ = tours_of(by_month[learn])
    scored, days = tours_of(by_month[score])
    figures = []
    first = min(by_month)
    for layout, ranked in (
        (f"by the picks of {first}", by_picks(tours_of(by_month[first])[0], bins)),
        ("by code", sorted(bins)),
    ):
        progress(layout)
        lies = dict(zip(ranked, bins.values(), strict=True))
        anew = dict(zip(by_picks(learned, bins), bins.values(), strict=True))
        plan = plan_moves(floor, lies, learned, moves_max=max(STEPS))
        before_mm = walked_mm(floor, lies, scored)
        figures.append(
            Figures(
                layout=layout,
                skus=len(bins),
                aisles=len(floor.aisles.across_mm),
                learned=learn,
                scored=score,
                days=days,
                tours=len(scored),
                before_mm=before_mm,
                anew_mm=walked_mm(floor, anew, scored),
                steps=[_scored(floor, lies, plan.moves[:n], scored, before_mm, days) for n in STEPS],
                moves=[f"{move.because}; saves {move.saved_mm / 1000:.0f} m" for move in plan.moves[:10]],
            )
        )
    return figures


def by_picks(tours: Sequence[Tour], bins: dict[str, str]) -> list[str]:
    """SKUs by the tours that they are on, the most first; those of none as the file names them."""
    picks = Counter(sku for tour in tours for sku in tour)
    place = {sku: n for n, sku in enumerate(sorted(bins))}
    return sorted(bins, key=lambda sku: (-picks[sku], place[sku]))


def _scored(
    floor: FloorStops, lies: dict[str, str], moves: Sequence[Move], tours: list[Tour], before_mm: int, days: int
) -> Scored:
    after_mm = walked_mm(floor, moved(lies, moves), tours)
    return Scored(
        exchanges=len(moves),
        carried=sum(move.moved for move in moves),
        learned_mm=sum(move.saved_mm for move in moves),
        walked_mm=after_mm,
        saved=1 - after_mm / before_mm,
        saved_a_day_m=(before_mm - after_mm) / 1000 / days,
    )
