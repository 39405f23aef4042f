"""What a parcel takes of packing materials: its carton, its label, tape and dunnage.

Tape and dunnage come in units that last for many parcels (a roll, a bag), so they are reckoned in what a unit is made
of: millimetres of tape, cubic millimetres of room that is filled.
"""

from dataclasses import dataclass

from hub.domain.cartons import Carton


@dataclass(frozen=True, kw_only=True)
class Materials:
    """Which SKUs are used up in packing; an empty code: that one is not counted."""

    cartons: tuple[tuple[str, str], ...] = ()
    """(carton, its SKU)."""
    label: str = ""
    tape: str = ""
    tape_unit_mm: int = 1_000
    """So much tape is one unit."""
    dunnage: str = ""
    dunnage_unit_mm3: int = 1_000_000
    """So much room one unit fills."""

    @property
    def skus(self) -> tuple[str, ...]:
        """Every SKU that is counted."""
        others = tuple(code for code in (self.label, self.tape, self.dunnage) if code)
        return tuple(dict.fromkeys((*(sku for _, sku in self.cartons), *others)))

    @property
    def carton_skus(self) -> dict[str, str]:
        """The SKU of each carton that has one."""
        return dict(self.cartons)


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a parcel takes of one SKU: ``amount`` out of units of ``of_unit`` each."""

    sku: str
    amount: int
    of_unit: int = 1


def used_by(materials: Materials, carton: Carton, goods_mm3: int) -> tuple[Used, ...]:
    """What a parcel takes.

    Tape goes once round the carton, along its longest side and across both seams; dunnage fills the room that the goods
    leave. Sides are inner ones: the board's thickness is left out.

    Args:
        goods_mm3: The volume of what is in it.
    """
    longest, shortest = max(carton.sides_mm), min(carton.sides_mm)
    sku = materials.carton_skus.get(carton.name, "")
    wanted = (
        Used(sku=sku, amount=1),
        Used(sku=materials.label, amount=1),
        Used(sku=materials.tape, amount=2 * (longest + shortest), of_unit=materials.tape_unit_mm),
        Used(
            sku=materials.dunnage,
            amount=max(0, carton.volume_mm3 - goods_mm3),
            of_unit=materials.dunnage_unit_mm3,
        ),
    )
    return tuple(one for one in wanted if one.sku and one.amount)
