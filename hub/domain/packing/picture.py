"""A carton as it is packed, drawn step by step: SVG seen from above one corner, what is new in full colour.

Only plain attributes are used, no styles and no scripts, so that a page with a strict content policy may show it.
Source: isometric projection; nearer boxes are drawn over those behind them.
"""

import math
import re
from collections.abc import Iterator, Sequence
from colorsys import hls_to_rgb
from graphlib import CycleError, TopologicalSorter
from xml.sax.saxutils import escape, quoteattr

from hub.domain.packing.goods import Sides
from hub.domain.packing.packed import Packing, Placement
from hub.domain.packing.steps import Step, letter, steps

UNREADABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, escaped or not. Source: XML 1.0, section 2.2."""
COS, SIN = math.cos(math.pi / 6), 0.5
FRAME_PX = 300
MARGIN_PX = 12
GOLDEN = 0.618034
"""Hues this far apart around the circle stay apart, however many there are."""
INK, PAPER = "#17242b", "#fffefb"
LIGHT_NEW, LIGHT_BEFORE = (0.72, 0.60, 0.50), (0.93, 0.89, 0.85)
"""Of a box's top, right and left face: what goes in now, what lay there before."""
LETTER_PX_MIN = 9
SHEET_COLUMNS = 4
TITLE_PX = 40
CAPTION_PX = 64
CAPTION_CHARS = 42
CAPTION_LINES = 3
Point = tuple[float, float]


def frames(packing: Packing, names: Sequence[str]) -> tuple[tuple[Step, str], ...]:
    """Each step with its picture, an SVG element of its own.

    Args:
        packing: The packing.
        names: What each kind is called; any text.
    """
    view = _View(packing.sides_mm)
    order = _back_to_front(packing.placements)
    return tuple((step, _frame(view, packing, order, step)) for step in steps(packing, names))


def sheet(packing: Packing, names: Sequence[str], title: str) -> str:
    """All steps on one sheet with their words: an SVG document."""
    drawn, title = frames(packing, names), escape(_readable(title))
    columns = max(1, min(SHEET_COLUMNS, len(drawn)))
    drawn_px = _View(packing.sides_mm).height_px
    width = columns * FRAME_PX
    height = TITLE_PX + -(-len(drawn) // columns) * (drawn_px + CAPTION_PX)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        f'<text x="{MARGIN_PX}" y="27" font-size="18" font-weight="bold" fill="{INK}">{title}</text>',
    ]
    for number, (step, svg) in enumerate(drawn):
        x, y = number % columns * FRAME_PX, TITLE_PX + number // columns * (drawn_px + CAPTION_PX)
        parts.append(f'<g transform="translate({x} {y})">{svg}')
        for line, words in enumerate(_wrapped(f"{number + 1}. {step.words}")):
            top = drawn_px + 16 * (line + 1)
            parts.append(
                f'<text x="{MARGIN_PX}" y="{top}" font-size="12.5" fill="{INK}">{escape(_readable(words))}</text>'
            )
        parts.append("</g>")
    return "".join([*parts, "</svg>\n"])


class _View:
    """Where a point of a carton comes to lie on the picture."""

    def __init__(self, sides_mm: Sides) -> None:
        length, width, height = sides_mm
        room = FRAME_PX - 2 * MARGIN_PX
        across, down = (length + width) * COS, (length + width) * SIN + height
        self.scale = room / max(across, down)
        self.height_px = math.ceil(down * self.scale) + 2 * MARGIN_PX
        self._left = MARGIN_PX + (room - across * self.scale) / 2 + width * COS * self.scale
        self._top = MARGIN_PX + height * self.scale

    def at(self, x: float, y: float, z: float) -> Point:
        """The point on the picture, in pixels: x runs to the right, y to the left, both down; z runs up."""
        return self._left + (x - y) * COS * self.scale, self._top + ((x + y) * SIN - z) * self.scale


