"""``shelflight-edge bench count``: plays the movements, shows how far it is, and prints the tables."""

import json
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from edge.bench.counting import Report, Tally, run_movements

CERTAIN_PCT_MIN = 99.0
"""So many of the countable movements must be told as certain."""


def is_met(report: Report) -> bool:
    """Whether nothing wrong was told as certain, and enough of what can be counted was."""
    wrong = report.all.wrong + report.contents_wrong
    return wrong == 0 and report.all.certain_pct >= CERTAIN_PCT_MIN


def run(*, seed: int, movements: int, json_file: Path | None) -> bool:
    """Play, print, and write the figures; whether what is asked for is met."""
    console = Console()
    report = Report(seed)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("movements", total=movements)
        for report in run_movements(seed, movements):
            progress.update(task, completed=report.all.movements)
    table = Table(title=f"{report.all.movements} movements, seed {seed}")
    for column in ("", "movements", "countable", "of them certain", "certain in all", "wrong among certain"):
        table.add_column(column, justify="right" if column else "left")
    _row(table, "all", report.all)
    for name, tally in report.by_kind.items():
        _row(table, name, tally)
    for name, tally in report.by_units.items():
        _row(table, f"{name} units", tally)
    console.print(table)
    console.print(f"whole bins told as certain: {report.contents_certain}, wrong: {report.contents_wrong}")
    told = ", ".join(f"{name} {number}" for name, number in report.foreign.items())
    console.print(f"things that are no units: {told}")
    for example in report.wrong_examples:
        console.print(example)
    if json_file is not None:
        json_file.write_text(json.dumps(report.figures(), indent=2) + "\n", "utf-8")
    return is_met(report)


def _row(table: Table, name: str, tally: Tally) -> None:
    share = f"{tally.countable_certain} ({tally.certain_pct:.2f} %)" if tally.countable else "-"
    table.add_row(name, str(tally.movements), str(tally.countable), share, str(tally.certain), str(tally.wrong))
