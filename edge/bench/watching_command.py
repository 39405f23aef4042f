"""``shelflight-edge bench camera``: what a camera costs a station, as tables and as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from edge.bench.watching import LABELS, SIZES, Idle, Reading, idle_cost, reading_cost
from edge.metal import CAMERA_IDLE_S

IDLE_PCT_MAX = 15.0
"""Of one core: more must not be spent on a table where nothing moves."""


def run(*, seconds: float, frames_per_s: int, films: int, json_file: Path | None) -> bool:
    """Measure and print; whether an idle camera costs at most :data:`IDLE_PCT_MAX`. Raises: OSError, not written."""
    idle = [idle_cost(*size, seconds, frames_per_s, CAMERA_IDLE_S) for size in SIZES]
    reading = [
        reading_cost(*label, *size, films, hard=hard) for hard in (False, True) for label in LABELS for size in SIZES
    ]
    console = Console()
    console.print(_idle_table(idle))
    console.print(_reading_table(reading))
    if json_file is not None:
        figures = {"idle": [asdict(one) for one in idle], "reading": [asdict(one) for one in reading]}
        json_file.write_text(json.dumps(figures, indent=1) + "\n")
    return all(one.watcher_pct + one.capture_pct <= IDLE_PCT_MAX for one in idle)


def _idle_table(measured: list[Idle]) -> Table:
    table = Table(title="An empty table: % of one core")
    for heading in ("frame", "looks a second", "station", "camera's process", "in all"):
        table.add_column(heading, justify="right")
    for one in measured:
        parts = one.watcher_pct, one.capture_pct, one.watcher_pct + one.capture_pct
        table.add_row(
            f"{one.width_px} x {one.height_px}", f"{one.frames_per_s:.1f}", *(f"{part:.1f}" for part in parts)
        )
    return table


def _reading_table(measured: list[Reading]) -> Table:
    table = Table(title="A label somewhere on the table: frames read, and CPU a frame")
    for heading in ("symbol", "film", "frame", "read %", "ms", "whole: read %", "ms", "ratio"):
        table.add_column(heading, justify="right")
    for one in measured:
        table.add_row(
            one.symbology,
            "hard" if one.hard else "plain",
            f"{one.width_px} x {one.height_px}",
            f"{one.read_pct:.0f}",
            f"{one.cpu_ms:.1f}",
            f"{one.whole_read_pct:.0f}",
            f"{one.whole_cpu_ms:.1f}",
            f"{one.cpu_ms / one.whole_cpu_ms:.2f}",
        )
    return table
