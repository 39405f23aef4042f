"""Authorising a return: only what was shipped, in time, and is not on its way back; its label and its letter."""

import json
from collections import Counter
from dataclasses import dataclass

from hub.domain.ordered_line import OrderedLine
from hub.domain.return_states import RETURN_WORDS, ReturnStage
from hub.domain.return_terms import Wanted
from hub.handlers import return_letters
from hub.handlers.asked import NoSuchOrder, TooLate, order_asked_about
from hub.handlers.exchanging import exchange_now
from hub.handlers.orders import RefusedOrder
from hub.handlers.policy import Policy
from hub.handlers.return_labels import want_return_label
from hub.storage import orders, returns
from hub.storage.order_terms import OrderStanding
from hub.storage.returns import Returnable, ReturnRow
from hub.storage.transaction import Tx

DAY_US = 86_400_000_000


class NoSuchReturn(NoSuchOrder):
    """The client has no return of that number."""


class NotReturnable(TooLate):
    """Units may not come back, or not any more; nothing was done. The text says how many may."""


class BadReturn(RefusedOrder):
    """What was asked for is no return: what was expected, what came."""


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    """Units of a line of an order that shall come back."""

    line: int
    units: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskedReturn:
    """What a customer, a shop or a person asks for."""

    lines: tuple[AskedLine, ...]
    wanted: Wanted = "refund"
    exchange: tuple[OrderedLine, ...] = ()
    """What is wanted instead; none: the same again."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Authorised:
    """What became of it."""

    number: str
    public: str
    stage: ReturnStage
    expires_us: int


def authorise(tx: Tx, policy: Policy, ref: str, asked: AskedReturn, *, by: str, origin: str) -> Authorised:
    """Let units of an order come back: all that is asked for or, if a part is refused, nothing.

    Args:
        ref: The order, as its shop calls it.
        by: Who asks.
        origin: ``shop`` or ``staff``.

    Raises:
        NoSuchOrder: there is no such order.
        BadReturn: a line or a reason that there is not, or no units.
        NotReturnable: more units than were shipped in time and are not on their way back.
    """
    order = order_asked_about(tx, ref)
    terms = policy.returns
    known = {r.line: r for r in returns.returnable(tx.connection, order.id, tx.now_us - terms.window_days * DAY_US)}
    _check(policy, order, known, asked)
    expires_us = tx.now_us + terms.arrive_days * DAY_US
    return_id = returns.insert(
        tx,
        client_id=tx.client_id,
        order_id=order.id,
        wanted=asked.wanted,
        origin=origin,
        by=by,
        note=asked.note,
        exchange=_exchange(tx, known, asked),
        exchange_minor=_exchange_minor(known, asked),
        expires_us=expires_us,
    )
    for one in asked.lines:
        row = known[one.line]
        if not returns.claim_units(tx, row.order_line_id, one.units):
            raise NotReturnable(_too_many(order.ref, row, one.units, terms.window_days))
        returns.add_line(
            tx,
            return_id,
            "waiting",
            one.units,
            order_line_id=row.order_line_id,
            sku_id=row.sku_id,
            reason=one.reason,
            price_minor=row.price_minor,
        )
    made = returns.by_id(tx.connection, return_id)
    if asked.wanted == "exchange" and terms.exchange_at == "authorised":
        exchange_now(tx, policy, made)
    want_return_label(tx, policy, made)
    return_letters.authorised(tx, policy, made)
    stage = returns.stage(returns.lines(tx.connection, return_id))
    return Authorised(number=made.number, public=made.public, stage=stage, expires_us=expires_us)


def _check(policy: Policy, order: OrderStanding, known: dict[int, Returnable], asked: AskedReturn) -> None:
    if not asked.lines:
        raise BadReturn(f"Return of order {order.ref}: expected at least one line, got none.")
    codes = [reason.code for reason in policy.returns.reasons]
    wanted: Counter[int] = Counter()
    for one in asked.lines:
        if one.line not in known:
            raise BadReturn(f"Order {order.ref}: expected one of its {len(known)} lines, got line {one.line}.")
        if one.units < 1:
            raise BadReturn(f"Order {order.ref}, line {one.line}: expected at least 1 unit, got {one.units}.")
        if one.reason not in codes:
            raise BadReturn(
                f"Order {order.ref}, line {one.line}: expected a reason out of {', '.join(codes)}, got '{one.reason}'."
            )
        wanted[one.line] += one.units
    for line, units in wanted.items():
        if units > known[line].left:
            raise NotReturnable(_too_many(order.ref, known[line], units, policy.returns.window_days))
    if asked.exchange and asked.wanted != "exchange":
        raise BadReturn(f"Return of order {order.ref}: expected 'exchange' to be wanted with items to send instead.")


def _too_many(ref: str, row: Returnable, units: int, days: int) -> str:
    text = (
        f"Order {ref}, line {row.line}: expected at most {row.left} units to return, got {units}:"
        f" {row.shipped} were shipped, {row.returned} are back or may come."
    )
    if row.in_window < row.shipped:
        text += f" {row.in_window} of them left within the last {days} days."
    return text


def _exchange(tx: Tx, known: dict[int, Returnable], asked: AskedReturn) -> str:
    """What is wanted instead, as it is kept; empty: the same again, as far as it comes back."""
    if not asked.exchange:
        return ""
    there = orders.skus_by_code(tx.connection, tx.client_id, (one.sku for one in asked.exchange))
    for one in asked.exchange:
        if one.sku not in there:
            raise BadReturn(f"Exchange: expected an SKU of the catalogue, got '{one.sku}'.")
    return json.dumps([[one.sku, one.units, one.price_minor] for one in asked.exchange])


def _exchange_minor(known: dict[int, Returnable], asked: AskedReturn) -> int:
    if asked.wanted != "exchange":
        return 0
    if asked.exchange:
        return sum(one.units * one.price_minor for one in asked.exchange)
    return sum(one.units * known[one.line].price_minor for one in asked.lines)


def return_asked_about(tx: Tx, number: str, client_id: int | None = None) -> ReturnRow:
    """A return by its number (of one client, if named). Raises: NoSuchReturn."""
    row = returns.by_number(tx.connection, number.strip().upper())
    if row is None or client_id not in (None, row.client_id):
        raise NoSuchReturn(f"Expected the number of a return, got '{number[:40]}'.")
    return row


def cancel_return(tx: Tx, policy: Policy, row: ReturnRow) -> int:
    """Wait for a return no more; how many units that were.

    Raises: NotReturnable, nothing of it is waited for.
    """
    units = let_lapse(tx, policy, row, "cancelled")
    if not units:
        stage = returns.stage(returns.lines(tx.connection, row.id))
        raise NotReturnable(f"Return {row.number} {RETURN_WORDS[stage]}: nothing of it is waited for.")
    return units


def expire_returns(tx: Tx, policy: Policy, limit: int) -> int:
    """Wait no more for what has not come in time; how many returns that were."""
    due = returns.overdue(tx.connection, tx.now_us, limit)
    for return_id in due:
        let_lapse(tx, policy, returns.by_id(tx.connection, return_id), "expired")
    return len(due)


def let_lapse(tx: Tx, policy: Policy, row: ReturnRow, state: str) -> int:
    """What is waited for of a return becomes expired or cancelled, and may be returned another time; units."""
    tx.client_id = row.client_id
    units = 0
    for line in returns.lines(tx.connection, row.id):
        if line.waiting:
            assert line.order_line_id is not None, "what nobody had ordered is not waited for"
            returns.give_back(tx, line.order_line_id, line.waiting)
            returns.shift(tx, line.id, line.waiting, "waiting", state)
            units += line.waiting
    if units and row.wanted == "exchange":
        exchange_now(tx, policy, returns.by_id(tx.connection, row.id))
    return units
