"""Choosing the carton: the cheapest of those in stock that the goods go into, as boxes, within what it carries.

What a parcel costs is its carton, what fills the room that is left, and the carrier's price for its weight.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hub.domain.packing.goods import Goods, Sides, volume_mm3
from hub.domain.packing.packed import Packing, remaining
from hub.domain.packing.packer import Effort, pack_most, pack_whole

MM3_PER_M3 = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Carton:
    """A kind of carton: inner sides in millimetres, weight when empty and how far it strays, and limits."""

    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_mg: int
    tare_spread_mg: int
    load_max_mg: int
    cost_minor: int

    @property
    def sides_mm(self) -> Sides:
        """Its sides."""
        return self.length_mm, self.width_mm, self.height_mm

    @property
    def volume_mm3(self) -> int:
        """Its volume."""
        return volume_mm3(self.sides_mm)


def _no_freight(_carton: Carton, _gross_mg: int) -> int | None:
    return 0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a parcel costs beside its carton."""

    freight: Callable[[Carton, int], int | None] = _no_freight
    """What the carrier asks for a carton of this gross weight (mg), in minor units; None: nobody takes it."""
    dunnage_minor_per_m3: int = 0
    """What filling a cubic metre of empty room costs."""

    def cost_minor(self, carton: Carton, goods: Sequence[Goods]) -> int | None:
        """What these goods cost in this carton, packed and sent; None: nobody takes it."""
        gross_mg = carton.tare_mg + sum(one.units * one.unit_mg for one in goods)
        freight_minor = self.freight(carton, gross_mg)
        if freight_minor is None:
            return None
        room_mm3 = carton.volume_mm3 - sum(one.units * one.unit_mm3 for one in goods)
        return carton.cost_minor + freight_minor + room_mm3 * self.dunnage_minor_per_m3 // MM3_PER_M3


@dataclass(frozen=True, kw_only=True)
class PackedCarton:
    """One parcel: its carton, how the goods lie in it, and what it costs."""

    carton: Carton
    packing: Packing
    cost_minor: int


@dataclass(frozen=True, kw_only=True)
class Parcels:
    """How goods are spread over cartons."""

    cartons: tuple[PackedCarton, ...]
    unpacked: tuple[int, ...]
    """Units of each kind that go into no carton by themselves."""

    @property
    def cost_minor(self) -> int:
        """What they cost in all."""
        return sum(one.cost_minor for one in self.cartons)


CARTON_ONLY = Prices()
ORDINARY = Effort()


def choose_carton(
    cartons: Sequence[Carton], goods: Iterable[Goods], *, prices: Prices = CARTON_ONLY, effort: Effort = ORDINARY
) -> Carton:
    """The cheapest carton that takes the goods; the largest if none does (the rest is the packer's judgement)."""
    found = fitting_carton(cartons, goods, prices=prices, effort=effort)
    if found is not None:
        return found
    return max(cartons, key=lambda c: (c.volume_mm3, c.load_max_mg))


def fitting_carton(
    cartons: Sequence[Carton], goods: Iterable[Goods], *, prices: Prices = CARTON_ONLY, effort: Effort = ORDINARY
) -> Carton | None:
    """The cheapest carton that takes the goods; None: none does."""
    found = _whole(cartons, tuple(goods), prices, effort)
    return None if found is None else found.carton


def pack_parcels(
    cartons: Sequence[Carton], goods: Iterable[Goods], *, prices: Prices = CARTON_ONLY, effort: Effort = ORDINARY
) -> Parcels:
    """Spread goods over cartons: one if they go into one, else the cheapest two that were found, else more.

    The first of several is the one that takes the largest part of the goods' volume, as long as two do not suffice.
    """
    left = tuple(goods)
    packed: list[PackedCarton] = []
    while any(one.units for one in left):
        whole = _whole(cartons, left, prices, effort)
        if whole is not None:
            packed.append(whole)
            left = remaining(left, whole.packing)
            break
        firsts = list(_firsts(cartons, left, prices, effort))
        if not firsts:
            break
        pairs = [(one, _whole(cartons, remaining(left, one.packing), prices, effort)) for one in firsts]
        both = [(first, second) for first, second in pairs if second is not None]
        if both:
            first, second = min(both, key=lambda pair: pair[0].cost_minor + pair[1].cost_minor)
            packed.extend((first, second))
            left = remaining(remaining(left, first.packing), second.packing)
            break
        first = max(firsts, key=lambda one: (one.packing.goods_mm3, -one.cost_minor))
        packed.append(first)
        left = remaining(left, first.packing)
    return Parcels(cartons=tuple(packed), unpacked=tuple(one.units for one in left))


def _whole(cartons: Sequence[Carton], goods: tuple[Goods, ...], prices: Prices, effort: Effort) -> PackedCarton | None:
    """The cheapest carton that takes all of it, tried from the cheapest up."""
    costs = [(prices.cost_minor(carton, goods), carton.volume_mm3, n) for n, carton in enumerate(cartons)]
    for cost_minor, _, n in sorted((cost, mm3, n) for cost, mm3, n in costs if cost is not None):
        packing = pack_whole(cartons[n].sides_mm, cartons[n].load_max_mg, goods, effort)
        if packing is not None:
            return PackedCarton(carton=cartons[n], packing=packing, cost_minor=cost_minor)
    return None


def _firsts(
    cartons: Sequence[Carton], goods: tuple[Goods, ...], prices: Prices, effort: Effort
) -> Iterator[PackedCarton]:
    """Each carton with as much of the goods as goes in, if anything does and a carrier takes it."""
    for carton in cartons:
        packing = pack_most(carton.sides_mm, carton.load_max_mg, goods, effort)
        cost_minor = prices.cost_minor(carton, _placed(goods, packing))
        if packing.placements and cost_minor is not None:
            yield PackedCarton(carton=carton, packing=packing, cost_minor=cost_minor)


def _placed(goods: tuple[Goods, ...], packing: Packing) -> tuple[Goods, ...]:
    """The goods that lie in a packing."""
    return tuple(replace(one, units=one.units - left) for one, left in zip(goods, packing.left, strict=True))
