"""What a station must remember across a restart, and how it is written."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from edge.contract.events import AlarmKind
from edge.contract.state import TaskKind

T = TypeVar("T", bound=msgspec.Struct)

BIN = "bin/"
"""Prefix of the memory key of a bin; its name follows."""
STUCK = "stuck/"
"""Prefix of the key that holds the alarm of a stuck button; the control's name follows."""
FAILED = "failed/"
"""Prefix of the key of a device that was told to have failed; its name follows."""
PRINTING = "printing/"
"""Prefix of the key of a print job that may have been sent; its id follows."""
UNDONE = "undone/"
"""Prefix of the key of a task whose confirmation was taken back, until the hub has heard so; its id follows."""
DESIRED = "desired"
"""The desired state last obeyed; a bay's without its bins' contents."""
CONTENTS = "contents"
"""A bay's desired state of which only the bins count: they change rarely, and are most of its bytes."""
SCANNED = "scan"
"""The symbol told last."""
PAGE_SCANS = "page_scans"
"""The ids of what pages sent last."""
UNREADABLE = "unreadable"
"""The open alarm of a thing that the camera cannot read."""

CONFIRMATIONS_KEPT_MAX = 64
"""Without a scale, confirmations of a bin wait for a weight; beyond this many, the oldest lose their names."""


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol that was told."""

    text: str
    at_us: int
    """By the station's clock, which begins anew when its machine starts."""


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """One confirmed task whose weight has not been told yet."""

    task: str
    kind: TaskKind
    mark: str
    change_units: int
    """Signed as the bin sees it."""


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A difference that is shown in red until it is mended or accepted."""

    alarm: str
    kind: AlarmKind
    mark: str
    tasks: tuple[str, ...]
    needed_units: int
    """What the bin must gain (negative: lose) to be right; the operator's hands hold that many too many."""
    from_mg: int | None = None
    """The weight before the change that it is of; None: nobody knows, or several bins share a scale."""
    told_units: int = 0
    """By how many units the bin has changed since, as was told."""


class BinMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a bin."""

    baseline_mg: int | None = None
    """The settled weight up to which everything was told."""
    sku: str | None = None
    """What lay in the bin when ``baseline_mg`` was taken."""
    confirmed: tuple[Confirmed, ...] = ()
    """Confirmations since the baseline."""
    unnamed_units: int = 0
    """The change of confirmations that were too many to keep by name."""
    correction: Correction | None = None
    missing_alarm: str | None = None
    """The open button_missing alarm."""
    doubtful: str | None = None
    """A task that was open while nobody watched its weight: its confirmation raises no alarm."""
    zero_doubted: bool = False
    """The scale came back with nothing on it where something lay: it may have been zeroed with its load. Changes are
    weighed as ever, but the bin's whole weight says nothing until a person has counted."""
    home_mg: int | None = None
    """The weight before the first change that nobody explained; None while everything is explained."""
    odd_mg: int = 0
    """What lies in the bin (negative: is missing) by changes of weight that were no whole units, or that came in
    unasked and were left so. While it is there the bin's whole weight says nothing: a number of units that fits may be
    a few units and a thing."""
    odd_claimed_units: int = 0
    """The change that was confirmed where the weight was no whole units, while ``odd_mg`` is there."""
    away_units: int = 0
    """Units that went out of the bin unasked and have not come back; negative: that came in, nobody knows whence."""
    swap_alarm: str | None = None
    """The open swapped_bin alarm."""

    @property
    def claimed_units(self) -> int:
        """The change that the confirmations claim."""
        return self.unnamed_units + sum(c.change_units for c in self.confirmed)

    def with_confirmed(self, confirmed: Confirmed) -> "BinMemory":
        """The memory with one more confirmation, bounded."""
        kept = (*self.confirmed, confirmed)
        unnamed = self.unnamed_units
        if len(kept) > CONFIRMATIONS_KEPT_MAX:
            unnamed += kept[0].change_units
            kept = kept[1:]
        return msgspec.structs.replace(self, confirmed=kept, unnamed_units=unnamed)


_encoder = msgspec.json.Encoder()


def encode(value: msgspec.Struct) -> bytes:
    """One remembered value as bytes."""
    return _encoder.encode(value)


def recall(memory: Mapping[str, bytes], key: str, shape: type[T]) -> T | None:
    """One remembered value, or None.

    Raises:
        ValueError: the memory holds something else under this key; it was written by a newer version, or the
            card is damaged.
    """
    found = memory.get(key)
    if found is None:
        return None
    try:
        return msgspec.json.decode(found, type=shape)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"Station memory '{key}': expected a {shape.__name__}, got {found[:80]!r} ({error});"
            " move the station's data away to start it with an empty memory."
        ) from error


def names_under(memory: Mapping[str, bytes], prefix: str) -> dict[str, str]:
    """The texts remembered under a prefix, by what follows it."""
    return {key.removeprefix(prefix): value.decode() for key, value in memory.items() if key.startswith(prefix)}
