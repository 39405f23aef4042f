"""A carton while it is being filled: what lies in it, where a unit let down from above comes to rest, what it bears."""

from collections.abc import Sequence

from hub.domain.packing.goods import Goods, Sides
from hub.domain.packing.packed import SUPPORT_PERCENT, Packing, Placement

Box = tuple[int, int, int, int, int, int]
"""The near corner and the far corner of a unit in the carton: x, y, z, x, y, z in millimetres."""


class Filling:
    """An open carton of these inner sides.

    Args:
        sides_mm: Its inner sides; the last is its height.
        goods: What is to go in, by kind.
    """

    def __init__(self, sides_mm: Sides, goods: Sequence[Goods]) -> None:
        self.sides_mm = sides_mm
        self.boxes: list[Box] = []
        self._goods = goods
        self._kinds: list[int] = []
        self._careful = any(one.bears_mg is not None for one in goods)
        """Whether some unit bears only so much; otherwise nobody needs to know what lies on what."""
        self._borne_mg: list[int] = []
        self._below: list[list[tuple[int, int]]] = []
        """What each unit lies on: (which, area)."""

    def rest_mm(self, x: int, y: int, x2: int, y2: int) -> int:
        """How high a unit of this outline comes to rest when it is let down."""
        z = 0
        for a, b, _, a2, b2, top in self.boxes:
            if top > z and a < x2 and x < a2 and b < y2 and y < b2:
                z = top
        return z

    def holds(self, kind: int, box: Box) -> bool:
        """Whether a unit is steady there, and breaks nothing."""
        x, y, z, x2, y2, _ = box
        if z == 0:
            return True
        area = sum(part for _, part in self._under(box))
        if area * 100 < (x2 - x) * (y2 - y) * SUPPORT_PERCENT:
            return False
        if not self._careful:
            return True
        added = self._handed_down(self._under(box), self._goods[kind].unit_mg)
        return all(self._may_bear(n, self._borne_mg[n] + mg) for n, mg in added.items())

    def put(self, kind: int, box: Box) -> None:
        """Let a unit down."""
        self._kinds.append(kind)
        if self._careful:
            below = self._under(box) if box[2] else []
            for n, mg in self._handed_down(below, self._goods[kind].unit_mg).items():
                self._borne_mg[n] += mg
            self._below.append(below)
            self._borne_mg.append(0)
        self.boxes.append(box)

    def packing(self) -> Packing:
        """The carton as it is now."""
        left = [one.units for one in self._goods]
        for kind in self._kinds:
            left[kind] -= 1
        return Packing(
            sides_mm=self.sides_mm,
            placements=tuple(
                Placement(kind=kind, at_mm=(x, y, z), size_mm=(x2 - x, y2 - y, z2 - z))
                for kind, (x, y, z, x2, y2, z2) in zip(self._kinds, self.boxes, strict=True)
            ),
            left=tuple(left),
        )

    def _under(self, box: Box) -> list[tuple[int, int]]:
        x, y, z, x2, y2, _ = box
        return [
            (n, (min(a2, x2) - max(a, x)) * (min(b2, y2) - max(b, y)))
            for n, (a, b, _, a2, b2, top) in enumerate(self.boxes)
            if top == z and a < x2 and x < a2 and b < y2 and y < b2
        ]

    def _may_bear(self, n: int, mg: int) -> bool:
        limit = self._goods[self._kinds[n]].bears_mg
        return limit is None or mg <= limit

    def _handed_down(self, below: list[tuple[int, int]], mg: int) -> dict[int, int]:
        """What a weight on these units adds to each unit down to the floor, rounded up."""
        added: dict[int, int] = {}
        todo = [(below, mg)]
        while todo:
            below, mg = todo.pop()
            whole = sum(area for _, area in below)
            for n, area in below:
                part = -(-mg * area // whole)
                added[n] = added.get(n, 0) + part
                todo.append((self._below[n], part))
        return added
