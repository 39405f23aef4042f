"""Lots whose time is over: their bins are held until somebody has taken them out, and their orders wait again."""

from hub.handlers.allocate import give_up_promises, promise_again
from hub.handlers.facts import by_person
from hub.handlers.moving import break_reservations, hold_for_count
from hub.storage import exceptions, lots, places
from hub.storage.transaction import Tx

KIND = "spoiled_lot"


def set_aside(tx: Tx) -> int:
    """Hold the bins in which a lot lies that may not be sent any more; how many of them were not held before.

    What was reserved of the lot is called back from its lights, what was promised of it is given up. A picker cannot
    tell two lots of one bin apart, so the whole bin is held until it is counted without that lot.
    """
    held = set()
    for found in lots.spoiled(tx.connection, tx.site_id, tx.now_us):
        if found.held and not found.reserved:
            continue
        if not found.held:
            held.add(found.bin_name)
        why = f"{found.on_hand} units of {found.description}, lot {found.code}, may not be sent any more."
        exceptions.open_once(tx, KIND, found.bin_name, why, ref_kind="lot", ref_id=str(found.stock.lot_id))
        break_reservations(tx, by_person(tx), found.bin_id, found.stock, 0)
        hold_for_count(tx, found.bin_name, why)
        give_up_promises(tx, found.stock.sku_id)
        promise_again(tx, [found.stock.sku_id])  # what was called back waits, and may be served from another bin
    return len(held)


def still_spoiled(tx: Tx, bin_name: str) -> None:
    """After a count: what is said of the bin's lots ends with those that are gone; the bin is held on for the others,
    until they are gone too."""
    here = [one for one in lots.spoiled(tx.connection, tx.site_id, tx.now_us) if one.bin_name == bin_name]
    if here:
        places.hold(tx, bin_name)
    else:
        exceptions.close(tx, KIND, bin_name, "count")
