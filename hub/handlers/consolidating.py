"""Parallel zones: an order's parts are picked at the same time and come together in a cell of a wall, as one parcel.

An order is opened when its first part is released while another zone can pick more of it. From then on all its loads go
to one wall, whose cells are spoken for: parts of an order share one cell, and never wait for a cell that other orders'
parts keep from them. It is complete when all that was picked is in the cell and nobody can pick more of it now, so what
one zone lacks strands nothing; or when a person says that it leaves as it is.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from hub.handlers.pick_trouble import NoSuch
from hub.handlers.policy import Policy
from hub.storage import consolidations, orders
from hub.storage.consolidations import Missing
from hub.storage.transaction import Tx

PLACES_MAX = 3
"""So many places where something is missing are named."""


def wall_for(tx: Tx, policy: Policy, order_id: int, *, elsewhere: bool) -> str | None:
    """To which wall a part of an order goes that is being released; "" if it is all of it, and packed by itself; None
    if it has to wait, for no wall has a cell for it.

    ``elsewhere``: whether other zones can pick more of it now.
    """
    known = consolidations.of_order(tx.connection, order_id)
    if known is not None:
        if elsewhere or consolidations.is_out(tx.connection, order_id):
            return known.wall
        consolidations.close(tx, order_id)
    if not elsewhere:
        return ""
    room = {wall: _room(tx.connection, policy, wall) for _, wall in policy.walls}
    wall = max(room, key=lambda name: room[name], default="")
    if not wall or room[wall] <= 0:
        return None
    consolidations.open_(tx, order_id, wall)
    return wall


def _room(connection: Connection, policy: Policy, wall: str) -> int:
    """How many orders more may come together at a wall: a tote of small orders must find its cells beside them."""
    together, cells = consolidations.at_wall(connection, wall)
    return cells - together - (policy.wall_tote_orders_max if policy.wall_order_units_max else 0)


def what_is_missing(connection: Connection, order_id: int) -> str:
    """What an order's cell still waits for, in words; empty if it is complete, or leaves as it is."""
    known = consolidations.of_order(connection, order_id)
    if known is None or known.sent_by:
        return ""
    return in_words(consolidations.missing(connection, order_id))


def in_words(missing: Sequence[Missing]) -> str:
    """Where the units are that are missing.

    >>> one = Missing(order_id=1, order_ref="A", wall="wall-1", cell="", since_us=0, where="picking", place="bay-02",
    ...               cart="CART-2", units=3)
    >>> in_words([one])
    '3 to pick at bay-02 (CART-2)'
    """
    said = [_one(part) for part in missing[:PLACES_MAX]]
    more = len(missing) - len(said)
    return ", ".join(said) + (f" and {more} more" if more else "")


def _one(part: Missing) -> str:
    if part.where == "waiting":
        return f"{part.units} that no picker has taken yet"
    cart = f" ({part.cart})" if part.cart else ""
    return f"{part.units} {'to pick at' if part.where == 'picking' else 'in'} {part.place}{cart}"


def come_together(tx: Tx, cell_id: int, load_id: int, order_id: int) -> None:
    """A cell is packed: what its parts brought is one load's; what comes later is packed by itself."""
    for other_id, _ in consolidations.loads_of_cell(tx.connection, cell_id):
        if other_id != load_id:
            consolidations.merge(tx, load_id, other_id)
    consolidations.close(tx, order_id)


def send_as_it_is(tx: Tx, ref: str, who: str) -> None:
    """An order leaves without the parts that are not in its cell. Raises: NoSuch, its parts do not come together."""
    found = orders.order_by_ref(tx.connection, tx.client_id, ref)
    known = None if found is None else consolidations.of_order(tx.connection, found[0])
    if known is None:
        raise NoSuch(f"Expected an order whose parts come together at a wall, got '{ref}'.")
    consolidations.send(tx, known.order_id, who)
    tx.changed("place", station=known.wall)
    tx.changed("board")


def look_at_wall(tx: Tx, load_id: int | None) -> None:
    """Something of a load was done or given up: its order may be complete at its wall now."""
    wall = "" if load_id is None else consolidations.wall_of_load(tx.connection, load_id)
    if wall:
        tx.changed("place", station=wall)
