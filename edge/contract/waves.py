"""Waves of release: when orders go to the floor so that they are in time for the carrier, as ``site.toml`` states."""

from typing import Annotated, Literal

import msgspec

from edge.contract.strict import Strict

TimeOfDay = Annotated[
    str,
    msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="a time of day in quotation marks, as 16:00"),
]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WORKING_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")


class StatedWave(Strict, frozen=True, kw_only=True):
    """One of ``waves``: what leaves together. Times are local and follow each other on one day."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    services: tuple[str, ...] = ()
    """The carriers' services that leave then, as in ``carriers.toml``; none: those that no other wave names."""
    release: TimeOfDay
    """From then on its orders are given to carts."""
    orders_until: TimeOfDay
    """An order that comes later goes with the next one."""
    leaves: TimeOfDay
    """When the carrier takes it."""
    days: tuple[Day, ...] = WORKING_DAYS
