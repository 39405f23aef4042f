"""Lights in walking order: the tasks of a cart are ranked along the shortest route through its bins."""

from collections.abc import Sequence

from hub.domain.floor_stops import FloorStops
from hub.domain.route import shortest_route
from hub.storage import carts
from hub.storage.transaction import Tx


def rank_by_route(tx: Tx, floor: FloorStops, batch_id: int, zones: Sequence[str] = ("",)) -> None:
    """Give a cart's open tasks the ranks that they have among themselves in walking order; those of each zone apart.

    So carts that were planned before stay before it. A bin without a stop comes at the end; of one stop the bins
    follow each other by name.
    """
    for zone in zones:
        _rank(tx, floor, carts.open_tasks(tx.connection, batch_id, zone))


def _rank(tx: Tx, floor: FloorStops, rows: list[carts.RankedTask]) -> None:
    if len(rows) < 2:
        return
    route = shortest_route(floor.aisles, {floor.stops[row.bin] for row in rows if row.bin in floor.stops})
    place = {stop: number for number, stop in enumerate(route.stops)}

    def walked(row: carts.RankedTask) -> tuple[int, str, int]:
        stop = floor.stops.get(row.bin)
        return len(place) if stop is None else place[stop], row.bin, row.rank

    ranks = sorted(row.rank for row in rows)
    carts.set_ranks(tx, [(row.task_id, rank) for row, rank in zip(sorted(rows, key=walked), ranks, strict=True)])
