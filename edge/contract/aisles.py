"""Where people walk: a site's aisles and cross-aisles, as ``site.toml`` states them."""

from typing import Literal

from edge.contract.strict import Strict


class WalkedAisles(Strict, frozen=True, kw_only=True):
    """``[aisles]``: parallel aisles, and the cross-aisles that join them.

    A bin stands in the aisle whose middle is nearest to its own ``x_mm`` and ``y_mm``. Beyond the outermost
    cross-aisles an aisle is a dead end.
    """

    along: Literal["x", "y"] = "x"
    """The axis that the aisles run along; the cross-aisles run along the other."""
    middles_mm: tuple[int, ...]
    """Each aisle's middle on the other axis, increasing."""
    crossings_mm: tuple[int, ...]
    """Each cross-aisle's place along the aisles, increasing."""
    depot: str = ""
    """The station where tours begin and end; the first induct station if it is not given."""
