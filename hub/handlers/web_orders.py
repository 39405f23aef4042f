"""Orders that web shops tell by webhooks: taken in, and followed as the shop changes them."""

from collections import Counter
from dataclasses import dataclass, replace

from hub.domain.line_fit import OpenLine, fit_lines
from hub.domain.order_states import ENDED
from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import NOWHERE, Terms
from hub.domain.web_order import BadWebOrder, WebOrder
from hub.handlers.asked import TooLate, fixed, order_asked_about
from hub.handlers.cancel import cancel_order
from hub.handlers.change import Change, KitChange, LineChange, change_order
from hub.handlers.holding import hold_order, let_go
from hub.handlers.orders import NewOrder, RefusedOrder, receive_order
from hub.storage import exceptions, kits, order_terms, substitutes, web_shops
from hub.storage.order_terms import OrderStanding, standing
from hub.storage.transaction import Tx
from hub.storage.web_shops import WebShop

UNPAID = "payment"
"""The hold of an order that is not paid."""
REFUSED, DIFFERS = "web_order_refused", "web_order_differs"
"""Exceptions: an order was not taken; an order in work was changed in its shop. A person looks after both, for a shop
that is refused again and again stops sending."""


@dataclass(frozen=True, kw_only=True)
class WebReceipt:
    """What became of what a shop told."""

    ref: str
    taken: bool
    """Whether the order stands here as it does in the shop."""
    detail: str
    """Its stage here; or, of what was not taken, why."""


def refuse(tx: Tx, shop: WebShop, error: BadWebOrder | RefusedOrder, ref: str) -> WebReceipt:
    """Show a person an order that cannot be taken."""
    exceptions.open_once(tx, REFUSED, ref or shop.name, f"{shop.name}: {error}", **_of_client(tx))
    return WebReceipt(ref=ref, taken=False, detail=str(error))


def _of_client(tx: Tx) -> dict[str, str]:
    """Whose trouble it is: another client may have an order of that number."""
    return {"ref_kind": "client", "ref_id": str(tx.client_id)}


def take_web_order(tx: Tx, shop: WebShop, told: WebOrder) -> WebReceipt:
    """Let an order stand here as it does in its shop, as far as its stage allows; what cannot be is an exception.

    What is older than what came before changes nothing: webhooks overtake each other.
    """
    known = standing(tx.connection, tx.client_id, told.ref)
    if known is None:
        return _receive(tx, shop, told)
    before_us = web_shops.told_us(tx.connection, known.id, shop)
    if before_us is None:
        return refuse(tx, shop, RefusedOrder(f"Order {told.ref} came another way: its number is taken."), told.ref)
    if told.updated_us < before_us:
        return WebReceipt(ref=told.ref, taken=False, detail="It is older than what came before.")
    web_shops.note_told(tx, known.id, shop, told.updated_us)
    try:
        _follow(tx, known, told)
    except (TooLate, RefusedOrder) as error:
        exceptions.open_once(tx, DIFFERS, told.ref, f"{shop.name}: {error}", **_of_client(tx))
        return WebReceipt(ref=told.ref, taken=False, detail=str(error))
    exceptions.close(tx, DIFFERS, told.ref, shop.name, **_of_client(tx))
    return _standing_now(tx, told.ref)


def _receive(tx: Tx, shop: WebShop, told: WebOrder) -> WebReceipt:
    wanted = [line for line in told.lines if line.units > 0]
    if not wanted:
        return WebReceipt(ref=told.ref, taken=True, detail="Nothing of it is to be sent.")
    new = NewOrder(
        ref=told.ref,
        customer=told.customer,
        country=told.country,
        placed_us=told.placed_us,
        lines=tuple(OrderedLine(sku=line.sku, units=line.units, price_minor=line.price_minor) for line in wanted),
        terms=Terms(hold="" if told.paid else UNPAID, gift_note=told.gift_note),
        delivery=None if told.delivery == NOWHERE else told.delivery,
    )
    try:
        receive_order(tx, new)
    except RefusedOrder as error:
        return refuse(tx, shop, error, told.ref)
    order = order_asked_about(tx, told.ref)
    web_shops.note_told(tx, order.id, shop, told.updated_us)
    if told.cancelled:
        cancel_order(tx, told.ref, waiting_only=True)
    exceptions.close(tx, REFUSED, told.ref, shop.name, **_of_client(tx))
    return _standing_now(tx, told.ref)


