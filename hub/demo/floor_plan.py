"""The demo's floor: how many bays, where they and their bins stand, and how each station is wired.

Aisles run away from the benches, along x; each has bays on both its sides. A picker walks to the bench end of an
aisle to change to another one.
"""

from collections.abc import Sequence

from edge.contract.aisles import WalkedAisles
from edge.contract.camera import Camera
from edge.contract.site import (
    BenchButtons,
    Bin,
    Displays,
    Expanders,
    Printer,
    Rgb,
    Scale,
    Station,
    StationKind,
    Strip,
)

STRIP_BINS = 40
STARTER_BINS = 6
BIN_COLUMNS = 8
STARTER_COLUMNS = 3
BAYS_PER_SIDE = 6
BAY_PITCH_MM = 1_500
BIN_WIDTH_MM = 160
AISLE_PITCH_MM = 3_600
AISLE_FIRST_Y_MM = 1_800
AISLE_FIRST_X_MM = 4_000
STAND_OFF_MM = 400
"""From the middle of the aisle to where a picker stands at a bin."""
RACK_OFF_MM = 1_000
"""From the middle of the aisle to the middle of a rack."""
BENCH_X_MM = 1_200
BENCH_PITCH_MM = 1_600
BENCHES: tuple[tuple[str, StationKind], ...] = (
    ("induct-1", "induct"),
    ("pack-1", "pack"),
    ("pack-2", "pack"),
    ("dock-1", "dock"),
)
BAY_DIVISION_MG = 1_000
BAY_CAPACITY_MG = 30_000_000
"""Of one channel: one bin."""
BENCH_DIVISION_MG = 1_000
BENCH_CAPACITY_MG = 60_000_000
EXPANDERS = (0x20, 0x21, 0x22, 0x23, 0x24, 0x25)
STRIP_BEACON = Rgb(red=17, green=27, blue=22)
STRIP_BAY_BUTTON = 23
STARTER_RGB_FIRST_PIN = 4
STARTER_CONFIRM_PINS = (22, 23, 24, 25, 26, 27)
"""The starter bay's bins take 24 pins, 4 to 27; 2 and 3 are the I²C bus of its displays, 0 and 1 the board's own."""


def bay_count(skus: int) -> int:
    """Bays for that many SKUs: one starter bay, the rest with a strip.

    >>> bay_count(840), bay_count(6), bay_count(7)
    (22, 1, 2)
    """
    return -(-max(0, skus - STARTER_BINS) // STRIP_BINS) + 1


def plan_floor(
    skus: int, *, printer_host: str, printer_port: int, benches: Sequence[tuple[str, StationKind]] = BENCHES
) -> tuple[Station, ...]:
    """All stations of a floor with at least one bin for each SKU; the last bay is the starter bay."""
    bays = bay_count(skus)
    digits = max(2, len(str(bays)))
    stations = [_bay(n, f"bay-{n + 1:0{digits}d}", starter=n == bays - 1) for n in range(bays)]
    printer = Printer(host=printer_host, port=printer_port)
    stations += [_bench(n, name, kind, printer) for n, (name, kind) in enumerate(benches)]
    return tuple(stations)


def plan_aisles(skus: int) -> WalkedAisles:
    """The aisles of that floor: dead ends, which one cross-aisle at the benches' end joins."""
    aisles = -(-bay_count(skus) // (2 * BAYS_PER_SIDE))
    middles = tuple(AISLE_FIRST_Y_MM + n * AISLE_PITCH_MM for n in range(aisles))
    return WalkedAisles(along="x", middles_mm=middles, crossings_mm=(AISLE_FIRST_X_MM,), depot=BENCHES[0][0])


def bins_by_nearness(stations: tuple[Station, ...]) -> tuple[Bin, ...]:
    """All bins, those nearest to the pack stations first; at one place those at hand height first."""
    packs = [s for s in stations if s.kind == "pack"]
    x_mm = sum(s.x_mm for s in packs) // len(packs)
    y_mm = sum(s.y_mm for s in packs) // len(packs)
    bins = [b for s in stations for b in s.bins]
    return tuple(sorted(bins, key=lambda b: (abs(b.x_mm - x_mm) + abs(b.y_mm - y_mm), abs(b.level - 2), b.name)))


def _bay(n: int, name: str, *, starter: bool) -> Station:
    aisle, place = divmod(n, 2 * BAYS_PER_SIDE)
    along, side = divmod(place, 2)
    aisle_y_mm = AISLE_FIRST_Y_MM + aisle * AISLE_PITCH_MM
    left_mm = AISLE_FIRST_X_MM + along * BAY_PITCH_MM
    sign = 1 if side else -1
    columns = STARTER_COLUMNS if starter else BIN_COLUMNS
    bins = tuple(
        Bin(
            name=f"{name}/{i + 1:02d}",
            channel=i,
            x_mm=left_mm + (i % columns) * BIN_WIDTH_MM + BIN_WIDTH_MM // 2,
            y_mm=aisle_y_mm + sign * STAND_OFF_MM,
            level=i // columns,
            column=i % columns,
            rgb=_starter_rgb(i) if starter else None,
            confirm_pin=STARTER_CONFIRM_PINS[i] if starter else None,
        )
        for i in range(STARTER_BINS if starter else STRIP_BINS)
    )
    return Station(
        name=name,
        kind="bay",
        x_mm=left_mm + columns * BIN_WIDTH_MM // 2,
        y_mm=aisle_y_mm + sign * RACK_OFF_MM,
        bins=bins,
        strip=None if starter else Strip(),
        displays=Displays(),
        expanders=None if starter else Expanders(addresses=EXPANDERS),
        scale=Scale(
            protocol="bay_line",
            port=f"/dev/serial/by-id/usb-shelflight-{name}",
            baud=115_200,
            division_mg=BAY_DIVISION_MG,
            capacity_mg=BAY_CAPACITY_MG,
        ),
        beacon=None if starter else STRIP_BEACON,
        bay_button_pin=None if starter else STRIP_BAY_BUTTON,
    )


def _starter_rgb(i: int) -> Rgb:
    first = STARTER_RGB_FIRST_PIN + 3 * i
    return Rgb(red=first, green=first + 1, blue=first + 2)


def _bench(n: int, name: str, kind: StationKind, printer: Printer) -> Station:
    prints = kind != "induct"
    scale = Scale(
        protocol="mt_sics",
        port=f"/dev/serial/by-id/usb-shelflight-{name}",
        baud=9_600,
        division_mg=BENCH_DIVISION_MG,
        capacity_mg=BENCH_CAPACITY_MG,
    )
    return Station(
        name=name,
        kind=kind,
        x_mm=BENCH_X_MM,
        y_mm=AISLE_FIRST_Y_MM - RACK_OFF_MM + n * BENCH_PITCH_MM,
        scale=scale if prints else None,
        camera=Camera(width_px=640, height_px=480, frames_per_s=20),
        printer=printer if prints else None,
        buttons=BenchButtons(),
    )