def _frame(view: _View, packing: Packing, order: Sequence[int], step: Step) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FRAME_PX} {view.height_px}" width="{FRAME_PX}"'
        f' height="{view.height_px}" role="img" aria-label={quoteattr(_readable(step.words))}>',
        f'<rect width="{FRAME_PX}" height="{view.height_px}" fill="{PAPER}"/>',
        *_walls(view, packing.sides_mm),
    ]
    for n in order:
        if n < step.end:
            parts.extend(_box(view, packing.placements[n], is_new=n >= step.first))
    return "".join([*parts, "</svg>"])


def _walls(view: _View, sides_mm: Sides) -> Iterator[str]:
    """The floor and the two far walls of the open carton."""
    length, width, height = sides_mm
    floor = [(0, 0, 0), (length, 0, 0), (length, width, 0), (0, width, 0)]
    right = [(0, 0, 0), (length, 0, 0), (length, 0, height), (0, 0, height)]
    left = [(0, 0, 0), (0, width, 0), (0, width, height), (0, 0, height)]
    for corners, fill in ((floor, "#e6d5b8"), (right, "#efe3cd"), (left, "#f4ebda")):
        yield _polygon([view.at(*corner) for corner in corners], fill, "#b49a6c", 1.0)


def _box(view: _View, p: Placement, *, is_new: bool) -> Iterator[str]:
    (x, y, z), (dx, dy, dz) = p.at_mm, p.size_mm
    x2, y2, z2 = x + dx, y + dy, z + dz
    top = [(x, y, z2), (x2, y, z2), (x2, y2, z2), (x, y2, z2)]
    right = [(x2, y, z), (x2, y2, z), (x2, y2, z2), (x2, y, z2)]
    left = [(x, y2, z), (x2, y2, z), (x2, y2, z2), (x, y2, z2)]
    ink, line = (INK, 1.2) if is_new else ("#8b979c", 0.6)
    for corners, light in zip((top, right, left), LIGHT_NEW if is_new else LIGHT_BEFORE, strict=True):
        yield _polygon([view.at(*corner) for corner in corners], _colour(p.kind, light), ink, line)
    size = min(dx, dy) * view.scale * 0.5
    if is_new and size >= LETTER_PX_MIN:
        a, b = view.at(x + dx / 2, y + dy / 2, z2)
        mark, size = letter(p.kind), min(size, 20.0)
        yield (
            f'<text x="{a:.1f}" y="{b + size * 0.35:.1f}" font-size="{size:.1f}" font-family="sans-serif"'
            f' font-weight="bold" text-anchor="middle" fill="{INK}">{mark}</text>'
        )


def _polygon(points: Sequence[Point], fill: str, ink: str, line: float) -> str:
    listed = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{listed}" fill="{fill}" stroke="{ink}" stroke-width="{line}" stroke-linejoin="round"/>'


def _colour(kind: int, light: float) -> str:
    red, green, blue = hls_to_rgb((0.08 + kind * GOLDEN) % 1, light, 0.62)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _back_to_front(placements: Sequence[Placement]) -> list[int]:
    """The order in which units are drawn: what may hide another one comes after it.

    Three long boxes can hide each other in a ring; then they are drawn in the order in which they go in.
    """
    behind = {
        n: {m for m, other in enumerate(placements) if m != n and _is_behind(other, p)}
        for n, p in enumerate(placements)
    }
    try:
        return list(TopologicalSorter(behind).static_order())
    except CycleError:
        return list(range(len(placements)))


def _is_behind(a: Placement, b: Placement) -> bool:
    """Whether ``b`` may hide ``a`` and ``a`` cannot hide ``b``: a line of sight falls along all three axes."""
    before = [a.at_mm[axis] + a.size_mm[axis] <= b.at_mm[axis] for axis in range(3)]
    after = [b.at_mm[axis] + b.size_mm[axis] <= a.at_mm[axis] for axis in range(3)]
    return any(before) and not any(after)


def _readable(text: str) -> str:
    return UNREADABLE.sub("\ufffd", text)


def _wrapped(text: str) -> list[str]:
    """A caption in lines; what is too long ends in dots."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > CAPTION_CHARS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()[:CAPTION_CHARS]
    return lines if len(lines) <= CAPTION_LINES else [*lines[: CAPTION_LINES - 1], lines[CAPTION_LINES - 1] + " ..."]
