"""The cartons that orders are packed into unless others are named, and what a parcel costs there.

Footprints are the 600 x 400 mm module, its parts and, for what is long, its multiples; each in a few heights.
Source: module and parts, ISO 3394:2012. Prices, board and carrier are invented, and by rule: no size is favoured.
"""

from pathlib import Path

from edge.contract.site import BadSite, load_toml
from hub.bench.carton_orders import BadBenchFile
from hub.domain.billed_weight import billed_mg
from hub.domain.cartons import Carton, Prices
from hub.site.catalogue import CartonsFile
from hub.site.golive import carton_of

FOOTPRINTS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (200, 150, (50, 100, 150)),
    (300, 200, (50, 100, 150, 200)),
    (400, 300, (100, 150, 200, 300)),
    (600, 200, (200,)),
    (600, 400, (100, 200, 300, 400)),
    (800, 200, (200,)),
    (800, 400, (300,)),
    (800, 600, (400,)),
    (1200, 400, (200,)),
    (1200, 600, (400,)),
)
"""(length, width, heights) in millimetres."""
BOARD_MG_PER_MM2 = 0.5
"""Single wall board: 500 g a square metre."""
LOAD_MAX_MG = 30_000_000
CARTON_MINOR = 10
BOARD_MINOR_PER_M2 = 60
"""A carton's price, and that of its board (pence)."""
MM3_PER_KG = 5_000_000
"""A carrier bills a kilogram for five litres."""
PARCEL_MINOR = 300
KILOGRAM_MINOR = 60
DUNNAGE_MINOR_PER_M3 = 1_500


def standard_cartons() -> tuple[Carton, ...]:
    """The set, small footprints first."""
    return tuple(_carton(length, width, height) for length, width, heights in FOOTPRINTS for height in heights)


def read_cartons(file: Path) -> tuple[Carton, ...]:
    """The cartons of a file like a site's ``cartons.toml``.

    Raises:
        BadBenchFile: it cannot be read, or has none.
    """
    try:
        kinds = load_toml(file, CartonsFile).cartons
    except BadSite as error:
        raise BadBenchFile(str(error)) from error
    if not kinds:
        raise BadBenchFile(f"{file}: cartons: expected at least one, got none.")
    return tuple(carton_of(kind) for kind in kinds)


def prices() -> Prices:
    """Carton, filling, and a carrier who bills by weight or by volume, whichever is more."""
    return Prices(freight=_freight, dunnage_minor_per_m3=DUNNAGE_MINOR_PER_M3)


def _freight(carton: Carton, gross_mg: int) -> int:
    billed = billed_mg(gross_mg, carton.sides_mm, mm3_per_kg=MM3_PER_KG)
    return PARCEL_MINOR + billed * KILOGRAM_MINOR // 1_000_000


def _carton(length: int, width: int, height: int) -> Carton:
    board_mm2 = 2 * (length + width) * (width + height)  # the blank of a slotted carton (FEFCO 0201), flaps included
    tare_mg = round(board_mm2 * BOARD_MG_PER_MM2)
    return Carton(
        name=f"{length}x{width}x{height}",
        length_mm=length,
        width_mm=width,
        height_mm=height,
        tare_mg=tare_mg,
        tare_spread_mg=tare_mg // 200,
        load_max_mg=LOAD_MAX_MG,
        cost_minor=CARTON_MINOR + board_mm2 * BOARD_MINOR_PER_M2 // 1_000_000,
    )
