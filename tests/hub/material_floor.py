"""A stocked floor whose cartons, labels, tape and dunnage are stock."""

from pathlib import Path
from typing import Any

from hub.domain.gtin import check_digit
from tests.hub.stocked_floor import StockedFloor, _files

TAPE_UNIT_MM, DUNNAGE_UNIT_ML = 10_000, 5
CARTONS = {"XS": 3, "S": 500, "M": 400}
"""Cartons that have an SKU, and how many lie there at go-live."""
SKUS = (*(f"BOX-{name}" for name in CARTONS), "LABEL", "TAPE", "KRAFT")


def material_files(xs_units: int = CARTONS["XS"]) -> dict[str, str]:
    """The files that name materials."""
    head, *rows = _files()["items.csv"].strip().split("\n")
    table = [f"{head},material", *(f"{row},0" for row in rows)]
    for n, sku in enumerate(SKUS):
        digits = f"0209{n:09d}"
        table.append(
            f"{sku},packing {sku.lower()},{digits}{check_digit(digits)},20000,100,100,100,10,Corner Wholesale,0,5,2,6,1"
        )
    cartons = _files()["cartons.toml"]
    for name in CARTONS:
        cartons = cartons.replace(f'name = "{name}"\n', f'name = "{name}"\nmaterial = "BOX-{name}"\n')
    cartons = cartons.replace("stock_units = 600", f"stock_units = {xs_units}")
    cartons += f'\n[materials]\nlabel = "LABEL"\ntape = "TAPE"\ntape_unit_mm = {TAPE_UNIT_MM}\n'
    cartons += f'dunnage = "KRAFT"\ndunnage_unit_ml = {DUNNAGE_UNIT_ML}\n'
    return {"items.csv": "\n".join(table) + "\n", "cartons.toml": cartons}


class MaterialFloor(StockedFloor):
    """The floor.

    Args:
        xs_units: Of the smallest carton, at go-live.
    """

    def __init__(self, directory: Path, xs_units: int = CARTONS["XS"]) -> None:
        super().__init__(directory, **material_files(xs_units))

    def packed(self, ref: str, tote: str = "TOTE-0001", **units: int) -> str:
        """An order is packed and has left; the carton."""
        self.picked_tote(ref, tote=tote, **units)
        self.scan("pack-1", tote)
        self.check_items("pack-1", **units)
        carton = self.prompt("pack-1").title.split("carton ")[1].split(",")[0]
        mg = next(one for one in self.policy.cartons if one.name == carton).tare_mg
        mg += sum(self.catalogue.items[sku].unit_mg * n for sku, n in units.items())
        self.scan("pack-1", self.weigh("pack-1", mg).expected[0])
        return carton

    def used(self) -> dict[str, int]:
        """Units used up by SKU."""
        return self.at("consumed")

    def details(self, kind: str) -> list[dict[str, Any]]:
        """The open exceptions of a kind."""
        return self.rows(f"SELECT place, ref_id FROM exception WHERE kind = '{kind}' AND closed_us IS NULL ORDER BY id")
