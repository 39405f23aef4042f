"""Zones: which part of the floor a bay belongs to, and where a cart goes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

LABEL = "ZONE-"
"""What a zone's label begins with; its name follows."""


@dataclass(frozen=True, kw_only=True)
class Zones:
    """The zones of a site."""

    mode: Literal["pass", "parallel"]
    names: tuple[str, ...]
    """In walking order."""
    of_bay: Mapping[str, str]
    """The zone of each bay."""
    of_bench: Mapping[str, str]
    """The zone whose pickers take carts on at an induct station."""

    def named_by(self, symbol: str) -> str:
        """The zone whose label, bay or bin a symbol is; empty if it is none.

        >>> zones = Zones(mode="pass", names=("A",), of_bay={"bay-01": "A"}, of_bench={})
        >>> zones.named_by("ZONE-A"), zones.named_by("bay-01"), zones.named_by("bay-01/07"), zones.named_by("ZONE-B")
        ('A', 'A', 'A', '')
        """
        name = symbol.removeprefix(LABEL)
        if name != symbol and name in self.names:
            return name
        return self.of_bay.get(symbol.partition("/")[0], "")


def next_zone(names: Sequence[str], after: str, left: Sequence[str], waiting: Mapping[str, int]) -> str:
    """Where a cart goes when a zone is done: where the fewest carts wait, of those that are left; then to the nearest.

    Args:
        names: The cart's zones in walking order.
        after: The zone that is done; empty at first.
        left: Those where the cart still has picks, at least one.
        waiting: Carts that wait for each zone.

    >>> next_zone(("A", "B", "C"), "A", ("C", "B"), {})
    'B'
    >>> next_zone(("A", "B", "C"), "A", ("C", "B"), {"B": 2})
    'C'
    """
    place = {name: number for number, name in enumerate(names)}
    here = place.get(after, 0)
    return min(left, key=lambda name: (waiting.get(name, 0), abs(place[name] - here), place[name]))
