"""What of an order can be picked now, in the whole house or in one zone."""

from dataclasses import dataclass

from hub.domain.loading import Want
from hub.handlers.policy import Policy
from hub.storage import orders, tasks
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Picked:
    """What a cart takes of an order."""

    wants: list[Want]
    bins: frozenset[int] | None = None
    """From which bins it is taken; None: from whichever come first."""
    elsewhere: bool = False
    """Whether other zones can pick more of it now."""


NOTHING = Picked(wants=[])


def can_be_picked(tx: Tx, policy: Policy, order_id: int, zone: str = "", *, whole: bool) -> Picked:
    """What of an order can be picked now; nothing if ``whole`` and not all of it can be, as while a bin is counted.

    Of a ``zone``: nothing if nothing of it lies there. Where carts are passed on it is all of the order else, where
    zones pick at the same time what lies there. Which bin serves what is decided for the whole house first, so that a
    zone does not take the younger lot because it has no other.
    """
    zones = policy.zones
    wants: list[Want] = []
    here: list[Want] = []
    bins: set[int] = set()
    free: dict[int, list[tuple[int, str, int]]] = {}
    for line in orders.promised_lines(tx.connection, order_id):
        sku = orders.sku(tx.connection, line.sku_id)
        if sku.id not in free:
            free[sku.id] = [(bin_id, station, n) for bin_id, _, station, _, n in tasks.bins_with(tx, sku.id, order_id)]
        units, in_zone, left = 0, 0, []
        for bin_id, station, there in free[sku.id]:
            part = min(there, line.promised - units)
            units += part
            if part and zones is not None and zones.of_bay.get(station, zone) == zone:
                in_zone += part
                bins.add(bin_id)
            left.append((bin_id, station, there - part))
        free[sku.id] = left
        if whole and units < line.promised:
            return NOTHING
        volume = sku.length_mm * sku.width_mm * sku.height_mm
        for found, many in ((wants, units), (here, in_zone)):
            if many:
                found.append(Want(line_id=line.id, sku_id=sku.id, units=many, unit_mg=sku.unit_mg, unit_mm3=volume))
    if zones is None or not zone:
        return Picked(wants=wants)
    if not here:
        return NOTHING
    if zones.mode == "pass":
        return Picked(wants=wants)
    everything, mine = (sum(want.units for want in some) for some in (wants, here))
    return Picked(wants=here, bins=frozenset(bins), elsewhere=everything > mine)
