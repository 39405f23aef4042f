"""A ring of pictures on the card: bounded in number and in bytes, the oldest thrown away first.

A file is written once, never changed, and not waited for: a power cut may cost the newest pictures, never a fact.
"""

import os
import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from edge.evidence.note import NOTE_BYTES_MAX, NoNote, Note, note_of

FREE_BYTES_MIN = 256 << 20
"""So much of the card stays free for facts; with less, no picture is written."""
_NAME = re.compile(r"([0-9]{10})-([0-9a-f]{16})\.jpg")


class NotKept(OSError):
    """A picture could not be kept, and what to do about it."""


@dataclass(frozen=True)
class _Entry:
    path: Path
    size: int


class Ring:
    """The pictures of one station, in a directory of their own; used by one thread.

    Args:
        directory: Made if it is not there, with the first picture.
        count_max: So many pictures at most.
        bytes_max: So many bytes of them at most.
        free_bytes_min: So many bytes of the card stay free.
    """

    def __init__(
        self, directory: Path, *, count_max: int, bytes_max: int, free_bytes_min: int = FREE_BYTES_MIN
    ) -> None:
        self._directory = directory
        self._count_max = count_max
        self._bytes_max = bytes_max
        self._free_bytes_min = free_bytes_min
        self._entries: OrderedDict[str, _Entry] | None = None
        self._bytes = 0
        self._next = 1

    def keep(self, picture: str, jpeg: bytes) -> None:
        """Keep a picture; throws the oldest away as far as needed. Raises: NotKept."""
        try:
            entries = self._known()
            self._make_room(entries, len(jpeg))
            self._directory.mkdir(parents=True, exist_ok=True)
            self._look_for_room()
            path = self._directory / f"{self._next:010d}-{picture}.jpg"
            try:
                path.write_bytes(jpeg)
            except OSError:
                path.unlink(missing_ok=True)  # half a picture is none
                raise
        except NotKept:
            raise
        except OSError as error:
            raise NotKept(
                f"{self._directory}: expected to keep a picture there, got: {error.strerror}. Facts are kept apart"
                " from it. See to the card's room and rights."
            ) from error
        self._next += 1
        self._bytes += len(jpeg)
        entries[picture] = _Entry(path, len(jpeg))

    def jpeg(self, picture: str) -> bytes | None:
        """A picture, with its note; None if it is not kept (any more). Raises: NotKept, it cannot be read."""
        try:
            found = self._known().get(picture)
            return None if found is None else found.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotKept(f"Picture {picture}: expected to read it, got: {error.strerror}.") from error

    def path(self, picture: str) -> Path | None:
        """Where a picture lies; None if it is not kept. Raises: OSError."""
        found = self._known().get(picture)
        return None if found is None else found.path

    def notes(self) -> list[tuple[Note, int]]:
        """What is kept, the oldest first, each with its bytes; what cannot be read is left out. Raises: NotKept."""
        found = []
        try:
            for entry in self._known().values():
                try:
                    with entry.path.open("rb") as file:
                        found.append((note_of(file.read(NOTE_BYTES_MAX + 16)), entry.size))
                except (NoNote, FileNotFoundError):
                    continue  # torn by a power cut, or thrown away by the agent meanwhile
        except OSError as error:
            raise NotKept(f"{self._directory}: expected to read it, got: {error.strerror}.") from error
        return found

    def _known(self) -> "OrderedDict[str, _Entry]":
        """What lies there; looked for once."""
        if self._entries is None:
            found = []
            if self._directory.exists():
                with os.scandir(self._directory) as entries:
                    for entry in entries:
                        name = _NAME.fullmatch(entry.name)
                        if name is not None:
                            found.append((int(name[1]), name[2], entry.stat().st_size, Path(entry.path)))
            found.sort()
            self._entries = OrderedDict((picture, _Entry(path, size)) for _, picture, size, path in found)
            self._bytes = sum(entry.size for entry in self._entries.values())
            self._next = 1 + max((number for number, *_ in found), default=0)
        return self._entries

    def _make_room(self, entries: "OrderedDict[str, _Entry]", size: int) -> None:
        while entries and (len(entries) >= self._count_max or self._bytes + size > self._bytes_max):
            picture, oldest = next(iter(entries.items()))
            oldest.path.unlink(missing_ok=True)
            del entries[picture]
            self._bytes -= oldest.size

    def _look_for_room(self) -> None:
        room = os.statvfs(self._directory)
        free = room.f_bavail * room.f_frsize
        if free < self._free_bytes_min:
            raise NotKept(
                f"{self._directory}: expected {self._free_bytes_min >> 20} MB free, which facts need, got"
                f" {free >> 20} MB: no picture is kept. Make room on the card."
            )
