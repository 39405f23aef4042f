"""``shelflight demo``: the day on the screen."""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from edge.ending import on_end
from hub.demo.coming_up import DemoFailed, DemoStopped
from hub.demo.day import Day, write_report
from hub.demo.verdict import judge

REFRESH_S = 0.5
FAILED = 1
INTERRUPTED = 130
"""The exit code of who was told to end before the day was over."""
OVER_CHECKS = 3
"""So many looks in a row must find nothing to do."""


class Screen:
    """The live progress display; plain lines where there is no terminal."""

    def __init__(self, console: Console, url: str) -> None:
        self._console = console
        self._url = url
        self._progress = Progress(
            TextColumn("{task.description:<12}"), BarColumn(40), TextColumn("{task.fields[text]}")
        )
        self._orders = self._progress.add_task("orders", total=1, text="")
        self._units = self._progress.add_task("units", total=1, text="")
        self._said_s = 0.0

    def frame(self, summary: dict[str, Any], clock: str) -> Group:
        """What to show now."""
        orders, units, state = summary["orders"], summary["units"], summary["by_state"]
        self._progress.update(
            self._orders,
            total=max(1, orders["received"]),
            completed=orders["shipped"],
            text=f"{orders['shipped']} shipped, {orders['backordered']} backordered, {orders['open']} open"
            f" of {orders['received']}",
        )
        self._progress.update(
            self._units,
            total=max(1, units["received"]),
            completed=units["shipped"],
            text=f"{state['shipped']} shipped, {state['packed'] + state['picked']} picked, {state['reserved']} lit"
            f" of {units['received']}",
        )
        table = Table.grid(padding=(0, 2))
        picks = summary["picks"]
        table.add_row("time of day", clock)
        table.add_row("picks", f"{picks['total']} ({picks['by_both']} by button and weight)")
        table.add_row("alarms", ", ".join(f"{kind} {n}" for kind, n in summary["alarms"].items()) or "none")
        table.add_row("fact to disk", _percentiles(summary["latency_ms"]["event_to_commit"]))
        table.add_row("events", f"{summary['events_per_s']:.0f}/s")
        return Group(Panel(Group(self._progress, table), title=f"Shelflight   {self._url}", width=100))

    def line(self, summary: dict[str, Any], clock: str) -> None:
        """One plain line every few seconds."""
        if time.monotonic() - self._said_s < 10:
            return
        self._said_s = time.monotonic()
        orders, units = summary["orders"], summary["units"]
        self._console.print(
            f"{clock}  orders {orders['shipped']} shipped, {orders['backordered']} backordered, {orders['open']} open"
            f" of {orders['received']}; units {units['shipped']} of {units['received']}"
        )


def run_demo(day: Day, *, report: Path | None, world: Path | None, keep_running: bool) -> int:
    """Play the day on the screen; the exit code: 0 all right, 1 it failed, 130 interrupted.

    Raises:
        ProgramMissing, AlreadyRunning, DirectoryUsed, PortInUse: as :meth:`Day.start`.
    """
    console = Console()
    interrupted = threading.Event()

    def interrupt() -> None:
        interrupted.set()
        day.stop.set()

    on_end(interrupt)
    code = INTERRUPTED
    try:
        day.start()
        console.print(f"dashboard:            {day.url}")
        if day.visitor is not None:
            console.print(f"be the fourth picker: {day.visitor.url}")
        _play(day, console, interrupted)
        if not interrupted.is_set():
            day.wall_s = time.monotonic() - day.started_s
            day.review()
            day.settle()
        if not interrupted.is_set():
            code = _told(day, console, report, world)
            if keep_running or sys.stdin.isatty():
                console.print(f"The floor stays up at {day.url}; Ctrl-C ends it.")
                interrupted.wait()
    except DemoStopped:
        pass  # by us: the code says so
    except DemoFailed as error:
        if not interrupted.is_set():
            print(error, file=sys.stderr)
            code = FAILED
    finally:
        day.close()
    return code


def _told(day: Day, console: Console, report: Path | None, world: Path | None) -> int:
    """Say and write how the day was; the exit code."""
    try:
        found = day.report()
    except DemoFailed as error:  # the floor may stay up all the same
        print(error, file=sys.stderr)
        return FAILED
    _summary(console, found)
    verdict = judge(found, fault_rate=day.options.fault_rate, visited=day.visited)
    for line in verdict.lines:
        console.print(line, style="red" if verdict.code else "yellow", markup=False, highlight=False, soft_wrap=True)
    if report is not None:
        write_report(found, report)
    if world is not None and day.floor is not None:
        day.floor.save_world(world)
    return verdict.code


def _play(day: Day, console: Console, interrupted: threading.Event) -> None:
    screen = Screen(console, day.url)
    terminal = console.is_terminal
    over = 0
    with Live(console=console, auto_refresh=False, transient=False) if terminal else _Quiet() as live:
        while not interrupted.is_set() and over < OVER_CHECKS:
            summary = day.ask("/api/summary")
            if summary is not None:
                clock = time.strftime("%H:%M", time.gmtime(summary["now_us"] / 1e6))
                if terminal and isinstance(live, Live):
                    live.update(screen.frame(summary, clock), refresh=True)
                else:
                    screen.line(summary, clock)
                over = over + 1 if day.is_over(summary) else 0
            interrupted.wait(REFRESH_S)


class _Quiet:
    """In place of the live display where there is no terminal."""

    def __enter__(self) -> "_Quiet":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def _percentiles(latency_ms: dict[str, float]) -> str:
    """What was measured, in words.

    >>> _percentiles({"p50": 2.0, "p99": 31.5, "samples": 40}), _percentiles({"p50": 0.0, "p99": 0.0, "samples": 0})
    ('p50 2.0 ms, p99 31.5 ms', 'nothing measured')
    """
    if not latency_ms["samples"]:
        return "nothing measured"
    return f"p50 {latency_ms['p50']:.1f} ms, p99 {latency_ms['p99']:.1f} ms"


def _summary(console: Console, report: dict[str, Any]) -> None:
    table = Table(title="The day")
    table.add_column("what")
    table.add_column("figures")
    for name in ("orders", "lines", "units", "picks", "alarms", "faults", "truth", "restock"):
        table.add_row(name, ", ".join(f"{key} {value}" for key, value in report[name].items()) or "none")
    holds = sum(report["ledger"]["invariants"].values())
    table.add_row("ledger", f"{holds} of {len(report['ledger']['invariants'])} invariants hold")
    for name, value in report["latency_ms"].items():
        table.add_row(name.replace("_", " "), _percentiles(value))
    table.add_row("memory", f"{sum(report['peak_memory_mb'].values())} MB in all")
    table.add_row("time", f"{report['wall_s']:.0f} s")
    console.print(table)
