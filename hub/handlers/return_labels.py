"""The label of a return: a shipment from the customer to us, by the cheapest service that takes returns. The intent is
written down first; a carrier whose labels we number ourselves needs not be asked (docs/returns.md)."""

from hub.domain.labels import shipping_label
from hub.domain.packing.goods import Goods
from hub.domain.rates import Destination, Shipment, cheapest
from hub.handlers.label_buying import tracking_number
from hub.handlers.parcel_packing import carton_for
from hub.handlers.policy import Policy
from hub.storage import exceptions, orders, return_labels, returns
from hub.storage.recipients import recipient_of
from hub.storage.return_labels import ReturnLabel
from hub.storage.returns import ReturnRow
from hub.storage.transaction import Tx

NUMBERED_FROM = 20_000_000_000
"""Labels of returns are numbered from here: parcels' own and their second labels lie below."""


def want_return_label(tx: Tx, policy: Policy, row: ReturnRow) -> ReturnLabel | None:
    """Want a label for what may come back; None where no carrier offers one: then the slip goes with any parcel."""
    services = [service for service in policy.services if service.returns]
    if not services or policy.sender is None or row.order_id is None:
        return None
    party = recipient_of(tx.connection, row.order_id).party
    start = Destination(country=party.country, postcode=party.postcode, residential=policy.residential)
    goods, weight_mg = _goods(tx, row)
    carton = carton_for(policy, goods, start)
    weight_mg += carton.tare_mg
    offer = cheapest(services, Shipment(weight_mg=weight_mg, sides_mm=carton.sides_mm, to=start))
    if offer is None:
        return None
    label = return_labels.insert(
        tx,
        return_id=row.id,
        carrier=offer.service.carrier,
        service=offer.service.name,
        price_minor=offer.price_minor,
        weight_mg=weight_mg,
        carton=carton.name,
    )
    if offer.service.carrier not in policy.carriers_asked:
        label_sold(tx, policy, label, tracking_number(NUMBERED_FROM + label.id), "")
    return return_labels.by_id(tx.connection, label.id)


def _goods(tx: Tx, row: ReturnRow) -> tuple[list[Goods], int]:
    goods = []
    for line in returns.lines(tx.connection, row.id):
        sku = orders.sku(tx.connection, line.sku_id)
        sides = (sku.length_mm, sku.width_mm, sku.height_mm)
        goods.append(Goods(units=line.units, unit_mg=sku.unit_mg, sides_mm=sides))
    return goods, sum(one.units * one.unit_mg for one in goods)


def label_sold(tx: Tx, policy: Policy, label: ReturnLabel, tracking: str, zpl: str) -> bool:
    """A carrier has sold the label; whether that was news."""
    row = returns.by_id(tx.connection, label.return_id)
    assert row.order_id is not None and policy.sender is not None, "only such a return wants a label"
    shown = zpl or shipping_label(
        tracking=tracking,
        service=label.service,
        recipient=policy.sender.lines,
        sender=recipient_of(tx.connection, row.order_id).party.lines,
        order=f"{row.order_ref} return {row.number}",
        parcel=row.id,
        weight_mg=label.weight_mg,
    )
    return return_labels.answered(
        tx, label.id, state="bought", tracking=tracking, zpl=shown, bought_us=tx.now_us, detail=""
    )


def label_refused(tx: Tx, label: ReturnLabel, why: str) -> None:
    """A carrier does not sell the label: a person tells the customer to take another way."""
    if return_labels.answered(tx, label.id, state="refused", detail=why):
        row = returns.by_id(tx.connection, label.return_id)
        exceptions.open_once(
            tx,
            "return_label_refused",
            row.number,
            f"{label.carrier} sells no label for return {row.number}: {why}",
            ref_kind="return",
            ref_id=row.number,
        )
