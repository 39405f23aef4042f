"""What a site's files say of bins beside whose they are: limits, and how far they are to walk to."""

from collections.abc import Mapping

from edge.contract.site import Site
from hub.site.aisles import floor_of
from hub.site.bin_limits import BinLimit
from hub.storage import putaway
from hub.storage.transaction import Tx

LIMITS = ("volume_mm3", "load_max_mg", "dangerous", "reserve", "min_units", "max_units", "lane")
"""What a file says of bins; how far they are follows from where they stand."""


def take_over_bins(tx: Tx, site: Site, limits: Mapping[str, BinLimit]) -> list[str]:
    """Write down what the files say of bins now; what changed of their limits, in words."""
    floor = floor_of(site)
    dynamic = int(site.file.slots == "dynamic")
    changed = []
    for name, (bin_id, before) in putaway.traits(tx.connection, tx.site_id).items():
        limit = limits.get(name)
        far = None if floor is None or name not in floor.stops else floor.stops[name]
        wanted = {
            "volume_mm3": None if limit is None or limit.volume_ml is None else limit.volume_ml * 1000,
            "load_max_mg": None if limit is None else limit.load_max_mg,
            "dangerous": 0 if limit is None else limit.dangerous,
            "far_mm": None if far is None or floor is None else floor.aisles.between_mm(floor.aisles.depot, far),
            "dynamic": dynamic,
            "reserve": 0 if limit is None else limit.reserve,
            "min_units": None if limit is None else limit.min_units,
            "max_units": None if limit is None else limit.max_units,
            "lane": 0 if limit is None else limit.lane,
        }
        if wanted != before:
            putaway.set_traits(tx, bin_id, wanted)
            if any(wanted[trait] != before[trait] for trait in LIMITS):
                changed.append(name)
    return [f"limits of {len(changed)} bins"] if changed else []
