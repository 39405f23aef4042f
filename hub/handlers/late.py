"""Facts of a board that was replaced, told after its bins were taken over: from its card, or by itself when it is back.

They are true, and none of them was known when the bins were counted. What they say of tote and order is booked; what
they say of a bin that was counted since is in that count already, and is taken back in the same transaction.
"""

from typing import Any

from hub.handlers.facts import Fact, Handler
from hub.handlers.moving import take
from hub.storage import places
from hub.storage.ledger import StockKey
from hub.storage.transaction import Tx


def after_a_count(handler: Handler) -> Handler:
    """A handler that leaves the book of a bin alone if the bin was counted after the board was replaced.

    When a board is replaced all its bins are held; one that is held no more was counted.
    """

    def handle(tx: Tx, fact: Fact, event: Any) -> None:
        name = getattr(event, "bin", "")
        bin_ = places.seek(tx.connection, tx.site_id, name) if name else None
        if bin_ is None or bin_.kind != "bin" or bin_.held:
            handler(tx, fact, event)
            return
        before = _on_hand(tx, bin_.id)
        handler(tx, fact, event)
        after = _on_hand(tx, bin_.id)
        adjustment = places.virtual(tx, "adjustment")
        for stock in before.keys() | after.keys():
            gone = before.get(stock, 0) - after.get(stock, 0)
            if gone > 0:
                tx.ledger.move(stock, gone, adjustment, bin_.id, fact.cause("counted_since"))
            elif gone < 0:
                take(tx, fact, stock, bin_.id, -gone, adjustment, "counted_since", None)

    return handle


def _on_hand(tx: Tx, bin_id: int) -> dict[StockKey, int]:
    return {stock: on_hand for stock, on_hand, _ in places.stock_at(tx.connection, bin_id)}
