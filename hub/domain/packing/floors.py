"""The free floors of a carton that is filled without overhangs: rectangles of one height, each as large as can be.

Above each is room up to the lid. Floors of one height overlap. What is put on one takes its part out of all of them;
its top is a new floor, which is joined with those of its height beside it.
Source: maximal spaces, F. Parreño, R. Alvarez-Valdes, J. M. Tamarit and J. F. Oliveira, "A maximal-space algorithm for
the container loading problem", INFORMS Journal on Computing 20(3), 2008.
"""

from collections.abc import Iterable, Iterator

from hub.domain.packing.filling import Box

Floor = tuple[int, int, int, int, int]
"""x, y of the near corner, height, x, y of the far corner, in millimetres."""


class Floors:
    """The free floors; at first the carton's own.

    Args:
        length_mm: The carton's inner length.
        width_mm: Its inner width.
    """

    def __init__(self, length_mm: int, width_mm: int) -> None:
        self.free: list[Floor] = [(0, 0, 0, length_mm, width_mm)]
        self._full: set[Floor] = set()
        """Too small by themselves for all that is left; they may still be joined with others."""

    def copy(self) -> "Floors":
        """The same floors, to be filled in another way."""
        after = Floors(0, 0)
        after.free, after._full = list(self.free), set(self._full)
        return after

    def open(self) -> list[Floor]:
        """Those that may still take something."""
        return [f for f in self.free if f not in self._full]

    def close(self, floor: Floor) -> None:
        """Nothing that is left goes there."""
        self._full.add(floor)

    def take(self, box: Box, *, bears: bool) -> None:
        """Something was put on a floor. ``bears``: others may be put on it."""
        x, y, _, x2, y2, top = box
        kept: list[Floor] = []
        cut: list[Floor] = []
        for f in self.free:
            if f[0] < x2 and x < f[3] and f[1] < y2 and y < f[4]:
                cut.extend(_beside(f, x, y, x2, y2))
            else:
                kept.append(f)
        self.free = kept
        for part in _largest(cut):
            if not _lies_in(part, kept):
                kept.append(part)
        if bears:
            self._join((x, y, top, x2, y2))

    def _join(self, floor: Floor) -> None:
        """Add a floor, and those that it makes with others of its height."""
        todo = [floor]
        while todo:
            new = todo.pop()
            if _lies_in(new, self.free):
                continue
            self.free = [f for f in self.free if not _within(f, new)]
            todo.extend(joint for f in self.free if f[2] == new[2] for joint in _joints(new, f))
            self.free.append(new)


def _beside(floor: Floor, x: int, y: int, x2: int, y2: int) -> Iterator[Floor]:
    """What is left of a floor around a rectangle, in overlapping parts."""
    a, b, z, a2, b2 = floor
    if a < x:
        yield a, b, z, x, b2
    if x2 < a2:
        yield x2, b, z, a2, b2
    if b < y:
        yield a, b, z, a2, y
    if y2 < b2:
        yield a, y2, z, a2, b2


def _within(a: Floor, b: Floor) -> bool:
    return a[2] == b[2] and b[0] <= a[0] and b[1] <= a[1] and a[3] <= b[3] and a[4] <= b[4]


def _lies_in(a: Floor, floors: Iterable[Floor]) -> bool:
    x, y, z, x2, y2 = a
    for b in floors:  # noqa: SIM110 - no generator: this is asked hundreds of times for each unit that is packed
        if b[2] == z and b[0] <= x and b[1] <= y and x2 <= b[3] and y2 <= b[4]:
            return True
    return False


def _largest(floors: Iterable[Floor]) -> list[Floor]:
    """Those that lie in no other, each once."""
    listed = list(dict.fromkeys(floors))
    return [f for f in listed if not any(f is not other and _within(f, other) for other in listed)]


def _joints(a: Floor, b: Floor) -> Iterator[Floor]:
    """The floors across two of one height, along and across.

    >>> list(_joints((0, 0, 5, 4, 3), (4, 1, 5, 9, 6)))
    [(0, 1, 5, 9, 3)]
    """
    x, y, x2, y2 = max(a[0], b[0]), max(a[1], b[1]), min(a[3], b[3]), min(a[4], b[4])
    if x <= x2 and y < y2:
        yield min(a[0], b[0]), y, a[2], max(a[3], b[3]), y2
    if y <= y2 and x < x2:
        yield x, min(a[1], b[1]), a[2], x2, max(a[4], b[4])
