"""Which lot of an item goes first, and how long it must still keep when it is sent."""

from typing import Annotated, Literal

import msgspec

from edge.contract.strict import Strict

Rotation = Literal["fefo", "fifo", "lifo"]
"""First that expires first, first that came first, or first that came last."""
KeepsDays = Annotated[int, msgspec.Meta(ge=0, le=3_650)]


class ItemRotation(Strict, frozen=True, kw_only=True):
    """What holds for one SKU in place of what holds for the site."""

    sku: str
    client: str = ""
    """Whose SKU; empty: of the site's first client."""
    rotation: Rotation | None = None
    """None: as the site."""
    keeps_days: KeepsDays | None = None
    """None: as the site."""
