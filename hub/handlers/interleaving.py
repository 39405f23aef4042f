"""Counts and put-aways on the way: lit on the walk of a cart, in its picker's colour, if nothing urgent waits.

What is left of them when the cart (or its leg in a zone) is done is everybody's again: a cart never waits for them.
"""

from collections.abc import Sequence

from hub.domain.on_the_way import KINDS, LOOKED_AT_MAX, on_the_way
from hub.handlers.policy import Policy
from hub.handlers.urgency import SOON_US, ready_orders
from hub.storage import carts, way_tasks
from hub.storage.transaction import Tx
from hub.storage.way_tasks import OtherTask

READ_MAX = 200
"""So many open tasks are looked through for those that are nearest to the walk."""


def put_on_walk(tx: Tx, policy: Policy, batch_id: int, colour: str, zone: str = "") -> list[OtherTask]:
    """Put what else may be done on a cart's walk on it; what that is, in walking order.

    Nothing if an order on the cart or one that waits is urgent, or where the site's files do not say how people walk.
    """
    rule, floor = policy.interleave, policy.floor
    if not rule.kinds or floor is None or _is_urgent(tx, policy, batch_id):
        return []
    rows = [row for row in carts.open_tasks(tx.connection, batch_id, zone) if row.bin in floor.stops]
    picks = frozenset(floor.stops[row.bin] for row in rows)
    if not picks:
        return []
    zones = policy.zones
    near = {stop.aisle for stop in picks}
    found = [
        other
        for other in way_tasks.others(tx.connection, READ_MAX)
        if other.kind in rule.kinds
        and other.bin in floor.stops
        and (zones is None or zones.of_bay.get(other.station) == zone)
    ]
    found.sort(key=lambda o: (floor.stops[o.bin] not in picks, floor.stops[o.bin].aisle not in near, o.task_id))
    found = found[:LOOKED_AT_MAX]
    way = on_the_way(floor.aisles, picks, [floor.stops[other.bin] for other in found], rule)
    if not way.taken:
        return []
    place = {stop: number for number, stop in enumerate(way.stops)}
    walked = sorted(rows, key=lambda row: (place[floor.stops[row.bin]], row.bin, row.rank))
    ranks = sorted(row.rank for row in rows)
    carts.set_ranks(tx, [(row.task_id, rank) for row, rank in zip(walked, ranks, strict=True)])
    ranked = [(place[floor.stops[row.bin]], row.bin, rank) for row, rank in zip(walked, ranks, strict=True)]
    taken = sorted((found[n] for n in way.taken), key=lambda o: (place[floor.stops[o.bin]], KINDS.index(o.kind)))
    for other in taken:
        at = place[floor.stops[other.bin]]
        # of the same bin before its picks: a station shows the older of two tasks of one rank first
        same = [rank for _, bin_name, rank in ranked if bin_name == other.bin]
        rank = min(same) if same else next(rank for stop, _, rank in ranked if stop >= at)
        way_tasks.put_on(tx, batch_id, other, colour, rank)
    tx.changed("board")
    return taken


def _is_urgent(tx: Tx, policy: Policy, batch_id: int) -> bool:
    if way_tasks.is_urgent(tx.connection, batch_id, tx.now_us + SOON_US):
        return True
    ready = ready_orders(tx.connection, policy, tx.now_us)
    return bool(ready) and (ready[0].urgency[0] < 0 or ready[0].urgency[1] == 0)


def in_words(others: Sequence[OtherTask]) -> tuple[str, ...]:
    """What a picker takes along, one line each; a count needs nothing."""
    return tuple(
        f"{other.units} x {other.description} from {other.source} for {other.bin}"
        for other in others
        if other.kind != "count"
    )
