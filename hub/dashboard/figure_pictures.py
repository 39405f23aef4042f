"""Small pictures beside figures: a line by day, a bar of steps, bars of ages.

Classes of the page's own style sheet give the colours, by day and by night; there are no scripts. Each says in words
what it shows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from hub.domain.metrics import StepTime

LINE_WIDTH_PX, LINE_HEIGHT_PX, LINE_MARGIN_PX, LINE_LEFT_PX = 240, 58, 8, 66
BAR_WIDTH_PX, ROW_PX, LABEL_PX = 480, 30, 62
AGES_WIDTH_PX, AGES_HEIGHT_PX, AGES_FOOT_PX = 600, 150, 24
Point = tuple[float, float]


def day_line(name: str, days: Sequence[str], values: Sequence[float | None], words: Callable[[float], str]) -> str:
    """A figure by day; empty if fewer than two days have one.

    Args:
        name: What it is.
        days: The days as they are called.
        values: As many; None leaves a gap.
        words: How a value is written.
    """
    known = [(value, n) for n, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    (low, low_at), (high, high_at) = min(known), max(known)
    said = f"{name} by day: between {words(low)} ({days[low_at]}) and {words(high)} ({days[high_at]})"
    step = (LINE_WIDTH_PX - LINE_LEFT_PX - LINE_MARGIN_PX) / (len(values) - 1)
    span = high - low

    def at(n: int, value: float) -> Point:
        share = (value - low) / span if span else 0.5
        return LINE_LEFT_PX + n * step, LINE_HEIGHT_PX - LINE_MARGIN_PX - share * (LINE_HEIGHT_PX - 2 * LINE_MARGIN_PX)

    parts = [
        f'<svg class="dayline" viewBox="0 0 {LINE_WIDTH_PX} {LINE_HEIGHT_PX}" role="img" aria-label={quoteattr(said)}>',
        f"<title>{escape(said)}</title>",
    ]
    ends = [(high, 0.0), (low, 1.0)] if span else [(low, 0.5)]
    for value, down in ends:
        y = LINE_MARGIN_PX + down * (LINE_HEIGHT_PX - 2 * LINE_MARGIN_PX) + 4
        parts.append(f'<text x="{LINE_LEFT_PX - 8}" y="{y:.0f}">{escape(words(value))}</text>')
    for run in _runs(values):
        points = [at(n, value) for n, value in run]
        if len(points) == 1:
            parts.append(_dot(points[0], 2.2))
        else:
            parts.append('<polyline points="{}"/>'.format(" ".join(f"{x:.1f},{y:.1f}" for x, y in points)))
    value, last = known[-1]
    parts.append(_dot(at(last, value), 3.2))
    return "".join([*parts, "</svg>"])


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Days in a row that have a value."""
    run: list[tuple[int, float]] = []
    for n, value in enumerate(values):
        if value is not None:
            run.append((n, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _dot(at: Point, radius: float) -> str:
    return f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}"/>'


def step_bars(steps: Sequence[StepTime], words: Callable[[float], str]) -> str:
    """Two bars one above the other, on one scale: the steps of half of the orders, and of nine in ten. Empty if no step
    took any time.

    Args:
        steps: As :func:`hub.domain.metrics.step_times` gives them, the whole way last.
        words: How a span (microseconds) is written.
    """
    ways = steps[:-1]
    rows = [("half", [one.median_us for one in ways]), ("9 in 10", [one.p90_us for one in ways])]
    longest = max((sum(spans) for _, spans in rows), default=0)
    if not longest:
        return ""
    said = "; ".join(f"{one.step}: {words(one.median_us)}, nine in ten {words(one.p90_us)}" for one in steps)
    height = ROW_PX * len(rows)
    parts = [
        f'<svg class="stepbars" viewBox="0 0 {BAR_WIDTH_PX} {height}" role="img" aria-label={quoteattr(said)}>',
        f"<title>{escape(said)}</title>",
    ]
    for row, (name, spans) in enumerate(rows):
        y, x = row * ROW_PX, float(LABEL_PX)
        parts.append(f'<text x="0" y="{y + 20}">{name}</text>')
        for number, span in enumerate(spans):
            width = span / longest * (BAR_WIDTH_PX - LABEL_PX)
            parts.append(
                f'<rect class="step-{number}" x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="{ROW_PX - 8}"/>'
            )
            x += width
    return "".join([*parts, "</svg>"])


def age_bars(ages: Mapping[str, int]) -> str:
    """How many lines have waited how long; empty if none wait."""
    most = max(ages.values(), default=0)
    if not most:
        return ""
    said = "Lines that wait for stock: " + ", ".join(f"{words}: {lines}" for words, lines in ages.items())
    parts = [
        f'<svg class="agebars" viewBox="0 0 {AGES_WIDTH_PX} {AGES_HEIGHT_PX}" role="img" aria-label={quoteattr(said)}>',
        f"<title>{escape(said)}</title>",
    ]
    column = AGES_WIDTH_PX / len(ages)
    room = AGES_HEIGHT_PX - 2 * AGES_FOOT_PX
    for number, (words, lines) in enumerate(ages.items()):
        height = lines / most * room
        x, middle, foot = number * column + 8, (number + 0.5) * column, AGES_HEIGHT_PX - AGES_FOOT_PX
        parts.append(f'<rect x="{x:.1f}" y="{foot - height:.1f}" width="{column - 16:.1f}" height="{height:.1f}"/>')
        parts.append(f'<text class="count" x="{middle:.1f}" y="{foot - height - 6:.1f}">{lines:,}</text>')
        parts.append(f'<text x="{middle:.1f}" y="{AGES_HEIGHT_PX - 6}">{escape(words)}</text>')
    return "".join([*parts, "</svg>"])
