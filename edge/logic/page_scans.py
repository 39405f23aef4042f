"""Scans that a person's page sent: each is told once, however often it is sent."""

from collections.abc import Mapping

import msgspec

from edge.logic.memory import PAGE_SCANS, encode, recall

KEPT_MAX = 64
"""So many ids are remembered; a page gives up long before so many others were sent."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the scans told last, the oldest first."""

    ids: tuple[str, ...] = ()


class PageScans:
    """The ids of what pages sent, kept with the facts that tell it.

    Raises: ValueError, if the memory cannot be read.
    """

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        self._told = recall(memory, PAGE_SCANS, Told) or Told()

    def is_told(self, scan: str) -> bool:
        """Whether this one was told before."""
        return scan in self._told.ids

    def kept(self, scan: str) -> dict[str, bytes | None]:
        """Remember one; the memory that goes with its fact."""
        self._told = Told(ids=(*self._told.ids, scan)[-KEPT_MAX:])
        return {PAGE_SCANS: encode(self._told)}
