"""Forcing: a station that is away keeps its tasks, until a supervisor takes them back."""

from hub.handlers.allocate import promise_again
from hub.handlers.facts import by_person
from hub.handlers.moving import hold_for_count
from hub.handlers.picks import give_up
from hub.handlers.replenish import bring_back
from hub.handlers.sort_state import go_on
from hub.storage import tasks
from hub.storage.transaction import Tx


def force_station(tx: Tx, station: str) -> int:
    """End the picks and put-aways of a station without its answer; how many there were.

    Their lines wait for stock elsewhere, the bins of the picks are held and counted: somebody may have taken the units
    all the same. If the station says so later, that is booked as it happened.
    """
    fact = by_person(tx)
    forced = [row for row in tasks.open_at_station(tx.connection, station) if row.kind != "count"]
    for row in forced:
        if row.kind == "pick":
            give_up(tx, fact, row)
            hold_for_count(tx, row.bin_name, f"A task of {row.bin_name} was taken back while {station} was away.")
        else:
            tasks.set_state(tx, row, "void")
            bring_back(tx, row)
            if row.source_id is not None:
                go_on(tx, row.source_id)
    promise_again(tx, sorted({row.sku_id for row in forced}))
    return len(forced)
