"""The walk along a bay's bins: which label is stuck at which position. Pure: told what is scanned, asked what to show.

A position is a place of the wiring (the bin's LEDs, display, inputs and scale channel), a name is what its label says.
The file of a fresh bay names its bins in the order of the wiring; the labels may have been stuck in any other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

SHOWN_DIGITS = 4


class BadProgress(ValueError):
    """The file that holds an interrupted walk cannot be used; the text says why, and what to do."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a walk has come, as it is kept between two runs."""

    station: str
    planned: tuple[str, ...]
    """The bins of the file when the walk began, in the order of the wiring."""
    labels: tuple[str | None, ...] = ()
    """What was scanned at the first so many positions; None: skipped."""


@dataclass(frozen=True)
class Told:
    """What came of one scan, or of one step."""

    ok: bool
    words: str


class Assigning:
    """One walk along a bay.

    Args:
        progress: How far it has come.
        elsewhere: The bins of the site's other stations: name to station.
    """

    def __init__(self, progress: Progress, elsewhere: Mapping[str, str]) -> None:
        self._station = progress.station
        self._planned = progress.planned
        self._elsewhere = elsewhere
        self._labels: list[str | None] = list(progress.labels)
        self._again: list[int] = []
        """Positions that were skipped and are asked for once more."""

    @property
    def position(self) -> int | None:
        """Which position is asked for, counted from 0; None: the walk is over."""
        if len(self._labels) < len(self._planned):
            return len(self._labels)
        return self._again[0] if self._again else None

    @property
    def names(self) -> tuple[str | None, ...]:
        """What was scanned, by position; None where nothing was."""
        return (*self._labels, *[None] * (len(self._planned) - len(self._labels)))

    @property
    def progress(self) -> Progress:
        """How far it has come, to be kept."""
        return Progress(station=self._station, planned=self._planned, labels=tuple(self._labels))

    def scan(self, text: str) -> Told:
        """A label was scanned or typed for the position that is asked for."""
        position = self.position
        assert position is not None, "a walk that is over asks for nothing"
        name = text.strip()
        if name not in self._planned:
            return Told(False, self._unknown(name))
        if name in self._labels:
            taken = self._labels.index(name)
            return Told(
                False,
                f"{name} was scanned at position {taken + 1} already. Scan the label of the bin that is lit, position"
                f" {position + 1}; if position {taken + 1} was wrong, go back to it; if two bins carry this label,"
                " print it anew for one of them.",
            )
        self._put(position, name)
        moved = "" if self._planned[position] == name else f" (the file says {self._planned[position]})"
        return Told(True, f"position {position + 1}: {name}{moved}")

    def skip(self) -> Told:
        """Leave out the position that is asked for: it comes again at the end, then it stays as it is."""
        position = self.position
        assert position is not None, "a walk that is over asks for nothing"
        self._put(position, None)
        return Told(True, f"position {position + 1}: skipped")

    def back(self) -> Told:
        """Undo the last position."""
        if len(self._labels) == len(self._planned) and self._again:
            self._again.clear()  # the positions left out are asked for again when the walk comes to its end
        if not self._labels:
            return Told(False, "This is the first position: there is none before it.")
        self._labels.pop()
        return Told(True, f"back at position {len(self._labels) + 1}")

    def ask_again(self) -> int:
        """Ask once more for what was skipped, when the walk is over; how many positions that are."""
        assert self.position is None, "what was skipped is asked for at the end"
        self._again = [n for n, label in enumerate(self._labels) if label is None]
        return len(self._again)

    def result(self) -> list[str]:
        """The name of every position: what was scanned, and where nothing was, what the file says.

        Raises: ValueError, a position was skipped whose name was scanned elsewhere: nobody knows what it is called.
        """
        names = [label or planned for label, planned in zip(self.names, self._planned, strict=True)]
        unknown = [n for n, label in enumerate(self.names) if label is None and names.count(names[n]) > 1]
        if unknown:
            places = ", ".join(f"position {n + 1} (in the file {self._planned[n]})" for n in unknown)
            left = ", ".join(name for name in self._planned if name not in names)
            raise ValueError(
                f"Expected a label for {places}: the name that the file gives was scanned at another position. Nothing"
                f" was written; run this again and scan there: of the labels {left} none was scanned."
            )
        return names

    def shown(self) -> list[str]:
        """What each position's display shows: the end of its label's name, or its own number while it is asked for."""
        labels = self.names
        return [
            short(labels[n] or "") if n != self.position else f"{n + 1:>{SHOWN_DIGITS}}" for n in range(len(labels))
        ]

    def _put(self, position: int, name: str | None) -> None:
        if position == len(self._labels):
            self._labels.append(name)
        else:
            self._labels[position] = name
            self._again.remove(position)

    def _unknown(self, name: str) -> str:
        if not name:
            return "Nothing was read. Scan the label of the bin that is lit."
        if name in self._elsewhere:
            other = self._elsewhere[name]
            return (
                f"{name} is a bin of {other}, not of {self._station}. Take this label to {other} and stick the right"
                f" one here: shelflight site labels --station {self._station}."
            )
        if name == self._station:
            return f"{name} is the label of the station. Scan the label of the bin that is lit."
        return (
            f"Expected the label of a bin of {self._station} ({_some(self._planned)}), got '{name}'. Is it the item's"
            f" own barcode? If the label is wrong: shelflight site labels --station {self._station}."
        )


def short(name: str) -> str:
    """The end of a bin's name, as its display shows it.

    >>> short("bay-07/12"), short("R1-A-0042")
    ('  12', '0042')
    """
    return f"{name.rpartition('/')[2][-SHOWN_DIGITS:]:>{SHOWN_DIGITS}}" if name else ""


def begun(kept: bytes | None, station: str, planned: Sequence[str]) -> Progress:
    """A walk as it was left, or a new one. Raises: BadProgress, what was kept does not fit the station's file."""
    fresh = Progress(station=station, planned=tuple(planned))
    if kept is None:
        return fresh
    try:
        found = msgspec.json.decode(kept, type=Progress)
    except msgspec.DecodeError as error:
        raise BadProgress(f"Expected a walk of {station} to go on with, got: {error}. Begin with --anew.") from None
    scanned = [label for label in found.labels if label is not None]
    if found.station != station or found.planned != fresh.planned:
        raise BadProgress(
            f"The file of {station} has changed since the walk was interrupted: its bins are others, or in another"
            " order. Begin again with --anew."
        )
    if len(found.labels) > len(planned) or len(set(scanned)) != len(scanned) or not set(scanned) <= set(planned):
        raise BadProgress(f"The interrupted walk of {station} names bins that it cannot have. Begin again with --anew.")
    return found


def _some(names: Iterable[str], most: int = 3) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (f", ... {listed[-1]}" if len(listed) > most else "")
