"""``shelflight bench shortage``: how many orders are complete when stock is short, by the rule that gives it out."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

FAILED = 1
BAD_INPUT = 2


def shortage(
    orders: Annotated[Path, typer.Option(help="CSV of real order lines, plain or .gz.")],
    seconds: Annotated[float, typer.Option(help="The solver's limit for one shortage.", min=0.0, max=600.0)] = 2.0,
    days: Annotated[int, typer.Option(help="So many trading days' orders wait together.", min=1, max=60)] = 5,
    every: Annotated[int, typer.Option(help="Only each so many-th shortage.", min=1)] = 1,
    seed: Annotated[int, typer.Option(help="Seed of which SKUs are short.", min=0)] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Give short stock to real orders that wait together: first come first served, the quick rule, and the solver.

    Exit codes: 0 measured, 1 a method gave what is not there, 2 the orders cannot be read, the extra 'solver' is not
    installed, or the figures cannot be written.
    """
    import json
    import time

    from rich.console import Console
    from rich.progress import track

    from hub.bench.order_lines import BadHistory, read_lines
    from hub.bench.shortage import WrongAllocation, measure
    from hub.domain.allocation_solver import solver_installed

    if not solver_installed():
        print("Expected the extra 'solver', it is not there: pip install shelflight[solver]", file=sys.stderr)
        raise typer.Exit(BAD_INPUT)
    try:
        if json_file is not None:
            json_file.open("ab").close()
        sold, _ = read_lines(orders)
        shown = Console(stderr=True)
        found = measure(
            sold,
            seconds=seconds,
            seed=seed,
            now_s=time.perf_counter,
            days=days,
            every=every,
            track=lambda shortages: track(shortages, description="shortages", console=shown),
        )
    except WrongAllocation as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED) from None
    except (BadHistory, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    Console().print(_table(found))
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def _table(found: dict[str, Any]) -> Any:
    from rich.table import Table

    title = (
        f"{found['shortages']} shortages of {found['days']} days' orders, the solver at most {found['seconds_each']} s"
    )
    table = Table(title=title)
    for name in (
        "short SKUs",
        "stock of demand",
        "orders",
        "first come",
        "greedy",
        "solver",
        "s each greedy",
        "solver",
    ):
        table.add_column(name, justify="right")
    for scene in found["scenes"]:
        table.add_row(
            f"{scene['short_skus']:.0%}",
            f"{scene['stock_of_demand']:.0%}",
            f"{scene['orders']:,}",
            *(f"{scene[name]['complete']:,}" for name in ("first_come", "greedy", "solver")),
            *(f"{scene[name]['seconds'] / found['shortages']:.4f}" for name in ("greedy", "solver")),
        )
    return table
