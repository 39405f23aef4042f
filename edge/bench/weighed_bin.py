"""A bay of one bin over physics."""

from random import Random

from edge.bench.bin_physics import Item, PhysicalBin, Scale
from edge.bench.weighed_bay import WeighedBay
from edge.contract.site import Bin, Station
from edge.contract.site import Scale as ScaleFile
from edge.contract.state import BinContent, Task, TaskKind

BIN = "bay-01/01"


class WeighedBin(WeighedBay):
    """One bin, its station's logic, and what that told."""

    def __init__(self, item: Item, scale: Scale, rng: Random) -> None:
        self.physical = PhysicalBin(item=item, scale=scale, rng=rng, name=BIN)
        station = Station(
            name="bay-01",
            kind="bay",
            bins=(Bin(name=BIN, channel=0),),
            scale=ScaleFile(
                protocol="bay_line", port="x", division_mg=scale.division_mg, capacity_mg=scale.capacity_mg
            ),
        )
        super().__init__(station, (content_of(BIN, item),), self.physical, rng)
        self._asked = 0

    def ask(self, kind: TaskKind | None, units: int = 0) -> None:
        """The hub asks for one thing, or for nothing."""
        self._asked += 1
        name = f"T{self._asked}"
        task = Task(task=name, kind=kind or "pick", bin=BIN, units=units, mark="A", colour="blue", order=1)
        self.want(*((task,) if kind is not None else ()))

    def hand_rests(self) -> None:
        """A hand rests on the bin for a moment."""
        self.hand_rests_on(self.physical.item.unit_mg)

    def press(self) -> None:
        """Press the bin's button."""
        self.press_at(BIN)

    @property
    def is_lit(self) -> bool:
        """Whether the bin asks for something."""
        return bool(self.lit)


def content_of(name: str, item: Item) -> BinContent:
    """What the hub tells of an item in a bin."""
    return BinContent(
        bin=name,
        sku=f"SKU {name}",
        unit_mg=item.unit_mg,
        spread_mg=item.spread_mg,
        mean_error_mg=round(item.lot_sigma_mg),
    )
