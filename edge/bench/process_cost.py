"""What a process costs: processor, memory, bytes written to the card, by the kernel's own books.

Source: Linux, proc_pid_stat(5), proc_pid_status(5), proc_pid_io(5).
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

UTIME, STIME = 11, 12
"""Fields of stat behind the process's name, counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A process's books at one moment."""

    at_s: float
    cpu_s: float
    """User and system time of all its threads."""
    resident_bytes: int
    written_bytes: int
    """What it had the kernel send to a disk: whole pages, the file's log included."""
    writes: int
    """System calls that wrote anything, sockets included."""


def cost_of(pid: int) -> Cost:
    """The books of a process. Raises: OSError, it has gone or is another user's."""
    proc = Path(f"/proc/{pid}")
    fields = proc.joinpath("stat").read_text("ascii").rpartition(")")[2].split()
    ticks = int(fields[UTIME]) + int(fields[STIME])
    status = _table(proc.joinpath("status").read_text("ascii", "replace"))
    io = _table(proc.joinpath("io").read_text("ascii"))
    return Cost(
        at_s=time.monotonic(),
        cpu_s=ticks / os.sysconf("SC_CLK_TCK"),
        resident_bytes=int(status["VmRSS"].split()[0]) * 1024,
        written_bytes=int(io["write_bytes"]) - int(io["cancelled_write_bytes"]),
        writes=int(io["syscw"]),
    )


def cpu_pct(before: Cost, after: Cost) -> float:
    """Processor time between two moments, in percent of one core."""
    return 100 * (after.cpu_s - before.cpu_s) / (after.at_s - before.at_s)


def written_per_hour(before: Cost, after: Cost) -> int:
    """Bytes written between two moments, as of an hour."""
    return round((after.written_bytes - before.written_bytes) * 3_600 / (after.at_s - before.at_s))


def _table(text: str) -> dict[str, str]:
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
