"""Labels of the floor itself: who reads one where goods are asked for has held the wrong thing before the camera."""

from hub.handlers.benches import Turn
from hub.storage import benches, places, purchasing

KINDS = {
    "bin": "a bin",
    "tote": "a tote",
    "dock": "a dock",
    "plate": "a plate",
    "parcel": "a parcel",
    "stage": "a place",
    "putback": "the put-back tote",
    "cell": "a cell",
}
"""What a place is, in words, by its kind."""


def floor_label(turn: Turn, text: str, opened: str) -> str:
    """What a symbol is if it is a label of the floor and so no goods, in words for a screen; empty if it is none.

    Args:
        turn: Where it was read.
        text: The symbol's text.
        opened: The label of what is open at this bench: read again, it says nothing new.
    """
    tx = turn.tx
    if text == opened:
        return f"{text} is open already."
    if benches.operator(tx.connection, text) is not None:
        return "That is a badge, not an item."
    if text in turn.policy.carts:
        return f"{text} is a cart, not an item."
    if purchasing.find(tx.connection, text) is not None:
        return f"{text} is another delivery: finish {opened} first."
    place = places.seek(tx.connection, tx.site_id, text)
    if place is None or place.kind not in KINDS:
        return ""
    return f"{text} is {KINDS[place.kind]}, not an item."
