"""Packing uses materials up: what a parcel takes leaves its bench in the book. It never holds packing up.

What the book lacks was there all the same, for the parcel stands: it is booked as found, then as used, and a person is
asked to count.
"""

from collections.abc import Mapping, Sequence

from hub.domain.business_day import day_of
from hub.domain.cartons import Carton
from hub.domain.materials import used_by
from hub.handlers.benches import Turn
from hub.handlers.moving import lots_at, take
from hub.storage import exceptions, materials
from hub.storage.parcels import PickedLine

COUNT = "material_count"
"""An exception: more of a material was used at a bench than the book had there."""


def use_materials(turn: Turn, carton: str, lines: Sequence[PickedLine], counts: Mapping[int, int], parcel: int) -> None:
    """Book what a parcel takes of the materials at its bench.

    Args:
        lines, counts: What is in it.
        parcel: Its id: why it was taken.
    """
    wanted = turn.policy.materials
    if not wanted.skus:
        return
    tx = turn.tx
    box = next(one for one in turn.policy.cartons if one.name == carton)
    sides = {line.sku_id: line.sides_mm for line in lines}
    goods_mm3 = sum(units * sides[sku][0] * sides[sku][1] * sides[sku][2] for sku, units in counts.items() if units)
    ids = materials.ids(tx.connection, tx.client_id, wanted.skus)
    place_id = materials.place_of(tx, turn.station)
    for used in used_by(wanted, box, goods_mm3):
        sku_id = ids.get(used.sku)
        if sku_id is None:  # the site's files name it, the database could not take it over: that was said at the start
            continue
        units = materials.used_units(tx, place_id, sku_id, used.amount, used.of_unit)
        if units:
            _book(turn, used.sku, sku_id, units, place_id, parcel)


def _book(turn: Turn, sku: str, sku_id: int, units: int, place_id: int, parcel: int) -> None:
    tx = turn.tx
    if units > materials.on_hand(tx.connection, place_id).get(sku_id, 0):
        detail = f"{sku}: a parcel took more than the book had at {turn.station}. Count it there (page /materials)."
        exceptions.open_once(tx, COUNT, turn.station, detail, ref_kind="sku", ref_id=sku)
    gone = materials.consumed(tx)
    for stock, part in lots_at(tx, place_id, sku_id, units):
        take(tx, turn.fact, stock, place_id, part, gone, "packing", None, ("parcel", str(parcel)))
    materials.count_used(tx, day_of(tx.now_us, turn.policy.zone), place_id, sku_id, units)


def cartons_out(turn: Turn) -> frozenset[str]:
    """Names of cartons of which the book has none at this bench."""
    skus = turn.policy.materials.carton_skus
    if not skus:
        return frozenset()
    ids = materials.ids(turn.tx.connection, turn.tx.client_id, tuple(skus.values()))
    there = materials.on_hand(turn.tx.connection, materials.place_of(turn.tx, turn.station))
    return frozenset(name for name, sku in skus.items() if sku in ids and there.get(ids[sku], 0) <= 0)


def chosen_words(best: Carton, chosen: Carton) -> str:
    """What the packer is told where the best carton is out by the book."""
    if best == chosen:
        return f"The book has no carton {best.name} here, and no other takes it: count them."
    return f"The book has no carton {best.name} here: {chosen.name} instead."
