"""Whose item was scanned: clients may sell goods of one GTIN, and what is expected where it was scanned decides."""

from collections.abc import Callable

from sqlalchemy import Connection

from hub.storage import orders
from hub.storage.orders import SkuFacts


class SeveralClients(ValueError):
    """The item may be that of several clients, and nothing says of which."""


def scanned(connection: Connection, gtin14: str, is_expected: Callable[[int], bool]) -> SkuFacts | None:
    """The SKU of a GTIN (14 digits): the one that is expected (asked by SKU id), else the only one; None: nobody's.

    Raises:
        SeveralClients: several clients have it, and it is not one of them that is expected.
    """
    found = orders.skus_by_gtin(connection, gtin14)
    fitting = found if len(found) == 1 else [sku for sku in found if is_expected(sku.id)]
    if found and len(fitting) != 1:
        raise SeveralClients(
            f"{gtin14.lstrip('0')} is an item of {len(found)} clients, none of them expected here: set it aside."
        )
    return fitting[0] if fitting else None
