"""Items that came and that nobody knew, until a form has made them SKUs."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.receiving_tables import new_item
from hub.storage.tables import sku
from hub.storage.transaction import Tx
from hub.storage.work_tables import purchase_order_line


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """An item that waits for its form."""

    gtin: str
    station: str
    came_with: str
    """The purchase order."""
    picture: str
    weights_mg: tuple[int, ...]
    """Of single units."""
    first_us: int


def waiting(connection: Connection) -> list[NewItem]:
    """The items that wait for their forms, the oldest first."""
    rows = connection.execute(text("SELECT * FROM new_item WHERE sku_id IS NULL ORDER BY id"))
    return [
        NewItem(
            gtin=row.gtin,
            station=row.station,
            came_with=row.came_with,
            picture=row.picture,
            weights_mg=tuple(int(weight) for weight in row.weights_mg.split()),
            first_us=row.first_us,
        )
        for row in rows
    ]


def weighed(tx: Tx, gtin: str, *, station: str, came_with: str, picture: str, weights_mg: tuple[int, ...]) -> None:
    """Units of an item that nobody knows were weighed; weighed again, the new weights are those that count."""
    tx.connection.execute(new_item.delete().where(new_item.c.gtin == gtin))
    tx.connection.execute(
        new_item.insert().values(
            gtin=gtin,
            station=station,
            came_with=came_with,
            picture=picture,
            weights_mg=" ".join(str(weight) for weight in weights_mg),
            first_us=tx.now_us,
        )
    )
    tx.changed("new_item")


def became(tx: Tx, gtin: str, sku_id: int) -> None:
    """An item is an SKU now."""
    tx.connection.execute(new_item.update().where(new_item.c.gtin == gtin).values(sku_id=sku_id))
    tx.changed("new_item")


def is_code_taken(connection: Connection, client_id: int, code: str) -> bool:
    """Whether an SKU is called so."""
    row = connection.execute(sku.select().where(sku.c.client_id == client_id, sku.c.code == code)).first()
    return row is not None


def add_line(tx: Tx, order_id: int, sku_id: int, units: int) -> None:
    """A purchase order brings an SKU more: it was ordered, but nobody could say as what."""
    tx.connection.execute(purchase_order_line.insert().values(purchase_order_id=order_id, sku_id=sku_id, ordered=units))
    tx.changed("purchase_order", ref=str(order_id))
