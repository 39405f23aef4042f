"""The figures of a reading benchmark as tables."""

from rich.table import Table

from edge.bench.reading import Measured, Tally


def tables(measured: Measured) -> list[Table]:
    """The figures as a person reads them: in all, then by symbology."""
    results = {"ours": measured.ours, "pyzbar": measured.pyzbar, "zxing-cpp": measured.zxing}
    whole = Table(title="In all")
    for heading in ("reader", "pictures", "read %", "misread", "empty ones", "read there", "CPU ms", "CPU to pyzbar"):
        whole.add_column(heading, justify="left" if heading == "reader" else "right")
    for name, result in results.items():
        ratio = result.cpu_ms_mean / measured.pyzbar.cpu_ms_mean
        whole.add_row(name, *_cells(result), f"{ratio:.2f}")
    by_symbology = Table(title="By symbology: read % (misread)")
    by_symbology.add_column("group")
    for heading in ("pictures", *results):
        by_symbology.add_column(heading, justify="right")
    for group, tally in measured.ours.by_symbology.items():
        cells = [_short(result.by_symbology[group]) for result in results.values()]
        by_symbology.add_row(group, str(tally.images + tally.negatives), *cells)
    return [whole, by_symbology]


def _cells(tally: Tally) -> tuple[str, ...]:
    counts = (f"{tally.read_pct:.1f}", str(tally.misread), str(tally.negatives), str(tally.negative_reads))
    return (str(tally.images), *counts, f"{tally.cpu_ms_mean:.1f}")


def _short(tally: Tally) -> str:
    if not tally.images:
        return f"{tally.negative_reads} read"
    return f"{tally.read_pct:.1f} ({tally.misread})"
