"""What a symbol on delivered goods says of them: item, lot, expiry, units, pallet; and what is wrong with it."""

from datetime import date, datetime, timedelta, tzinfo

import msgspec

from edge.contract.events import SymbolScanned
from hub.domain.gtin import gtin14
from hub.handlers.benches import Turn
from hub.storage import exceptions, lots

COUNT_MAX = 9_999
"""A bench counts no further; a symbol that says more is counted by hand."""


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one lot on one pallet, as they came."""

    lot: str = ""
    """Empty: of no lot."""
    expiry: str = ""
    """YYYY-MM-DD; empty: none is known."""
    sscc: str = ""
    symbol: str = ""
    """What was read: it goes with the receipt as evidence ..."""
    picture: str = ""
    """... and so does what the camera saw: STATION/ID."""
    asked: int = 0
    """Units that the symbol says; 0 if it does not."""
    units: int = 0
    """Counted."""

    def is_of_the_same(self, other: "Came") -> bool:
        """Whether another count of these units would replace this one."""
        return (self.lot, self.sscc) == (other.lot, other.sscc)


def item_code(event: SymbolScanned) -> str:
    """The GTIN of a scanned item, by what the station understood, else by its digits. Raises: ValueError, none."""
    if event.gs1_error:
        raise ValueError(f"Bad GS1 label: {event.gs1_error}. Scan another label, or set it aside.")
    if event.gs1 is not None and event.gs1.gtin:
        return event.gs1.gtin
    try:
        return gtin14(event.text)
    except ValueError:
        raise ValueError(f"'{shown(event.text)}' is not an item.") from None


def shown(text: str) -> str:
    """A symbol's text as a screen shows it: a separator between two fields as a bar."""
    return "".join(c if c.isprintable() else "|" for c in text)


def came(event: SymbolScanned, sscc: str) -> Came:
    """What a symbol says came; ``sscc``: of the pallet that was scanned before it."""
    said = event.gs1
    if said is None:
        return Came(sscc=sscc, symbol=shown(event.text))
    # goods that say their last day and no lot are kept apart by it all the same: first expiry goes first
    lot = said.lot or (f"EXP-{said.expiry}" if said.expiry else "")
    return Came(
        lot=lot,
        expiry=said.expiry,
        sscc=said.sscc or sscc,
        symbol=shown(event.text),
        asked=said.count if said.count and said.count <= COUNT_MAX else 0,
    )


def expiry_us(day: str, zone: tzinfo) -> int | None:
    """When a lot is good no longer: the end of its last day where the site is."""
    if not day:
        return None
    following = date.fromisoformat(day) + timedelta(days=1)
    return int(datetime(following.year, following.month, following.day, tzinfo=zone).timestamp()) * 1_000_000


def is_expired(turn: Turn, goods: Came) -> bool:
    """Whether a lot's time is over."""
    ends_us = expiry_us(goods.expiry, turn.policy.zone)
    return ends_us is not None and ends_us <= turn.tx.now_us


def refusal(turn: Turn, goods: Came, sku_id: int, description: str, number: str, before: tuple[Came, ...]) -> str:
    """Why units are not to be received, with an exception opened about it; empty if they are.

    Args:
        goods: What the symbol says.
        sku_id, description: The item.
        number: The delivery's.
        before: What of the item was counted before.
    """
    tx = turn.tx
    ends_us = expiry_us(goods.expiry, turn.policy.zone)
    if is_expired(turn, goods):
        detail = f"{number} brought lot {goods.lot} of {description}, which expired on {goods.expiry}."
        exceptions.open_once(
            tx, "expired_lot", turn.station, detail, ref_kind="po", ref_id=number, picture=turn.picture
        )
        return f"EXPIRED {goods.expiry}: lot {goods.lot} is not received. Set it aside."
    if not goods.expiry:
        return ""
    known = lots.known(tx.connection, sku_id, goods.lot)
    other = next((c.expiry for c in before if c.lot == goods.lot and c.expiry not in ("", goods.expiry)), "")
    if known is not None and known[1] not in (None, ends_us):
        assert known[1] is not None
        other = f"{datetime.fromtimestamp(known[1] / 1e6 - 1, turn.policy.zone):%Y-%m-%d}"
    if not other:
        return ""
    detail = f"{number} brought lot {goods.lot} of {description} as good until {goods.expiry}; it is known by {other}."
    exceptions.open_once(tx, "wrong_lot", turn.station, detail, ref_kind="po", ref_id=number, picture=turn.picture)
    return f"WRONG LOT: {goods.lot} says {goods.expiry}, known by {other}. Set it aside."
