"""A carton at the dock whose content was announced: taken in whole once its weight or a counted sample says so."""

import msgspec

from edge.contract.events import SymbolScanned, WeightMeasured
from edge.contract.state import Prompt
from hub.domain.announced import SSCC_DIGITS
from hub.handlers.benches import Turn
from hub.handlers.labelled_goods import Came
from hub.storage import asns

WEIGHT_PART = 50
"""A carton may weigh so manieth a part more or less than announced: pasteboard and tape vary."""
DIVISIONS = 2
"""And so many divisions of the scale."""
LINES_SHOWN = 5


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """What a carton should hold of one SKU and lot."""

    sku_id: int
    description: str
    lot: str
    expiry: str
    units: int


class Carton(msgspec.Struct, frozen=True, kw_only=True):
    """An announced carton on the bench."""

    id: int
    sscc: str
    number: str
    order_id: int
    gross_mg: int = 0
    """What it should weigh; 0: that was not said, or it weighs otherwise: a sample is counted."""
    inside: tuple[Inside, ...] = ()

    @property
    def parts(self) -> tuple[tuple[int, Came], ...]:
        """(SKU, what came of it) if the carton holds what it should."""
        symbol = f"(00){self.sscc}"
        return tuple(
            (
                one.sku_id,
                Came(
                    lot=one.lot or (f"EXP-{one.expiry}" if one.expiry else ""),
                    expiry=one.expiry,
                    sscc=self.sscc,
                    symbol=symbol,
                    units=one.units,
                ),
            )
            for one in self.inside
        )


def sscc_in(event: SymbolScanned) -> str:
    """The number of a shipping unit that a symbol says, and no item; empty: none."""
    if event.gs1 is not None:
        return event.gs1.sscc if not event.gs1.gtin else ""
    text = event.text
    is_plain = len(text) == SSCC_DIGITS + 2 and text.startswith("00") and text.isdecimal()
    return text[2:] if is_plain and not event.gs1_error else ""


def announced(turn: Turn, sscc: str) -> Carton | None:
    """The carton as it was announced; None: nobody announced it, or it was received."""
    head = asns.carton(turn.tx.connection, sscc) if sscc else None
    if head is None or head.received:
        return None
    lines = asns.carton_lines(turn.tx.connection, head.id)
    return Carton(
        id=head.id,
        sscc=sscc,
        number=head.number,
        order_id=head.order_id,
        gross_mg=head.gross_mg or 0,
        inside=tuple(
            Inside(sku_id=line.sku_id, description=line.description, lot=line.lot, expiry=line.expiry, units=line.units)
            for line in lines
        ),
    )


def ask(carton: Carton, lines: tuple[str, ...], *, blind: bool) -> Prompt:
    """To weigh the carton, or to count of what it should hold most of."""
    shown = [one.description if blind else f"{one.units} x {one.description}" for one in carton.inside]
    more = [f"and {len(shown) - LINES_SHOWN} more"] if len(shown) > LINES_SHOWN else []
    told = (*lines, *shown[:LINES_SHOWN], *more, "Problem: scan its items one by one.")
    if carton.gross_mg:
        return Prompt(step="", ask="weigh", title=f"Put carton {carton.sscc[-6:]} on the scale", lines=told)
    sample = carton.inside[0]
    title = f"Count {sample.description} in carton {carton.sscc[-6:]}"
    return Prompt(step="", ask="count", title=title, lines=told, units=0 if blind else sample.units)


def weighs_so(carton: Carton, event: WeightMeasured) -> bool:
    """Whether a carton weighs what was announced."""
    tolerance_mg = max(carton.gross_mg // WEIGHT_PART, DIVISIONS * event.division_mg)
    return abs(event.weight_mg - carton.gross_mg) <= tolerance_mg
