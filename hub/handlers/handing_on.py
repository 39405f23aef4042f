"""Pick and pass: a cart goes from zone to zone, each time to whoever scans it there.

A cart's picks are cut into legs, one a zone, when it is planned. One leg is picked at a time; when it is done the cart
stands at the next zone's hand-over place, and nobody has it until the next picker scans it, or a tote on it. Zones
where nothing is left are skipped; after the last leg the cart goes to packing as any other.
"""

from sqlalchemy import Connection

from hub.domain.zones import Zones, next_zone
from hub.storage import carts, legs, tasks, way_tasks
from hub.storage.legs import Leg
from hub.storage.transaction import Tx

OPEN = ("offered", "picking")


def cut_into_legs(tx: Tx, zones: Zones, batch_id: int, first: str) -> None:
    """Cut a planned cart's picks into legs, written in walking order. A bay in no zone counts as the first's."""
    by_zone: dict[str, list[int]] = {}
    for station, task_ids in legs.tasks_by_station(tx.connection, batch_id).items():
        by_zone.setdefault(zones.of_bay.get(station, first), []).extend(task_ids)
    for name in zones.names:
        if name in by_zone:
            legs.insert(tx, batch_id, name, by_zone[name])


def begin(tx: Tx, batch_id: int, operator_id: int, zone: str) -> None:
    """A cart has its totes: its picks in this zone are lit; if there are none, it goes to another zone at once."""
    here = next((leg for leg in legs.of_batch(tx.connection, batch_id) if leg.zone == zone), None)
    if here is None or not here.open_tasks:
        go_on(tx, batch_id)
        return
    legs.set_state(tx, here.id, "picking", operator_id)


def go_on(tx: Tx, batch_id: int) -> None:
    """Something of a cart was done: if its leg is, the cart goes to the next zone, or to packing after its last."""
    found = legs.of_batch(tx.connection, batch_id)
    if not found or any(leg.state in OPEN and leg.open_tasks for leg in found):
        return
    done = next((leg for leg in found if leg.state in OPEN), None)
    if done is not None:
        legs.set_state(tx, done.id, "done")
        way_tasks.let_go(tx, batch_id)
    left = {leg.zone: leg for leg in found if leg.state == "waiting" and leg.open_tasks}
    if not left:
        end(tx, batch_id)
        tasks.deliver(tx, batch_id)
        return
    after = "" if done is None else done.zone
    zone = next_zone([leg.zone for leg in found], after, tuple(left), legs.offered(tx.connection))
    legs.set_state(tx, left[zone].id, "offered")
    legs.set_holder(tx, batch_id, None)
    tx.changed("board")


def end(tx: Tx, batch_id: int) -> None:
    """Nothing is left of a cart: none of its legs waits any more."""
    for leg in legs.of_batch(tx.connection, batch_id):
        if leg.state != "done":
            legs.set_state(tx, leg.id, "done")


def takes(connection: Connection, batch_id: int, zone: str) -> bool:
    """Whether a cart that stands somewhere has picks in a zone: then whoever works there may take it on."""
    return any(
        leg.zone == zone and leg.open_tasks and leg.state in ("waiting", "offered")
        for leg in legs.of_batch(connection, batch_id)
    )


def take_on(tx: Tx, batch_id: int, operator_id: int, colour: str, zone: str = "") -> Leg:
    """A picker has a cart that stood at a hand-over place: its picks in their zone are lit in their colour.

    ``zone``: theirs; where the cart stands if it is not given. The cart has picks there.
    """
    found = legs.of_batch(tx.connection, batch_id)
    here = next(leg for leg in found if leg.open_tasks and (leg.zone == zone or (not zone and leg.state == "offered")))
    for leg in found:
        if leg.state == "offered" and leg.id != here.id:
            legs.set_state(tx, leg.id, "waiting")
    legs.set_state(tx, here.id, "picking", operator_id)
    legs.set_holder(tx, batch_id, operator_id)
    legs.recolour(tx, here.id, colour)
    lights_changed(tx, batch_id)
    return here


def put_down(tx: Tx, batch_id: int) -> None:
    """A picker leaves a cart where it is: its lights go out, and whoever scans it in that zone goes on with it."""
    stations = legs.stations_open(tx.connection, batch_id)
    here = next(leg for leg in legs.of_batch(tx.connection, batch_id) if leg.state == "picking")
    legs.set_state(tx, here.id, "offered")
    legs.set_holder(tx, batch_id, None)
    way_tasks.let_go(tx, batch_id)
    for station in stations:
        tx.changed("task", station=station)
    tx.changed("board")


def take_up_again(tx: Tx, task_id: int, load_id: int) -> bool:
    """Whether a pick can be done again: its tote can be picked into, and its leg is the cart's or was its last one and
    nobody has taken the cart since. Then it is that picker's again."""
    of_task = legs.leg_of_task(tx.connection, task_id)
    if of_task is None:
        return carts.take_up_again(tx, load_id)
    leg_id, batch_id = of_task
    found = legs.of_batch(tx.connection, batch_id)
    here = next(leg for leg in found if leg.id == leg_id)
    now = next((leg for leg in found if leg.state in OPEN), None)
    if here.state in OPEN:
        return carts.take_up_again(tx, load_id)
    if here.state == "waiting" or here.operator_id is None or (now is not None and now.state == "picking"):
        return False
    if now is not None and tasks.picking_batch(tx.connection, here.operator_id) is not None:
        return False
    if not carts.take_up_again(tx, load_id):
        return False
    if now is not None:
        legs.set_state(tx, now.id, "waiting")
        legs.set_holder(tx, batch_id, here.operator_id)
    legs.set_state(tx, here.id, "picking", here.operator_id)
    return True


def lights_changed(tx: Tx, batch_id: int) -> None:
    """The lights of a cart's leg are others now."""
    for station in legs.stations_open(tx.connection, batch_id):
        tx.changed("task", station=station)
    tx.changed("board")
