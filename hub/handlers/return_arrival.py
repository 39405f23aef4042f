"""Goods of a return are here: what was expected, what was not, too much, late or wrong. All of it is booked, for it is
here; what does not fit is shown to a person."""

from dataclasses import dataclass

from hub.domain.return_terms import UNANNOUNCED
from hub.handlers.asked import TooLate
from hub.handlers.exchanging import exchange_now
from hub.handlers.facts import Fact
from hub.handlers.policy import Policy
from hub.storage import exceptions, places, return_items, returns
from hub.storage.evidence import weigh_evidence
from hub.storage.return_places import RETURNS, return_place
from hub.storage.returns import ReturnLine, ReturnRow
from hub.storage.transaction import Tx

WRONG, DIFFERS = "return_wrong", "return_differs"
"""Exceptions: an item that this customer was never sent, and more or other units than were announced."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Counted units on a scale."""

    weight_mg: int
    agrees: bool
    """Whether they weigh what so many should."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Units of one SKU that were counted at a dock."""

    sku_id: int
    units: int
    lot_id: int | None = None
    """Of the label; None: it says none."""
    symbol: str = ""
    picture: str = ""
    station: str = ""
    weighed: Weighed | None = None
    """What a scale said of them; None: nobody weighed them."""


@dataclass(frozen=True, kw_only=True)
class _Part:
    line_id: int
    verdict: str
    units: int


def open_blind(tx: Tx, *, order_id: int | None, client_id: int, by: str) -> ReturnRow:
    """A return that nobody had announced; ``order_id``: whose goods these are, None if nobody knows."""
    return_id = returns.insert(
        tx, client_id=client_id, order_id=order_id, wanted="refund", origin="dock", by=by, expires_us=tx.now_us
    )
    row = returns.by_id(tx.connection, return_id)
    if order_id is None:
        detail = f"{row.number}: goods came back at {by}, and nobody knows whose they are."
        exceptions.open_once(tx, "return_unknown", by, detail, ref_kind="return", ref_id=row.number)
    return row


def book_arrival(tx: Tx, policy: Policy, fact: Fact, row: ReturnRow, came: Arrived) -> tuple[str, ...]:
    """Book units from the customer to the returns place; what is to be said about them, in words."""
    tx.client_id = row.client_id
    parts = _allot(tx, row, came)
    evidence = _evidence(tx, came)
    customer, here = places.virtual(tx, "customer"), return_place(tx, RETURNS)
    cause = fact.cause("return", ref=("return", row.number), evidence_id=evidence)
    for part in parts:
        for lot_id, units in _lots(tx, row, came, part.units):
            tx.ledger.move(places.stock_of(tx.connection, came.sku_id, lot_id), units, customer, here, cause)
            return_items.add_item(
                tx,
                return_line_id=part.line_id,
                lot_id=lot_id,
                units=units,
                verdict=part.verdict,
                evidence_id=evidence,
                station=came.station,
            )
    tx.changed("return", ref=row.number)
    notes = _tell(tx, row, came, parts)
    if row.wanted == "exchange":
        exchange_now(tx, policy, returns.by_id(tx.connection, row.id))
    return notes


def _evidence(tx: Tx, came: Arrived) -> int:
    """What was seen: a weight that agrees with the count proves it; one that does not is kept beside it."""
    symbol = came.symbol or None
    if came.weighed is None:
        return weigh_evidence(tx, by="symbol" if symbol else "person", symbol=symbol, picture=came.picture)
    return weigh_evidence(
        tx,
        by="weight" if came.weighed.agrees else "unsure",
        before_mg=0,
        after_mg=came.weighed.weight_mg,
        units_weighed=came.units,
        symbol=symbol,
        picture=came.picture,
    )


def _allot(tx: Tx, row: ReturnRow, came: Arrived) -> list[_Part]:
    """Which lines of a return units are of: those that wait for them first, then those that did, then what else the
    customer was sent; what is left was never sent."""
    of_sku = [line for line in returns.lines(tx.connection, row.id) if line.sku_id == came.sku_id]
    parts: list[_Part] = []
    left = came.units
    for line in of_sku:
        if units := min(left, line.waiting):
            returns.shift(tx, line.id, units, "waiting", "received")
            parts.append(_Part(line_id=line.id, verdict="expected", units=units))
            left -= units
    for line in of_sku:
        for state in ("expired", "cancelled"):
            units = min(left, getattr(line, state))
            if units and line.order_line_id is not None and returns.claim_units(tx, line.order_line_id, units):
                returns.shift(tx, line.id, units, state, "received")
                parts.append(_Part(line_id=line.id, verdict="late", units=units))
                left -= units
    parts += (more := _unannounced(tx, row, came.sku_id, left, of_sku))
    left -= sum(part.units for part in more)
    if left:
        line_id = returns.add_line(tx, row.id, "received", left, sku_id=came.sku_id, reason=UNANNOUNCED.code)
        parts.append(_Part(line_id=line_id, verdict="wrong", units=left))
    return parts


