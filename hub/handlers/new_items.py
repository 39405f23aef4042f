"""An item that nobody knows: ten units are weighed at the dock, a form says the rest, and then it is received."""

from dataclasses import dataclass
from statistics import fmean, stdev

import msgspec

from edge.contract.events import WeightMeasured
from edge.contract.state import Prompt
from hub.handlers.benches import Turn
from hub.storage import exceptions, new_items, purchasing, setup
from hub.storage.transaction import Tx

UNITS_WEIGHED = 10
UNKNOWN = "unknown_item"


class Weighing(msgspec.Struct, frozen=True, kw_only=True):
    """Units of an unknown item on the bench's scale, one after another."""

    gtin: str
    picture: str = ""
    weights_mg: tuple[int, ...] = ()


class RefusedItem(ValueError):
    """A form that makes no SKU; the text says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class ItemForm:
    """What a person says of a new item."""

    gtin: str
    code: str
    description: str
    supplier: str
    sides_mm: tuple[int, int, int]
    price_minor: int
    cost_minor: int
    units: int
    """As many the delivery should bring."""
    dangerous: bool = False


def ask(weighing: Weighing, lines: tuple[str, ...]) -> Prompt:
    """To put the next unit on the scale."""
    title = f"New item: unit {len(weighing.weights_mg) + 1} of {UNITS_WEIGHED} on the scale"
    told = (*lines, f"GTIN {weighing.gtin}", "One unit alone, then the next. Problem: set it aside.")
    return Prompt(step="", ask="weigh", title=title, lines=told, tone="warn")


def weighed(turn: Turn, weighing: Weighing, event: WeightMeasured, number: str) -> Weighing | None:
    """The weighing with one unit more; None: all were weighed, and a person is asked for the rest."""
    weights = (*weighing.weights_mg, event.weight_mg)
    if len(weights) < UNITS_WEIGHED:
        return msgspec.structs.replace(weighing, weights_mg=weights)
    tx = turn.tx
    new_items.weighed(
        tx, weighing.gtin, station=turn.station, came_with=number, picture=weighing.picture, weights_mg=weights
    )
    detail = f"{number} brought an item with GTIN {weighing.gtin} that nobody knows; ten units were weighed."
    exceptions.open_once(
        tx, UNKNOWN, turn.station, detail, ref_kind="gtin", ref_id=weighing.gtin, picture=weighing.picture
    )
    return None


def unit_and_spread_mg(weights_mg: tuple[int, ...]) -> tuple[int, int]:
    """Mean and standard deviation of one unit's weight.

    >>> unit_and_spread_mg((1000, 1010, 990))
    (1000, 10)
    """
    return round(fmean(weights_mg)), round(stdev(weights_mg)) if len(weights_mg) > 1 else 0


def make_item(tx: Tx, form: ItemForm, who: str) -> int:
    """Make an SKU of a new item, and a line of its delivery's order, so that it can be received; its id.

    Raises: RefusedItem.
    """
    item = next((one for one in new_items.waiting(tx.connection) if one.gtin == form.gtin), None)
    if item is None:
        raise RefusedItem(f"Expected the GTIN of an item that was weighed at a dock, got '{form.gtin[:40]}'.")
    suppliers = setup.suppliers(tx.connection)
    if form.supplier not in suppliers:
        raise RefusedItem(f"Supplier: expected one of {', '.join(sorted(suppliers))}, got '{form.supplier[:80]}'.")
    if new_items.is_code_taken(tx.connection, tx.client_id, form.code):
        raise RefusedItem(f"Code: '{form.code}' is another item's.")
    unit_mg, spread_mg = unit_and_spread_mg(item.weights_mg)
    length_mm, width_mm, height_mm = form.sides_mm
    stock = setup.add_sku(
        tx,
        {
            "code": form.code,
            "description": form.description,
            "gtin": form.gtin,
            "unit_mg": unit_mg,
            "spread_mg": spread_mg,
            "length_mm": length_mm,
            "width_mm": width_mm,
            "height_mm": height_mm,
            "supplier_id": suppliers[form.supplier][0],
            "price_minor": form.price_minor,
            "cost_minor": form.cost_minor,
            "reorder_point_units": 0,
            "reorder_units": 1,
            "dangerous": int(form.dangerous),
        },
    )
    new_items.became(tx, form.gtin, stock.sku_id)
    found = purchasing.find(tx.connection, item.came_with)
    if found is not None and found[1] != "received" and form.units:
        new_items.add_line(tx, found[0], stock.sku_id, form.units)
    exceptions.close_ref(tx, (UNKNOWN,), f"{form.code}, says {who}", ref_kind="gtin", ref_id=form.gtin)
    tx.changed("site")
    return stock.sku_id


def csv_row(form: ItemForm, unit_mg: int, spread_mg: int) -> str:
    """The row of items.csv that the item needs, so that the site's files know it too."""
    length_mm, width_mm, height_mm = form.sides_mm
    words = '"' + form.description.replace('"', '""') + '"'
    return (
        f"{form.code},{words},{form.gtin},{unit_mg},{spread_mg},{length_mm},{width_mm},{height_mm},{form.supplier},"
        f"{form.price_minor},{form.cost_minor}"
    )
