"""Zones of a floor and work on the way, as ``site.toml`` states them."""

from typing import Annotated, Literal

import msgspec

from edge.contract.strict import Strict

ZoneMode = Literal["pass", "parallel"]
"""How an order with lines in several zones is picked: its tote is passed on from zone to zone, or each zone picks its
part at the same time and a wall brings the parts together."""
OnTheWay = Literal["count", "put_back", "put_away"]
"""Tasks that a picker may do on the walk of a cart: counts, put-aways from the put-back tote, and from deliveries."""


class StatedZone(Strict, frozen=True, kw_only=True):
    """One of ``zones``: the bays of one picker."""

    name: Annotated[
        str,
        msgspec.Meta(
            min_length=1, max_length=20, pattern="^[A-Za-z0-9]([A-Za-z0-9 ._-]*[A-Za-z0-9])?$",
            description="letters, digits, spaces, dots, dashes and underscores, up to 20",
        ),
    ]  # fmt: skip
    """It is on the zone's label: ``ZONE-NAME``."""
    bays: tuple[str, ...] = ()
    """Its bays by name."""
    aisles: tuple[str, ...] = ()
    """Bays that say so of themselves (``aisle = "A"``) are its, too."""
    bench: str = ""
    """The induct station where its pickers take carts on; none: any of them."""


class Interleaved(Strict, frozen=True, kw_only=True):
    """``interleave``: other tasks that are lit on a cart's walk, in its picker's colour."""

    kinds: tuple[OnTheWay, ...] = ()
    """Which; none: no task is."""
    tasks_max: Annotated[int, msgspec.Meta(ge=1, le=50)] = 4
    """At most so many a walk."""
    detour_m: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 10
    """By so many metres they may make a walk longer, all together."""