def _unannounced(tx: Tx, row: ReturnRow, sku_id: int, left: int, of_sku: list[ReturnLine]) -> list[_Part]:
    """Units that were not announced, as far as the order was sent them."""
    parts: list[_Part] = []
    if not left or row.order_id is None:
        return parts
    verdict = "over" if any(line.order_line_id is not None for line in of_sku) else "unannounced"
    for known in returns.returnable(tx.connection, row.order_id, 0):
        units = min(left, known.shipped - known.returned)
        if known.sku_id != sku_id or units <= 0 or not returns.claim_units(tx, known.order_line_id, units):
            continue
        reason = next((one.reason for one in of_sku if one.order_line_id == known.order_line_id), UNANNOUNCED.code)
        line_id = returns.add_line(
            tx,
            row.id,
            "received",
            units,
            order_line_id=known.order_line_id,
            sku_id=sku_id,
            reason=reason,
            price_minor=known.price_minor,
        )
        parts.append(_Part(line_id=line_id, verdict=verdict, units=units))
        left -= units
    return parts


def _lots(tx: Tx, row: ReturnRow, came: Arrived, units: int) -> list[tuple[int, int]]:
    """(lot, units): the label's lot; else those that the order was sent, the first to expire first, so that nothing
    passes for fresher than it may be."""
    if came.lot_id is not None:
        return [(came.lot_id, units)]
    parts = []
    sent = [] if row.order_id is None else return_items.shipped_lots(tx.connection, row.order_id, came.sku_id)
    for lot_id, there in sent:
        if part := min(units, there):
            parts.append((lot_id, part))
            units -= part
    if units:
        parts.append((places.default_lot(tx.connection, came.sku_id), units))
    return parts


def _tell(tx: Tx, row: ReturnRow, came: Arrived, parts: list[_Part]) -> tuple[str, ...]:
    units = {
        verdict: sum(p.units for p in parts if p.verdict == verdict) for verdict in ("over", "unannounced", "wrong")
    }
    name = returns.line(tx.connection, parts[0].line_id).description
    notes = []
    if more := units["over"] + units["unannounced"]:
        word = "more than announced" if units["over"] else "not announced"
        notes.append(f"{more} x {name}: {word}, of this order.")
    if units["wrong"]:
        of = f"order {row.order_ref} was not sent it" if row.order_id is not None else "of an unknown order"
        notes.append(f"{units['wrong']} x {name}: {of}. Keep it apart.")
    if notes:
        kind = WRONG if units["wrong"] else DIFFERS
        detail = f"{row.number}: {' '.join(notes)}"
        exceptions.open_once(
            tx, kind, came.station or "returns", detail, ref_kind="return", ref_id=row.number, picture=came.picture
        )
    return tuple(notes)


def with_order(tx: Tx, row: ReturnRow, order_id: int) -> ReturnRow:
    """A person found out whose goods these are: lines that the order was sent become its own.

    Raises: TooLate, the return has an order.
    """
    if row.order_id is not None:
        raise TooLate(f"Return {row.number} is of order {row.order_ref}: expected one of which nobody knows.")
    returns.set_return(tx, row.id, order_id=order_id)
    for line in returns.lines(tx.connection, row.id):
        if line.order_line_id is not None or line.graded:
            continue
        for known in returns.returnable(tx.connection, order_id, 0):
            whole = known.sku_id == line.sku_id and known.shipped - known.returned >= line.received
            if whole and returns.claim_units(tx, known.order_line_id, line.received):
                returns.set_line(tx, line.id, order_line_id=known.order_line_id, price_minor=known.price_minor)
                break
    exceptions.close_ref(tx, ("return_unknown", WRONG), f"order {order_id}", ref_kind="return", ref_id=row.number)
    return returns.by_id(tx.connection, row.id)
