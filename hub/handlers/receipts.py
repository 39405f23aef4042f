"""The end of a delivery: the order is closed, or waits for the rest; what was too few or too many becomes a case."""

import msgspec

from hub.domain.learned_lead import DAY_US
from hub.handlers.policy import Policy
from hub.handlers.proposals import NoSuchProposal, NotNow
from hub.storage import benches, dock_cases, exceptions, places, purchasing
from hub.storage.purchasing import Expected
from hub.storage.transaction import Tx


def end_delivery(tx: Tx, policy: Policy, order_id: int, number: str) -> bool:
    """A delivery is counted and booked: close its order, or let it wait for the rest; whether it is closed."""
    lines = purchasing.lines(tx.connection, order_id)
    for line in lines:
        _claim_over(tx, order_id, number, line)
    if policy.rest_days and any(line.rest for line in lines):
        purchasing.wait_for_rest(tx, order_id)
        return False
    _close(tx, order_id, number, lines)
    return True


def _claim_over(tx: Tx, order_id: int, number: str, line: Expected) -> None:
    over = line.received - line.ordered - dock_cases.over_known(tx.connection, order_id, line.sku_id)
    if over > 0:
        dock_cases.open_case(
            tx,
            "over",
            order_id=order_id,
            sku_id=line.sku_id,
            lot_id=places.default_lot(tx.connection, line.sku_id),
            units=over,
            detail=f"{number} brought {over} more x {line.description} than was ordered; they were put away.",
        )


def _close(tx: Tx, order_id: int, number: str, lines: list[Expected]) -> None:
    """The order is at its end; its supplier is asked about what did not come."""
    asked = dock_cases.units_by_line(tx.connection, order_id)
    for line in lines:
        short = line.rest - asked.get(line.sku_id, 0)
        if short > 0:
            dock_cases.open_case(
                tx,
                "short",
                order_id=order_id,
                sku_id=line.sku_id,
                lot_id=places.default_lot(tx.connection, line.sku_id),
                units=short,
                detail=f"{number} brought {line.received} of {line.ordered} x {line.description}.",
            )
    purchasing.set_state(tx, order_id, "received")
    exceptions.close_made_good(tx)


def close_short(tx: Tx, number: str) -> None:
    """A person waits for the rest of an order no longer. Raises: NoSuchProposal, NotNow."""
    found = purchasing.find(tx.connection, number)
    if found is None:
        raise NoSuchProposal(f"Expected the number of a purchase order, got '{number[:40]}'.")
    order_id, state = found
    if state != "receiving":
        raise NotNow(f"{number}: expected it partly received, it is {state}.")
    if (bench := _bench_of(tx, order_id)) is not None:
        raise NotNow(f"{number} is being received at {bench}: finish it there first.")
    _close(tx, order_id, number, purchasing.lines(tx.connection, order_id))


def close_if_complete(tx: Tx, number: str) -> None:
    """Goods of an order were kept after all: if nothing is to come any more, it is at its end."""
    found = purchasing.find(tx.connection, number)
    assert found is not None, f"a case names {number}"
    order_id, state = found
    lines = purchasing.lines(tx.connection, order_id)
    if state == "receiving" and not any(line.rest for line in lines) and _bench_of(tx, order_id) is None:
        _close(tx, order_id, number, lines)


def close_overdue(tx: Tx, policy: Policy) -> list[str]:
    """Close the orders whose rest has not come in time; their numbers."""
    before_us = tx.now_us - max(1, policy.rest_days) * DAY_US
    closed = []
    for order_id, number in purchasing.partly_received(tx.connection, before_us):
        if _bench_of(tx, order_id) is None:
            _close(tx, order_id, number, purchasing.lines(tx.connection, order_id))
            closed.append(number)
    return closed


class _AtDock(msgspec.Struct):
    """What of a dock's state says what is being received there."""

    stage: str = ""
    order_id: int = 0


def _bench_of(tx: Tx, order_id: int) -> str | None:
    """The dock at which an order is being received now."""
    for station, session in benches.sessions_elsewhere(tx.connection, "", "dock"):
        held = msgspec.json.decode(session, type=_AtDock)
        if held.order_id == order_id and held.stage != "plate":
            return station
    return None
