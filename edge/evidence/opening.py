"""Where a station's pictures lie, and opening them."""

import secrets
from collections.abc import Callable
from pathlib import Path

from edge.contract.site import Station
from edge.evidence.keeper import Keeper, NoPictures
from edge.evidence.ring import Ring

FOLDER = "pictures"
ID_BYTES = 8


def ring_of(data: Path, station: Station) -> Ring | None:
    """A station's ring of pictures; None if it has no camera, or is to keep none."""
    camera = station.camera
    if camera is None or not camera.pictures:
        return None
    bytes_max = camera.pictures_mb * 1_000_000
    return Ring(data / FOLDER / station.name, count_max=camera.pictures, bytes_max=bytes_max)


def open_keeper(
    data: Path,
    station: Station,
    *,
    wall_us: Callable[[], int],
    now_us: Callable[[], int],
    on_health: Callable[[str, bool, str], None],
) -> Keeper | NoPictures:
    """Keeps a station's pictures in its data directory, if it is to keep any."""
    ring = ring_of(data, station)
    if ring is None:
        return NoPictures()
    return Keeper(
        station.name,
        ring,
        new_id=lambda: secrets.token_hex(ID_BYTES),
        wall_us=wall_us,
        now_us=now_us,
        on_health=on_health,
    )
