"""What the pages on a carton show: how the goods of a parcel, or of the tote at a pack bench, go in."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from hub.domain.cartons import Carton
from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import Packing
from hub.domain.packing.picture import frames
from hub.handlers.pack import PackState
from hub.handlers.parcel_packing import goods_of, packing_in
from hub.handlers.policy import Policy
from hub.storage import benches, parcels
from hub.storage.parcels import PickedLine

STEPS_MAX = 60
"""Steps that a page draws; a parcel of more is told in full by its list of goods."""
PACKINGS_KEPT = 64
"""So many packings are remembered: a bench's page asks for the same one every few seconds."""


def packing_at_bench(connection: Any, policy: Policy, station: str) -> dict[str, Any] | None:
    """The carton that a pack bench is to pack; without a carton, if it has none yet; None: it is no pack bench."""
    found = benches.load(connection, station)
    if found is None or found[1] != "pack":
        return None
    state = msgspec.json.decode(found[3], type=PackState)
    view: dict[str, Any] = {"title": f"{state.tote} ({state.order})" if state.tote else "", "carton": None}
    if state.carton and state.stage in ("weigh", "aside"):
        counts = {wanted.sku_id: wanted.counted or 0 for wanted in state.wanted}
        view |= _shown(policy, state.carton, parcels.picked_lines(connection, state.load_id), counts)
    return view


def packing_of_parcel(connection: Any, policy: Policy, tracking: str) -> dict[str, Any] | None:
    """How the goods of a parcel lie in its carton; None: there is no such parcel."""
    found = parcels.packed_lines(connection, tracking)
    if found is None:
        return None
    carton, lines = found
    counts: dict[int, int] = {}
    for line in lines:
        counts[line.sku_id] = counts.get(line.sku_id, 0) + line.units
    return {"title": tracking} | _shown(policy, carton, lines, counts)


def _shown(policy: Policy, name: str, lines: Sequence[PickedLine], counts: Mapping[int, int]) -> dict[str, Any]:
    """The carton with its steps. A carton that the site no longer has cannot be drawn."""
    carton = next((one for one in policy.cartons if one.name == name), None)
    if carton is None:
        return {"carton": None, "gone": name}
    packing = _packing(carton, goods_of(lines, counts))
    described = {line.sku_id: line.description or line.code for line in lines if counts.get(line.sku_id)}
    names = list(described.values())
    drawn = frames(packing, names)
    return {
        "carton": name,
        "sides": " x ".join(str(side) for side in carton.sides_mm),
        "fill": round(packing.fill * 100),
        "steps": [{"words": step.words, "svg": svg} for step, svg in drawn[:STEPS_MAX]],
        "more": max(0, len(drawn) - STEPS_MAX),
        "left": [f"{units} x {name}" for name, units in zip(names, packing.left, strict=True) if units],
    }


@lru_cache(maxsize=PACKINGS_KEPT)
def _packing(carton: Carton, goods: tuple[Goods, ...]) -> Packing:
    """How goods lie in a carton: the same goods lie the same way."""
    return packing_in(carton, goods)
