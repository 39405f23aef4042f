"""When an order to a supplier comes."""

from hub.domain.lead_time import delivery_us
from hub.domain.learned_lead import learned_due_us
from hub.handlers.policy import Policy
from hub.storage.buying import Supplying


def due_us(supplier: Supplying, policy: Policy, ordered_us: int, *, spreads: float = 0.0) -> int:
    """When an order comes: as learned from the supplier's receipts, or by the catalogue's business hours, counted from
    the next working day if the cutoff has passed.

    Args:
        spreads: so many spreads of a learned lead time later than its mean.
    """
    if supplier.lead is not None:
        return learned_due_us(ordered_us, supplier.lead, zone=policy.zone, spreads=spreads)
    cutoff = dict(policy.cutoffs).get(supplier.name)
    return delivery_us(ordered_us, lead_us=supplier.lead_time_us, cutoff=cutoff, zone=policy.zone)
