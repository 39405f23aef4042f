"""Which carton a load gets, and how its goods lie in it: the same answer every time it is asked."""

from collections.abc import Iterable, Mapping, Sequence

from hub.domain.cartons import Carton, Prices, choose_carton, fitting_carton
from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import Packing
from hub.domain.packing.packer import Effort, pack_most, pack_whole
from hub.domain.rates import Destination, Shipment, cheapest
from hub.handlers.policy import Policy
from hub.storage.parcels import PickedLine

EFFORT = Effort(tries=24, block_tries=3)
"""Bounded by tries, not by time: what is booked must not depend on how busy the hub is."""


def goods_of(lines: Iterable[PickedLine], counts: Mapping[int, int]) -> tuple[Goods, ...]:
    """What was counted of each SKU of a load, as goods to pack, in the order of the lines."""
    goods = {
        line.sku_id: Goods(
            units=counts[line.sku_id],
            unit_mg=line.unit_mg,
            sides_mm=line.sides_mm,
            upright=(False, False, True) if line.this_side_up else (True, True, True),
            bears_mg=0 if line.fragile else None,
        )
        for line in lines
        if counts.get(line.sku_id)
    }
    return tuple(goods.values())


def packing_in(carton: Carton, goods: Sequence[Goods]) -> Packing:
    """How goods lie in a carton; what did not go in is left over in it."""
    whole = pack_whole(carton.sides_mm, carton.load_max_mg, goods, EFFORT)
    return pack_most(carton.sides_mm, carton.load_max_mg, goods, EFFORT) if whole is None else whole


def carton_for(
    policy: Policy,
    goods: Iterable[Goods],
    to: Destination,
    *,
    dangerous: bool = False,
    out: frozenset[str] = frozenset(),
) -> Carton:
    """The carton that costs least with its freight, billed by weight or size as its carrier does.

    Args:
        out: Cartons that there are none of: another is taken if the goods go into one.
    """

    def freight_minor(carton: Carton, gross_mg: int) -> int | None:
        shipment = Shipment(weight_mg=gross_mg, sides_mm=carton.sides_mm, to=to, dangerous=dangerous)
        offer = cheapest(policy.services, shipment)
        return None if offer is None else offer.price_minor

    wanted, prices = tuple(goods), Prices(freight=freight_minor)
    there = [carton for carton in policy.cartons if carton.name not in out]
    found = fitting_carton(there, wanted, prices=prices, effort=EFFORT) if out else None
    return choose_carton(policy.cartons, wanted, prices=prices, effort=EFFORT) if found is None else found
