"""A cart that is out changes: another picker, another cart or another tote goes on, or its work is asked back."""

from hub.handlers.handing_on import put_down, take_on
from hub.handlers.pick_trouble import NoSuch
from hub.handlers.policy import Policy
from hub.handlers.sort_state import is_at_a_bench
from hub.storage import benches, carts, legs, places, tasks, way_tasks
from hub.storage.carts import CartOut
from hub.storage.transaction import Tx


class CannotChange(ValueError):
    """The change cannot be made now; the text says why, and nothing was changed."""


def hand_over(tx: Tx, cart: str, badge: str) -> int:
    """Another picker goes on with a cart: its open lights take that picker's colour; how many those are.

    Raises:
        NoSuch: nobody picks with that cart, or the badge is no picker's.
        CannotChange: that picker has a cart already.
    """
    out = _out(tx, cart)
    found = benches.operator(tx.connection, badge)
    if found is None or found[2] != "picker":
        raise NoSuch(f"Expected a picker's badge, got '{badge}'.")
    operator_id, name, _, colour = found
    if operator_id == out.operator_id:
        raise CannotChange(f"{name} has {cart} already.")
    if tasks.picking_batch(tx.connection, operator_id) is not None:
        raise CannotChange(f"{name} has a cart already: expected a picker without one.")
    if out.operator_id is None:  # it stands between two zones
        return take_on(tx, out.batch_id, operator_id, colour).open_tasks
    tasks.set_batch(tx, out.batch_id, operator_id=operator_id)
    here = next((leg for leg in legs.of_batch(tx.connection, out.batch_id) if leg.state == "picking"), None)
    if here is not None:
        legs.set_state(tx, here.id, "picking", operator_id)
    changed = carts.recolour(tx, out.batch_id, colour)
    way_tasks.recolour(tx, out.batch_id, colour)
    _lights_changed(tx, out.batch_id)
    return changed


def put_down_cart(tx: Tx, cart: str) -> None:
    """A picker leaves a cart where it is, and the next one of that zone goes on with it by scanning it.

    Raises:
        NoSuch: nobody picks with that cart.
        CannotChange: the cart goes through no zones, or stands at a hand-over place already.
    """
    out = _out(tx, cart)
    if not legs.of_batch(tx.connection, out.batch_id):
        raise CannotChange(f"{cart} goes through no zones: hand it over to another picker, or call it back.")
    if out.operator_id is None:
        raise CannotChange(f"{cart} stands at a hand-over place already.")
    put_down(tx, out.batch_id)


def recall_cart(tx: Tx, cart: str) -> int:
    """Ask all open picks of a cart back; how many. A pick ends once its station has answered that it was not picked;
    what lies in the totes is packed. Raises: NoSuch, nobody picks with that cart."""
    out = _out(tx, cart)
    recalled = 0
    for public in carts.open_picks(tx.connection, out.batch_id):
        row = tasks.by_public(tx.connection, public)
        if row is not None and row.state == "open":
            tasks.set_state(tx, row, "recalled")
            recalled += 1
    tx.changed("board")
    return recalled


def swap_cart(tx: Tx, policy: Policy, cart: str, other: str) -> None:
    """The totes stand on another cart now.

    Raises:
        NoSuch: nobody picks with that cart, or the other is no cart of the site.
        CannotChange: the other cart is in use.
    """
    out = _out(tx, cart)
    if other not in policy.carts:
        raise NoSuch(f"Expected a cart of this site, got '{other}'.")
    user = carts.user_of(tx.connection, other)
    if user is not None:
        raise CannotChange(f"{other} is with {user}: expected a cart that is free.")
    tasks.set_batch(tx, out.batch_id, cart=other)
    tx.changed("board")


def tote_full(tx: Tx, tote: str, other: str) -> int:
    """A tote is full: what is still to be picked into it goes into another, at its place on the cart; how many picks.

    What lies in the full one stays a parcel of its own.

    Raises:
        NoSuch: no tote of that name stands on a cart that is being picked, or the other is no tote.
        CannotChange: nothing more is to be picked into it, or the other is in use.
    """
    full, fresh = (places.seek(tx.connection, tx.site_id, name) for name in (tote, other))
    loads = [] if full is None else carts.loads_being_picked(tx.connection, full.id)
    if not loads:
        raise NoSuch(f"Expected a tote on a cart that is being picked, got '{tote}'.")
    if fresh is None or fresh.kind != "tote":
        raise NoSuch(f"Expected a tote of this site, got '{other}'.")
    if not tasks.free_tote(tx.connection, fresh.id) or is_at_a_bench(tx, fresh.id):
        raise CannotChange(f"{other} is in use: expected an empty tote.")
    moved = 0
    for load in loads:
        if not load.open_tasks:
            continue
        moved += load.open_tasks
        if not load.picked:
            tasks.set_load(tx, load.load_id, tote_id=fresh.id)
            continue
        position = carts.next_position(tx.connection, load.batch_id, load.position[0])
        new_id = tasks.insert_load(tx, load.batch_id, position, load.order_id)
        tasks.set_load(tx, new_id, tote_id=fresh.id, state="picking")
        carts.move_open_tasks(tx, load.load_id, new_id)
    if not moved:
        raise CannotChange(f"Nothing more is to be picked into {tote}.")
    tx.changed("board")
    return moved


def _out(tx: Tx, cart: str) -> CartOut:
    out = carts.out(tx.connection, cart)
    if out is None:
        raise NoSuch(f"Expected a cart that somebody picks with, got '{cart}'.")
    return out


def _lights_changed(tx: Tx, batch_id: int) -> None:
    for station in tasks.stations_open(tx.connection, batch_id):
        tx.changed("task", station=station)
    tx.changed("board")
