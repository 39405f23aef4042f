"""What people say of packing materials: they came, were carried to another bench, or were counted."""

from hub.handlers.material_use import COUNT
from hub.handlers.moving import lots_at
from hub.storage import exceptions, materials, places, purchasing
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx


class NoSuchMaterial(LookupError):
    """There is no material of that code, no such bench, or no such purchase order of it."""


class NotThere(ValueError):
    """The book has fewer units than are to be moved, or the delivery was received before."""


def bring(tx: Tx, stock: StockKey, source_id: int) -> str:
    """What lies of a material on a plate goes to the bench that has the fewest of it; the bench. Empty: there is none.

    It is booked there when its plate is scanned, though somebody is still carrying it.
    """
    benches = materials.benches(tx.connection, tx.site_id)
    if not benches:
        return ""
    units = {b.place_id: materials.on_hand(tx.connection, b.place_id).get(stock.sku_id, 0) for b in benches}
    to = min(benches, key=lambda bench: (units[bench.place_id], bench.place_id))
    on_hand, _ = tx.ledger.on_hand(stock, source_id)
    if on_hand:
        tx.ledger.move(stock, on_hand, source_id, to.place_id, Cause(reason="put_away"))
        tx.changed("material")
    return to.station


def count(tx: Tx, sku: str, bench: str, units: int, who: str) -> int:
    """A person has counted a material at a bench; by how many units the book was wrong. Raises: NoSuchMaterial."""
    sku_id, place_id = _find(tx, sku, bench)
    off = units - materials.on_hand(tx.connection, place_id).get(sku_id, 0)
    adjustment = places.virtual(tx, "adjustment")
    cause = Cause(reason="count", actor=who)
    if off > 0:
        stock = places.stock_of(tx.connection, sku_id)
        tx.ledger.move(stock, off, adjustment, place_id, cause)
    for stock, part in lots_at(tx, place_id, sku_id, max(0, -off)):
        tx.ledger.move(stock, part, place_id, adjustment, cause)
    exceptions.close(tx, COUNT, bench, f"counted by {who}", ref_kind="sku", ref_id=sku)
    tx.changed("material")
    return off


def carry(tx: Tx, sku: str, units: int, from_bench: str, to_bench: str, who: str) -> None:
    """A person has carried units to another bench. Raises: NoSuchMaterial, NotThere."""
    sku_id, from_id = _find(tx, sku, from_bench)
    _, to_id = _find(tx, sku, to_bench)
    there = materials.on_hand(tx.connection, from_id).get(sku_id, 0)
    if units > there:
        raise NotThere(f"{sku}: expected {units} units at {from_bench}, the book has {there}: count them first.")
    for stock, part in lots_at(tx, from_id, sku_id, units):
        tx.ledger.move(stock, part, from_id, to_id, Cause(reason="carried", actor=who))
    tx.changed("material")


def receive(tx: Tx, number: str, units: dict[str, int], bench: str, who: str) -> None:
    """A delivery of materials alone has come to a bench, past the dock: once, and with it the order is closed.

    Args:
        units: What came, by SKU; what is not named did not come.

    Raises: NoSuchMaterial, NotThere.
    """
    found = purchasing.find(tx.connection, number)
    if found is None:
        raise NoSuchMaterial(f"Expected the number of a purchase order, got '{number}'.")
    order_id, state = found
    if state != "ordered":
        raise NotThere(f"{number}: expected a delivery that has not come, it is {state}.")
    lines = {line.sku_id: line for line in purchasing.lines(tx.connection, order_id)}
    came = {_find(tx, sku, bench): n for sku, n in units.items()}
    strange = [sku_id for sku_id, _ in came if sku_id not in lines]
    goods = [line.description for line in lines.values() if not materials.is_material(tx.connection, line.sku_id)]
    if strange or goods:
        what = f"goods are on it ({goods[0]})" if goods else "one of the materials is not on it"
        raise NotThere(f"{number}: expected an order of these materials alone, {what}: receive it at the dock.")
    supplier = places.virtual(tx, "supplier")
    cause = Cause(reason="receive", ref_kind="po", ref_id=number, actor=who)
    by_sku = {sku_id: (place_id, n) for (sku_id, place_id), n in came.items()}
    for sku_id, line in lines.items():
        place_id, n = by_sku.get(sku_id, (0, 0))
        purchasing.receive(tx, line.line_id, n)
        if n:
            stock = places.stock_of(tx.connection, sku_id)
            tx.ledger.move(stock, n, supplier, place_id, cause)
    differs = [f"{by_sku.get(s, (0, 0))[1]} of {line.ordered} x {line.description}" for s, line in lines.items()
               if by_sku.get(s, (0, 0))[1] != line.ordered]  # fmt: skip
    if differs:
        detail = f"{number} brought {', '.join(differs)}."
        exceptions.open_once(tx, "delivery_differs", bench, detail, ref_kind="po", ref_id=number)
    purchasing.set_state(tx, order_id, "received")
    exceptions.close_made_good(tx)


def _find(tx: Tx, sku: str, bench: str) -> tuple[int, int]:
    """(SKU, place) of a material at a bench."""
    found = materials.ids(tx.connection, tx.client_id, (sku,)).get(sku)
    if found is None:
        raise NoSuchMaterial(f"Expected the SKU of a packing material, got '{sku}'.")
    known = materials.benches(tx.connection, tx.site_id)
    place_id = next((one.place_id for one in known if one.station == bench), None)
    if place_id is None:
        names = ", ".join(one.station for one in known) or "there is none"
        raise NoSuchMaterial(f"Expected a pack bench ({names}), got '{bench}'.")
    return found, place_id
