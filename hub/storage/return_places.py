"""The places of goods that came back: where they wait to be looked at, to be refurbished, to go to their supplier.

They are stages, not bins: nothing there is available, none of it counts when stock is reviewed. Each is made when
something first lies there.
"""

from hub.storage import places
from hub.storage.transaction import Tx

RETURNS, REFURBISH, TO_SUPPLIER = "RETURNS", "REFURBISH", "TO-SUPPLIER"


def return_place(tx: Tx, name: str) -> int:
    """The id of one of these places."""
    known = places.seek(tx.connection, tx.site_id, name)
    return places.make(tx, name, "stage") if known is None else known.id
