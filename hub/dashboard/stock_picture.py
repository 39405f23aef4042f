"""An SKU's stock as a picture: what was asked for by day, what the stock will come to, and when more comes.

Left of today bars of what was asked for; right of it the stock as it is expected, with the band that it stays in with
the certainty of its class, the reorder point, and a mark for each delivery. Plain attributes only, no styles and no
scripts, so that a page with a strict content policy may show it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log10, sqrt
from xml.sax.saxutils import escape, quoteattr

WIDTH_PX, HEIGHT_PX = 900, 340
LEFT_PX, RIGHT_PX, TOP_PX, FOOT_PX = 56, 16, 30, 46
PAST_DAYS = 42
AHEAD_DAYS_MIN, AHEAD_DAYS_MAX = 14, 90
MARKS = 5
INK, SOFT, PAPER, RULE = "#17242b", "#55646c", "#fffefb", "#dcdad2"
BAR, LINE, BAND, POINT, COMES = "#7fa8dd", "#0b6b5d", "#cfe6df", "#b42318", "#c98500"


@dataclass(frozen=True, kw_only=True)
class StockView:
    """What is drawn."""

    title: str
    asked: Sequence[int]
    """Units asked for on each of the last days, the last one yesterday."""
    position: int
    """Units in the house that are nobody's, less what waits for stock."""
    daily_units: float
    """Expected a day."""
    margin_units: float
    """By how much more may be asked for in `cover_days`, with the certainty of the class."""
    cover_days: int
    level_percent: int
    reorder_point: int | None
    arrivals: Sequence[tuple[float, int, str]]
    """(days from now, units, purchase order); what is overdue comes at 0."""
    dates: tuple[str, str, str]
    """The first day drawn, today and the last day, as they are written."""

    @property
    def ahead_days(self) -> int:
        """So far the picture looks ahead."""
        last = max((days for days, _, _ in self.arrivals), default=0.0)
        return min(max(AHEAD_DAYS_MIN, self.cover_days, ceil(last) + 5), AHEAD_DAYS_MAX)


def stock_picture(view: StockView) -> str:
    """The picture, an SVG element."""
    frame = _Frame(view)
    words = (
        f"{view.title}: {view.position} units free, {view.daily_units:.1f} expected a day"
        + ("" if view.reorder_point is None else f", reorder point {view.reorder_point}")
        + "".join(f"; {units} of {number} in {days:.0f} days" for days, units, number in view.arrivals)
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" role="img"'
        f' aria-label={quoteattr(words)} font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH_PX}" height="{HEIGHT_PX}" fill="{PAPER}"/>',
        *frame.axes(view),
        *_bars(frame, view),
        *_ahead(frame, view),
        *_legend(view),
    ]
    return "".join([*parts, "</svg>"])


