"""``shelflight bench restock``: demand that really came, against the stock that the product would have ordered."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

BAD_INPUT = 2
LEAD_DAYS_MAX = 90


def restock(
    history: Annotated[Path, typer.Option(help="CSV of the order lines that are known, plain or .gz.")],
    future: Annotated[Path, typer.Option(help="CSV of the order lines that came after them.")],
    lead: Annotated[int, typer.Option(help="Days from order to delivery.", min=1, max=LEAD_DAYS_MAX)] = 7,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Score the restocking policy on real orders: fill rate at equal stock, beside plain methods in the same run.

    Stock is reviewed every 7 days, sales are lost when it is out. Both files have the columns of an order file.

    Exit codes: 0 measured, 2 a file is wrong, or the figures cannot be written.
    """
    import json
    import time

    from rich.console import Console
    from rich.progress import Progress

    from hub.bench.order_lines import BadHistory
    from hub.bench.restock import load, measure

    try:
        if json_file is not None:
            json_file.open("ab").close()  # a long run must not fail at its end for want of a directory
        with Progress(console=Console(stderr=True)) as bar:
            reading = bar.add_task("reading the orders", total=None)
            loaded = load(history, future, lead)
            bar.update(reading, total=1, completed=1)
            tasks: dict[str, Any] = {}

            def show(method: str, done: int, of: int) -> None:
                if method not in tasks:
                    tasks[method] = bar.add_task(method.replace("_", " "), total=of)
                bar.update(tasks[method], completed=done)

            found = measure(loaded, now_s=time.perf_counter, progress=show)
    except (BadHistory, OSError) as error:
        text = f"--json {json_file}: expected a file that can be written, got: {error}."
        print(text if isinstance(error, OSError) else error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    Console().print(_table(found))
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def _table(found: dict[str, Any]) -> Any:
    from rich.table import Table

    title = (
        f"{found['skus']} SKUs, {found['reviews']} weekly reviews from {found['first_review']} to {found['last_day']},"
        f" lead time {found['lead_days']} days"
    )
    table = Table(title=title)
    for name in ("", "filled at 20 d", "at 30 d", "pinball 0.95", "within 0.95", "s / 1,000 SKUs"):
        table.add_column(name, justify="right" if name else "left")
    for name, score in {"shipped": found, **found["beside"]}.items():
        keys = ("fill_at_20d", "fill_at_30d", "pinball95", "cover95", "sec_per_1000")
        cells = ["-" if score[key] is None else f"{score[key]:.4f}" for key in keys]
        table.add_row(name.replace("_", " "), *cells)
    return table
