"""What to say at the end of a day, and how the demo exits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether the day was all right."""

    code: int
    """The exit code: 0 all right, 1 not so."""
    lines: tuple[str, ...]
    """What is wrong, and who may have done it; empty if nothing is."""


def judge(report: dict[str, Any], *, fault_rate: float, visited: bool) -> Verdict:
    """Judge a day by its report.

    An invariant that does not hold is always ours. A book that differs from what lies there is ours when nobody erred:
    people with a fault rate do it on purpose, and what neither weight nor a scan can show stays wrong; a visitor's
    mistakes are real.

    Args:
        report: Of :meth:`hub.demo.day.Day.report`.
        fault_rate: How often the demo's people erred.
        visited: Whether a visitor took part.
    """
    broken = [name for name, holds in report["ledger"]["invariants"].items() if not holds]
    lines = []
    if broken:
        lines += [f"Expected every invariant to hold, but not: {', '.join(broken)}.", *_shown(report, "invariants")]
    differs = any(report["truth"].values())
    erred = fault_rate > 0 or visited
    if differs:
        lines += ["The book is not what lies there:"]
        lines += [line for kind in ("bins", "units", "parcels") for line in _shown(report, kind)]
    if differs and visited:
        lines += ["A visitor took part, and a visitor's mistakes are real: the day counts as worked."]
    elif differs and erred:
        lines += [
            f"People erred on purpose (--fault-rate {fault_rate:g}), and what neither weight nor a scan can show stays"
            " wrong: the day counts as worked."
        ]
    elif differs:
        lines += ["Nobody erred: expected no difference at all."]
    return Verdict(code=1 if broken or (differs and not erred) else 0, lines=tuple(lines))


def _shown(report: dict[str, Any], kind: str) -> Iterator[str]:
    return (f"  {kind}: {line}" for line in report["wrong"][kind])
