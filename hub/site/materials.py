"""What packing uses up, as the rules know it."""

from hub.domain.materials import Materials
from hub.site.catalogue import Catalogue

MM3_PER_ML = 1_000


def materials_of(catalogue: Catalogue) -> Materials:
    """The materials that a site's files name."""
    used = catalogue.materials
    return Materials(
        cartons=tuple((kind.name, kind.material) for kind in catalogue.cartons if kind.material),
        label=used.label,
        tape=used.tape,
        tape_unit_mm=used.tape_unit_mm,
        dunnage=used.dunnage,
        dunnage_unit_mm3=used.dunnage_unit_ml * MM3_PER_ML,
    )
