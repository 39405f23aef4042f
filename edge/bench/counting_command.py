"""``shelflight-edge bench count``: plays the movements, shows how far it is, and prints the tables."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from edge.bench.counting import Report, Tally, run_movements
from edge.bench.counting_levels import LevelReport, run_level_movements
from edge.contract.platforms import ScaleArrangement

CERTAIN_PCT_MIN = 99.0
"""So many of the countable movements of bins with scales of their own must be told as certain."""

R = TypeVar("R", Report, LevelReport)


def is_met(report: Report | LevelReport) -> bool:
    """Whether nothing wrong was told as certain, and, of bins with scales of their own, enough was that can be."""
    if isinstance(report, LevelReport):
        return report.all.wrong == 0
    wrong = report.all.wrong + report.contents_wrong
    return wrong == 0 and report.all.certain_pct >= CERTAIN_PCT_MIN


def run(*, seed: int, movements: int, arrangement: ScaleArrangement, json_file: Path | None) -> bool:
    """Play, print, and write the figures; whether what is asked for is met."""
    console = Console()
    report: Report | LevelReport
    if arrangement == "level":
        report = _play(console, run_level_movements(seed, movements), movements)
        _print(console, report.all, report.by_kind, f"{movements} movements at levels, seed {seed}")
        console.print(f"unsure, and stood as confirmed: {report.unsure_but_agreed}")
        console.print(f"bins to count: {report.counts_asked}, where nothing was wrong: {report.counts_asked_right}")
        console.print(f"countable mistakes that weighed what was claimed: {report.passed_over}")
    else:
        report = _play(console, run_movements(seed, movements), movements)
        by_units = {f"{name} units": tally for name, tally in report.by_units.items()}
        _print(console, report.all, report.by_kind | by_units, f"{report.all.movements} movements, seed {seed}")
        console.print(f"whole bins told as certain: {report.contents_certain}, wrong: {report.contents_wrong}")
        told = ", ".join(f"{name} {number}" for name, number in report.foreign.items())
        console.print(f"things that are no units: {told}")
    for example in report.wrong_examples:
        console.print(example)
    if json_file is not None:
        json_file.write_text(json.dumps(report.figures(), indent=2) + "\n", "utf-8")
    return is_met(report)


def _play(console: Console, reports: Iterator[R], movements: int) -> R:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("movements", total=movements)
        for report in reports:
            progress.update(task, completed=report.all.movements)
    return report


def _print(console: Console, all_: Tally, parts: dict[str, Tally], title: str) -> None:
    table = Table(title=title)
    for column in ("", "movements", "countable", "of them certain", "certain in all", "wrong among certain"):
        table.add_column(column, justify="right" if column else "left")
    for name, tally in {"all": all_, **parts}.items():
        share = f"{tally.countable_certain} ({tally.certain_pct:.2f} %)" if tally.countable else "-"
        table.add_row(name, str(tally.movements), str(tally.countable), share, str(tally.certain), str(tally.wrong))
    console.print(table)
