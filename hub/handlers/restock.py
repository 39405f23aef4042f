"""Restocking: when an SKU's inventory position falls to its reorder point, a purchase order is sent."""

from itertools import groupby

from hub.domain.lead_time import delivery_us
from hub.handlers.policy import Policy
from hub.handlers.put_away import ask_again
from hub.storage import purchasing
from hub.storage.transaction import Tx


def review(tx: Tx, policy: Policy) -> list[str]:
    """Write the purchase orders that the stock asks for, one a supplier; their numbers.

    What came before and was not put away is asked for again.
    The order brings the position up to its reorder point and the SKU's reorder units beyond. It is due after its
    supplier's lead time, in business hours, counted from the next working day if the cutoff has passed.
    """
    ask_again(tx)
    cutoffs = dict(policy.cutoffs)
    numbers = []
    wanted = purchasing.to_reorder(tx)
    for supplier_id, group in groupby(wanted, key=lambda p: p.supplier_id):
        positions = list(group)
        lines = [(p.sku_id, max(0, p.reorder_point_units - p.position) + max(1, p.reorder_units)) for p in positions]
        supplier = positions[0]
        cutoff = cutoffs.get(supplier.supplier)
        due_us = delivery_us(tx.now_us, lead_us=supplier.lead_time_us, cutoff=cutoff, zone=policy.zone)
        numbers.append(purchasing.insert_order(tx, supplier_id, due_us, lines))
    return numbers
