"""Whose each row of a site's files is: the optional column ``client``, and how tables keep clients' codes apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from edge.contract.clients import SiteClient
from edge.contract.site import BadSite
from edge.contract.strict import Strict

BETWEEN = ":"
"""Between a client's key and a code of its; no code has one in it."""
V = TypeVar("V")


class Owned(Strict, frozen=True, kw_only=True):
    """A row that may say whose it is."""

    client: str = ""
    """The client's key; empty: the site's first client's."""


R = TypeVar("R", bound=Owned)


def key_of(client: str, code: str) -> str:
    """What a table calls a client's code; the site's first client's, whose key is left out, is called as it is.

    >>> key_of("", "MUG"), key_of("lumo", "MUG")
    ('MUG', 'lumo:MUG')
    """
    return f"{client}{BETWEEN}{code}" if client else code


def own(table: Mapping[str, V], client: str) -> dict[str, V]:
    """What of a table is a client's, by plain codes.

    >>> own({"MUG": 1, "lumo:MUG": 2}, "lumo"), own({"MUG": 1, "lumo:MUG": 2}, "")
    ({'MUG': 2}, {'MUG': 1})
    """
    split = ((*key.rpartition(BETWEEN)[::2], value) for key, value in table.items())
    return {code: value for owner, code, value in split if owner == client}


class Whose:
    """The clients of a site, by their keys.

    Args:
        owners: The clients; the first owns what names none.
    """

    def __init__(self, owners: Sequence[SiteClient]) -> None:
        self._first = owners[0].key
        self._known = [owner.key for owner in owners]

    @property
    def keys(self) -> tuple[str, ...]:
        """The clients' keys as tables have them: the first is left out."""
        return tuple(self.plain(key) for key in self._known)

    def plain(self, client: str) -> str:
        """A client's key as tables have it: that of the first is left out."""
        return "" if client == self._first else client

    def rows(self, path: Path, rows: Iterable[tuple[int, R]]) -> Iterator[tuple[int, R]]:
        """Rows, (line, row) each, with whose they are as tables have it. Raises: BadSite, it is no client."""
        for line, row in rows:
            if row.client and row.client not in self._known:
                known = ", ".join(self._known)
                raise BadSite(f"{path}, line {line}: client: expected one of {known}, got '{row.client[:40]}'.")
            yield line, row if row.client != self._first else msgspec.structs.replace(row, client="")


ONE = Whose((SiteClient(key="", name=""),))
"""Of a site with one client: no row names it."""
