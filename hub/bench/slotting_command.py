"""``shelflight bench slotting``: what walking is saved by moving SKUs to other bins."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.bench.slotting import Figures

BAD_INPUT = 2


def slotting(
    orders: Annotated[Path, typer.Option(help="CSV of order lines of three months or more, plain or .gz.")],
    learn: Annotated[str, typer.Option(help="The month whose tours are learned from, as 2011-06.")] = "2011-06",
    score: Annotated[str, typer.Option(help="The month whose tours are scored.")] = "2011-07",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Learn on one month which SKUs should lie elsewhere, and score the moves on another month.

    Exit codes: 0 measured, 2 the file cannot be read, a month has no orders, or the figures cannot be written.
    """
    from hub.bench.released import read_day_orders
    from hub.bench.slotting import measure
    from hub.order_import import BadOrderFile

    try:
        if json_file is not None:
            json_file.open("ab").close()  # a long run must not fail at its end for want of a directory
        figures = measure(
            read_day_orders(orders).orders,
            learn=learn,
            score=score,
            progress=lambda layout: print(f"SKUs lie {layout} ...", file=sys.stderr),
        )
    except (BadOrderFile, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    for one in figures:
        _print(one)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _print(one: "Figures") -> None:
    before = one["before_mm"]
    print(
        f"SKUs lay {one['layout']}: {one['skus']} SKUs in {one['aisles']} aisles; learned on {one['learned']}, scored"
        f" on {one['scored']}: {one['tours']} tours on {one['days']} days, {before / 1e6:.1f} km"
    )
    for step in one["steps"]:
        print(
            f"  {step['exchanges']:4d} exchanges ({step['carried']} SKUs carried): {-100 * step['saved']:+5.1f} %,"
            f" {step['saved_a_day_m']:.0f} m a day (in the month learned from {step['learned_mm'] / 1e6:.2f} km)"
        )
    print(f"  every SKU placed anew by picks: {-100 * (1 - one['anew_mm'] / before):+5.1f} %")
    for words in one["moves"][:3]:
        print(f"  {words}")
