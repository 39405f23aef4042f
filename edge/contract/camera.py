"""The camera of a station, as its file names it."""

from typing import Annotated

import msgspec

from edge.contract.strict import Strict


class Camera(Strict, frozen=True, kw_only=True):
    """A camera that reads symbols."""

    device: str = "/dev/video0"
    width_px: int = 640
    height_px: int = 480
    frames_per_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    pictures: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 2_000
    """How many pictures of scans are kept as evidence on the station's card; 0: none."""
    pictures_mb: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 64
    """How many megabytes of the card they may take."""
