"""What a shop's token may be good for."""

from typing import Literal, get_args

Scope = Literal["orders:write", "orders:read", "stock:read"]
"""Sending and cancelling orders; asking how they stand; asking what is available."""

SCOPES: frozenset[str] = frozenset(get_args(Scope))


class UnknownScope(ValueError):
    """There is no scope of that name."""


def parse_scopes(text: str) -> frozenset[str]:
    """Scopes separated by spaces or commas; none given: all.

    Raises:
        UnknownScope: a word is none.

    >>> sorted(parse_scopes("stock:read, orders:read"))
    ['orders:read', 'stock:read']
    """
    words = text.replace(",", " ").split()
    for word in words:
        if word not in SCOPES:
            raise UnknownScope(f"Expected scopes out of {', '.join(sorted(SCOPES))}, got '{word}'.")
    return frozenset(words) or SCOPES
