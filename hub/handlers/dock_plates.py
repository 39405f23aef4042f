"""Plates: what came is booked on to one, and its bins are lit when it is scanned."""

from edge.contract.events import SymbolScanned
from hub.domain.sscc import NoMoreNumbers
from hub.handlers.benches import Turn
from hub.handlers.dock_cartons import sscc_in
from hub.handlers.labelled_goods import Came, expiry_us
from hub.handlers.put_away import ask_put_away
from hub.storage import lots, orders, places
from hub.storage.evidence import weigh_evidence


def make_plate(turn: Turn, number: str) -> tuple[str, int]:
    """(name, id) of a new plate: an order that comes in parts has one for each."""
    tx = turn.tx
    plate, part = f"PLATE-{number}", 1
    while places.seek(tx.connection, tx.site_id, plate) is not None:
        part += 1
        plate = f"PLATE-{number}-{part}"
    return plate, places.make(tx, plate, "plate", turn.station)


def book(turn: Turn, number: str, sku_id: int, part: Came, supplier: int, plate_id: int) -> None:
    """Book units of one lot on to the plate; what was scanned, and of which pallet, is the transfer's evidence."""
    if not part.units:
        return
    tx = turn.tx
    lot_id = places.default_lot(tx.connection, sku_id)
    if part.lot:
        lot_id = lots.make(tx, sku_id, part.lot, expiry_us(part.expiry, turn.policy.zone))
    symbol = f"(00){part.sscc} {part.symbol}" if part.sscc and part.sscc not in part.symbol else part.symbol
    evidence = weigh_evidence(tx, by="symbol", symbol=symbol or None, picture=part.picture)
    cause = turn.fact.cause("receive", ref=("po", number), evidence_id=evidence)
    tx.ledger.move(places.stock_of(tx.connection, sku_id, lot_id), part.units, supplier, plate_id, cause)


def plate_line(part: Came, description: str) -> str:
    """What lies on a plate, as its label says it."""
    return f"{part.units} x {description}" + (f" {part.lot}" if part.lot else "")


def light_home(turn: Turn, plate: str) -> tuple[int, str]:
    """Light the bins for what lies on a plate; how many units lie there, and where its materials are to be brought."""
    tx = turn.tx
    plate_id = places.find(tx.connection, tx.site_id, plate).id
    stocks = places.stock_at(tx.connection, plate_id)
    to_bring = [
        f"{units} x {orders.sku(tx.connection, stock.sku_id).description}: bring them to {bench}."
        for stock, units, _ in stocks
        if (bench := ask_put_away(tx, stock, plate_id))
    ]
    return sum(units for _, units, _ in stocks), " ".join(to_bring)


def plate_sscc(turn: Turn, plate_id: int) -> str:
    """The number on a plate's label; empty: the site has no GS1 prefix, or no more numbers."""
    numbers = turn.policy.numbers
    if numbers is None:
        return ""
    try:
        return numbers.of_plate(plate_id)
    except NoMoreNumbers:
        return ""  # its name is on the label as well


def plate_said(turn: Turn, event: SymbolScanned) -> str:
    """The name of the plate whose number a symbol says, else the symbol's text."""
    numbers = turn.policy.numbers
    plate_id = None if numbers is None else numbers.plate_of(sscc_in(event))
    name = None if plate_id is None else places.plate_name(turn.tx.connection, turn.tx.site_id, plate_id)
    return event.text if name is None else name