class _Frame:
    """Where days and units lie on the picture."""

    def __init__(self, view: StockView) -> None:
        levels = [level for _, level in _mean_line(view)]
        low = min([0, view.position, *(level - view.margin_units for level in levels)])
        high = max([1, *view.asked, view.position, view.reorder_point or 0, *levels])
        self.step = _round_step((high - low) / MARKS)
        self.low = self.step * (int(low // self.step))
        self.high = self.step * ceil(high / self.step)
        self.days = PAST_DAYS + view.ahead_days

    def x(self, day: float) -> float:
        """Of a day from now; the past is negative."""
        return LEFT_PX + (day + PAST_DAYS) / self.days * (WIDTH_PX - LEFT_PX - RIGHT_PX)

    def y(self, units: float) -> float:
        """Of a number of units."""
        share = (min(max(units, self.low), self.high) - self.low) / (self.high - self.low)
        return HEIGHT_PX - FOOT_PX - share * (HEIGHT_PX - FOOT_PX - TOP_PX)

    def axes(self, view: StockView) -> Iterator[str]:
        """Units at the left, days below, today in between."""
        units = self.low
        while units <= self.high:
            y = self.y(units)
            ink, width = (INK, 1.0) if units == 0 else (RULE, 0.7)
            yield _line(LEFT_PX, y, WIDTH_PX - RIGHT_PX, y, ink, width)
            yield _text(LEFT_PX - 8, y + 4, f"{units:,}", SOFT, "end")
            units += self.step
        yield _line(self.x(0), TOP_PX, self.x(0), HEIGHT_PX - FOOT_PX, SOFT, 1.0, "2 3")
        places = ((LEFT_PX, "start"), (self.x(0), "middle"), (WIDTH_PX - RIGHT_PX, "end"))
        for (x, anchor), date in zip(places, view.dates, strict=True):
            yield _text(x, HEIGHT_PX - FOOT_PX + 16, date, SOFT, anchor)


def _round_step(step: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ... that is not smaller.

    >>> [_round_step(step) for step in (0.2, 3, 12, 60)]
    [1, 5, 20, 100]
    """
    if step <= 1:
        return 1
    tens = 10 ** int(log10(step))
    return next(int(n * tens) for n in (1, 2, 5, 10, 20) if n * tens >= step)


def _mean_line(view: StockView) -> list[tuple[float, float]]:
    """(day, units) of the stock as it is expected, with a step at each delivery; below zero customers wait."""
    level, at, points = float(view.position), 0.0, [(0.0, float(view.position))]
    for days, units, _ in sorted(view.arrivals):
        day = min(max(days, at), float(view.ahead_days))
        level -= view.daily_units * (day - at)
        points += [(day, level), (day, level + units)]
        level, at = level + units, day
    end = float(view.ahead_days)
    return [*points, (end, level - view.daily_units * (end - at))]


def _bars(frame: _Frame, view: StockView) -> Iterator[str]:
    width = max(1.0, (frame.x(1) - frame.x(0)) * 0.72)
    for number, units in enumerate(reversed(view.asked[-PAST_DAYS:]), 1):
        if units:
            top, foot = frame.y(units), frame.y(0)
            yield (
                f'<rect x="{frame.x(-number):.1f}" y="{top:.1f}" width="{width:.1f}" height="{foot - top:.1f}"'
                f' fill="{BAR}"/>'
            )


def _ahead(frame: _Frame, view: StockView) -> Iterator[str]:
    line = _mean_line(view)
    if view.margin_units:
        dense = list(_dense(line))
        upper = [(day, min(level + _margin(view, day), level + view.daily_units * day)) for day, level in dense]
        lower = [(day, level - _margin(view, day)) for day, level in dense]
        shape = " ".join(f"{frame.x(day):.1f},{frame.y(units):.1f}" for day, units in [*upper, *reversed(lower)])
        yield f'<polygon points="{shape}" fill="{BAND}"/>'
    if view.reorder_point is not None:
        y = frame.y(view.reorder_point)
        yield _line(LEFT_PX, y, WIDTH_PX - RIGHT_PX, y, POINT, 1.4, "6 4")
        yield _text(LEFT_PX + 4, y - 5, f"reorder point {view.reorder_point:,}", POINT, "start")
    points = " ".join(f"{frame.x(day):.1f},{frame.y(units):.1f}" for day, units in line)
    yield f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="2.2" stroke-linejoin="round"/>'
    for days, units, number in view.arrivals:
        x = frame.x(min(max(days, 0.0), float(view.ahead_days)))
        yield _line(x, TOP_PX + 16, x, HEIGHT_PX - FOOT_PX, COMES, 1.4, "3 3")
        anchor = "end" if x > WIDTH_PX - 140 else "start"
        shift = -5 if anchor == "end" else 5
        yield _text(x + shift, TOP_PX + 14, f"+{units:,} {number}", COMES, anchor)


def _margin(view: StockView, day: float) -> float:
    """By how much more or less may be asked for until a day: it grows with the root of the days."""
    return view.margin_units * sqrt(day / max(view.cover_days, 1))


def _dense(line: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The points of a line and some between them: the band's edges are curved."""
    for (day, level), (to, then) in pairwise(line):
        steps = max(1, round(to - day))
        for n in range(steps):
            yield day + (to - day) * n / steps, level + (then - level) * n / steps
    yield line[-1]


def _legend(view: StockView) -> Iterator[str]:
    y = HEIGHT_PX - 12
    entries = [(BAR, "asked for, by day"), (LINE, "stock as expected")]
    if view.margin_units:
        entries.append((BAND, f"where it stays with {view.level_percent} % certainty"))
    x = float(LEFT_PX)
    for colour, words in entries:
        yield f'<rect x="{x:.0f}" y="{y - 9}" width="14" height="9" fill="{colour}" stroke="{SOFT}"/>'
        yield _text(x + 20, y, words, SOFT, "start")
        x += 46 + 6.6 * len(words)


def _line(x1: float, y1: float, x2: float, y2: float, ink: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{ink}" stroke-width="{width}"{dashed}/>'
    )


def _text(x: float, y: float, words: str, ink: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" text-anchor="{anchor}">{escape(words)}</text>'
