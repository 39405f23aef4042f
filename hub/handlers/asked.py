"""What somebody asks of an order, against what its stage allows."""

from hub.domain.order_drawing import ASK_TITLES
from hub.domain.order_states import WORDS, Ask, allowed_at
from hub.storage.order_terms import OrderStanding, standing
from hub.storage.orders import Line
from hub.storage.transaction import Tx


class NoSuchOrder(LookupError):
    """The client has no order of that number."""


class TooLate(ValueError):
    """The order's stage does not allow what was asked for; nothing was done. The text says what it allows."""


def order_asked_about(tx: Tx, ref: str) -> OrderStanding:
    """An order of this transaction's client. Raises: NoSuchOrder."""
    found = standing(tx.connection, tx.client_id, ref)
    if found is None:
        raise NoSuchOrder(f"Expected the number of an order, got '{ref}'.")
    return found


def must_allow(order: OrderStanding, ask: Ask) -> None:
    """Let pass what an order's stage allows. Raises: TooLate."""
    allowed = allowed_at(order.stage)
    if ask not in allowed:
        may = ", ".join(ASK_TITLES[one] for one in allowed) or "nothing more"
        raise TooLate(
            f"Order {order.ref} is {order.stage.replace('_', ' ')}: it {WORDS[order.stage]}."
            f" Expected a stage that allows '{ASK_TITLES[ask]}'; this one allows: {may}."
        )


def fixed(line: Line) -> int:
    """Units of a line that are on carts, in parcels or gone."""
    return line.reserved + line.picked + line.packed + line.shipped