def _follow(tx: Tx, order: OrderStanding, told: WebOrder) -> None:
    """Change what is otherwise in the shop.

    Raises:
        TooLate, RefusedOrder: it cannot be; nothing was changed then, but that of a cancelled order what waits is
            cancelled, and that an order is held or let go by its payment, all the same.
    """
    if told.cancelled:
        if order.stage not in ENDED:
            cancel_order(tx, order.ref, waiting_only=order.units("promised", "backordered", "at_supplier") > 0)
            _in_work_must_be_none(tx, order.ref)
        return
    if order.stage not in ENDED:  # first, for a change that is refused must not keep a paid order on hold
        if told.paid and order.terms.hold == UNPAID:
            let_go(tx, order.ref)
        elif not told.paid and not order.terms.hold:
            hold_order(tx, order.ref, UNPAID)
    change = _difference(tx, order, told)
    if change != Change():
        change_order(tx, order.ref, change)


def _in_work_must_be_none(tx: Tx, ref: str) -> None:
    order = order_asked_about(tx, ref)
    if in_work := sum(fixed(line) for line in order.lines):
        raise TooLate(f"Order {ref} was cancelled in its shop: {in_work} units are on carts, in parcels or gone.")


def _difference(tx: Tx, order: OrderStanding, told: WebOrder) -> Change:
    """What a change has to ask for. Units of an item count over all its lines: shops do not keep their lines' order."""
    wanted: Counter[str] = Counter()
    prices: dict[str, int] = {}
    for line in told.lines:
        wanted[line.sku] += line.units
        prices.setdefault(line.sku, line.price_minor)
    known = kits.kits_of(tx.connection, order.id)
    parts = {line for kit in known for line in kit["lines"]}
    codes = order_terms.codes_of(tx.connection, order.id)
    stands = substitutes.stands_for(tx.connection, order.id)
    of_kits = {codes[line.sku_id] for line in order.lines if line.line in parts}
    have = [
        OpenLine(
            line=line.line,
            sku=stands.get(line.id, codes[line.sku_id]),
            units=line.ordered - line.cancelled,
            fixed=fixed(line),
        )
        for line in order.lines
        if line.line not in parts and stands.get(line.id) not in of_kits
    ]
    sold = [OpenLine(line=kit["kit"], sku=kit["code"], units=kit["units"], fixed=0) for kit in known]
    here = {one.sku for one in (*have, *sold)}
    change = Change(
        lines=tuple(LineChange(line=line, units=units) for line, units in fit_lines(have, wanted).items()),
        kits=tuple(KitChange(kit=kit, units=units) for kit, units in fit_lines(sold, wanted).items()),
        added=tuple(
            OrderedLine(sku=code, units=units, price_minor=prices[code])
            for code, units in wanted.items()
            if units > 0 and code not in here
        ),
    )
    if told.country != order.country or told.customer != order.customer:
        change = replace(change, country=told.country, customer=told.customer)
    if told.delivery != (order_terms.delivery_of(tx.connection, order.id) or NOWHERE):
        change = replace(change, delivery=told.delivery)
    if told.gift_note != order.terms.gift_note:
        change = replace(change, terms={"gift_note": told.gift_note})
    return change


def _standing_now(tx: Tx, ref: str) -> WebReceipt:
    return WebReceipt(ref=ref, taken=True, detail=order_asked_about(tx, ref).stage)
