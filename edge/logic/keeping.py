"""What of a bay's memory is written now, and what may wait for the next facts, or a while: less wear of the card."""

from collections.abc import Mapping

from msgspec.structs import replace

from edge.logic.binstate import BinState
from edge.logic.levels import Levels
from edge.logic.memory import BIN, BinMemory, encode
from edge.logic.settling import CREEP_DIVISIONS
from edge.logic.times import CREEP_SAVE_US

CREEP_WRITTEN_DIVISIONS = CREEP_DIVISIONS + 1
"""A baseline that has crept less far from the one on the card waits: a flicker would write for ever. After a kill the
bin's weight is that much off at most, which is less than anything is judged by."""


class Keeping:
    """Notes what has changed of the bins and platforms since it was written.

    Args:
        bins: The bay's bins by name, as they were recalled.
        levels: Its platforms.
    """

    def __init__(self, bins: Mapping[str, BinState], levels: Levels) -> None:
        self._bins = bins
        self._levels = levels
        self._written = {name: state.kept for name, state in bins.items()}
        """What the outbox holds, or will hold with the outcome that was made last."""
        self._noted = dict(self._written)
        """What is written, or waits to be."""
        self._unsaved: dict[str, bytes | None] = {}
        self.due_us: int | None = None
        """When what waits is written at the latest."""

    def later(self, key: str, value: bytes | None, now_us: int, within_us: int) -> None:
        """Write this (None: delete it) with the next facts, or within this time: no fact depends on it."""
        self._unsaved[key] = value
        at_us = now_us + within_us
        self.due_us = at_us if self.due_us is None else min(self.due_us, at_us)

    def to_write(self, memory: Mapping[str, bytes | None], now_us: int, *, told: bool) -> dict[str, bytes | None]:
        """What to write now: ``memory``, what has changed, and what waited if there is reason to write anything.

        What has only crept waits, unless facts are told (``told``), which it goes with.
        """
        wanted = {**memory, **self._changed(now_us, told=told)}
        if not wanted and (self.due_us is None or now_us < self.due_us):
            return wanted
        everything = {**self._unsaved, **wanted}
        self._unsaved.clear()
        self.due_us = None
        self._written = dict(self._noted)
        return everything

    def _changed(self, now_us: int, *, told: bool) -> dict[str, bytes | None]:
        now, later = self._levels.to_keep(told=told)
        memory: dict[str, bytes | None] = {**now}
        for name, state in self._bins.items():
            if state.kept is self._noted[name]:
                continue
            self._noted[name] = state.kept
            if not told and _has_only_crept(state, self._written[name]):
                later[BIN + name] = encode(state.kept)
            else:
                memory[BIN + name] = encode(state.kept)
        for key, value in later.items():
            self.later(key, value, now_us, CREEP_SAVE_US)
        return memory


def _has_only_crept(state: BinState, written: BinMemory) -> bool:
    """Whether nothing has changed since it was written but the baseline, and that by less than matters."""
    now_mg, then_mg = state.kept.baseline_mg, written.baseline_mg
    if now_mg is None or then_mg is None or abs(now_mg - then_mg) >= CREEP_WRITTEN_DIVISIONS * state.division_mg:
        return False
    return replace(state.kept, baseline_mg=then_mg) == written
