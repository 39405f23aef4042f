"""``shelflight bench release``: how far people walk for a day's orders as they are released."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.bench.released import Figures

BAD_INPUT = 2
DEFAULT_ORDERS = Path(__file__).resolve().parents[2] / "config" / "demo" / "orders_2011-03-01.csv"


def release(
    orders: Annotated[Path, typer.Option(help="CSV of order lines, plain or .gz.")] = DEFAULT_ORDERS,
    every: Annotated[int, typer.Option(help="Only each so many-th day of the file.", min=1)] = 1,
    pickers: Annotated[int, typer.Option(help="How many carts are out at once.", min=1, max=50)] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the search and of the items' sizes.", min=0)] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Walk a file's orders as release chooses them, against the oldest first and against the S-shape rule.

    On the demo's kind of floor for all the file's SKUs, with dead ends and with a second cross-aisle; with the orders
    as they came, and with a whole day's waiting when work begins.

    Exit codes: 0 measured, 2 the file cannot be read, or the figures cannot be written.
    """
    from rich.console import Console
    from rich.progress import Progress

    from hub.bench.released import measure, read_day_orders
    from hub.order_import import BadOrderFile

    try:
        if json_file is not None:
            json_file.open("ab").close()  # a long run must not fail at its end for want of a directory
        found = read_day_orders(orders).orders
        if not found:
            raise BadOrderFile(f"{orders}: expected at least one sale line, found none.")
    except (BadOrderFile, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    figures = []
    with Progress(console=Console(stderr=True)) as bar:
        for crossings in (1, 2):
            for backlog in (False, True):
                task = bar.add_task(_case(crossings, backlog=backlog))

                def show(done: int, of: int, task: object = task) -> None:
                    bar.update(task, completed=done, total=of)  # type: ignore[arg-type]

                figures.append(
                    measure(
                        found,
                        every=every,
                        pickers=pickers,
                        crossings=crossings,
                        backlog=backlog,
                        seed=seed,
                        progress=show,
                    )
                )
    for one in figures:
        _print(one)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _case(crossings: int, *, backlog: bool) -> str:
    return f"{crossings} cross-aisle{'s' * (crossings > 1)}, {'a day waiting' if backlog else 'as they came'}"


def _print(one: "Figures") -> None:
    days = one["days"]

    def km(key: str) -> float:
        return sum(day[key] for day in days) / 1e6  # type: ignore[literal-required]

    def count(key: str) -> int:
        return sum(day[key] for day in days)  # type: ignore[literal-required]

    first, then = sum(day["oldest_carts"] for day in days), sum(day["release_carts"] for day in days)
    print(
        f"{_case(one['crossings'], backlog=one['backlog'])}: {len(days)} days, {sum(day['orders'] for day in days)}"
        f" orders, {one['skus']} SKUs in {one['aisles']} aisles, {one['pickers']} carts at once\n"
        f"  oldest first, S-shape      {km('oldest_s_shape_mm'):8.1f} km in {first} carts\n"
        f"  oldest first, exact routes {km('oldest_mm'):8.1f} km  {-100 * one['saved_by_routes']:+6.1f} %\n"
        f"  release                    {km('release_mm'):8.1f} km  {-100 * one['saved']:+6.1f} % in {then} carts"
        f" ({-100 * one['saved_by_choice']:+.1f} % by the choice)\n"
        f"  longest wait for a cart: {max(d['wait_longest_oldest_min'] for d in days):.0f} min oldest first,"
        f" {max(d['wait_longest_release_min'] for d in days):.0f} min by release\n"
        f"  {count('way_tasks')} counts and put-aways: {count('way_done')} on the way, the carts walk"
        f" {km('way_longer_mm'):.2f} km more for them, and {km('way_left_mm'):.2f} km for the rest;"
        f" all on walks of their own {km('way_separate_mm'):.2f} km"
    )
