"""A replay on the screen: how far it is, and what it came to."""

import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from hub.demo.day import write_report
from hub.replay.policies import beside_the_hub, rows
from hub.replay.replay import FULL_EVERY_DAYS, DayDone, Replay
from hub.replay.report import make_report, speed
from hub.replay.stations import NotTaken, Stuck

FAILED = 1
INTERRUPTED = 130
SAY_EVERY_S = 10.0
"""Where there is no terminal a line is said at most this often."""


def run(played: Replay, report: Path | None) -> int:
    """Play on the screen, tell and write the report; the exit code. Told to stop, it ends after the hour at work.

    The report so far is written at each full check, too: whoever cannot wait for the end has that.
    """
    console = Console()
    code = 0
    try:
        _play(played, console, report)
    except (Stuck, NotTaken) as error:
        print(error, file=sys.stderr)
        code = FAILED
    console.print("checking every invariant on the whole ledger")
    figures = make_report(played)
    _tell(console, figures)
    if code == 0 and played.done and not played.stop.is_set():
        console.print("other ways of ordering on the same days")
        figures["policies"] = beside_the_hub(
            played, lambda way, level: console.print(f"{way} at {level}") if console.is_terminal else None
        )
        _tell_policies(console, figures["policies"])
    if report is not None:
        write_report(figures, report)
    for lines in figures["wrong"].values():
        for line in lines:
            console.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
    if code == 0 and played.stop.is_set():
        return INTERRUPTED
    return FAILED if code or not figures["ledger"]["verified"] or any(figures["truth"].values()) else 0


def _play(played: Replay, console: Console, report: Path | None) -> None:
    total = sum(len(order.lines) for _, orders in played.days for order in orders)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(30),
        MofNCompleteColumn(),
        TextColumn("lines, {task.fields[text]}"),
        TimeRemainingColumn(),
    )
    said_s = time.monotonic()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        shown = progress.add_task("first day", total=total, text="")

        def done(day: DayDone) -> None:
            nonlocal said_s
            text = f"{played.taken.orders} orders, {speed(played)['lines_per_s']:.0f} lines/s"
            progress.update(shown, advance=day.lines, description=str(day.day), text=text)
            for violation in day.broken:
                progress.console.print(
                    f"{day.day}: {violation.invariant}: {violation.detail}", style="red", markup=False
                )
            if not console.is_terminal and time.monotonic() - said_s >= SAY_EVERY_S:
                said_s = time.monotonic()
                console.print(f"{day.day}  {played.taken.lines} of {total} lines, {text}")

            if report is not None and len(played.done) % FULL_EVERY_DAYS == 0:
                write_report(make_report(played), report)

        played.play(done)


def _tell(console: Console, figures: dict[str, Any]) -> None:
    table = Table(title=f"{figures['days']['played']} of {figures['days']['in_file']} trading days")
    table.add_column("what")
    table.add_column("figures")
    for name, value in figures.items():
        if name in ("wrong", "ledger"):
            continue
        table.add_row(name.replace("_", " "), in_words(value))
    holds = sum(figures["ledger"]["invariants"].values())
    table.add_row("ledger", f"{holds} of {len(figures['ledger']['invariants'])} invariants hold")
    console.print(table)


def _tell_policies(console: Console, found: dict[str, Any]) -> None:
    table = Table(title=f"filled at once from {found['scored_from']} to {found['last_day']}, and the stock it took")
    for name in ("ordered by", "level", "orders", "lines", "units", "stock, at cost"):
        table.add_column(name)
    for row in rows(found):
        table.add_row(*row)
    console.print(table)


def in_words(value: Any) -> str:
    """Figures in one line.

    >>> in_words({"line_fill_rate": 0.9876, "orders": 3, "parcels": {"XS": 2}}), in_words({})
    ('line fill rate 98.8 %, orders 3, parcels XS 2', 'none')
    """
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(_figure(str(name), one) for name, one in value.items()) or "none"


def _figure(name: str, value: Any) -> str:
    if isinstance(value, float) and name.endswith(("_rate", "_share")):
        return f"{name.replace('_', ' ')} {value:.1%}".replace("%", " %")
    return f"{name.replace('_', ' ')} {in_words(value)}"
