"""The platforms of a bay that lie under several bins each, as the bay sees them: what they take, tell and keep."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from edge.contract.events import BinCounted, Event, UnitsPicked, UnitsPutAway
from edge.contract.platforms import platform_name
from edge.contract.site import Station
from edge.contract.state import BayDesired
from edge.logic.binstate import BinState
from edge.logic.judging_levels import accept_alarm, count_by_hand, judge_level, wakes_us
from edge.logic.level import Level, LevelMemory
from edge.logic.memory import encode, recall
from edge.logic.settling import CREEP_DIVISIONS, Settling

LEVEL = "level/"
"""Prefix of the memory key of a platform; its channel follows."""

CREEP_WRITTEN_DIVISIONS = CREEP_DIVISIONS + 1
"""A baseline that has crept less far from the one on the card waits, as a bin's does."""


class Levels:
    """The platforms of a bay that several bins share.

    Args:
        station: The bay's own file.
        bins: Its bins, which have no scale of their own there.
        memory: The station's durable memory as last committed.
        new_id: Makes ids of alarms.

    Raises:
        ValueError: the memory cannot be read.
    """

    def __init__(
        self,
        station: Station,
        bins: Mapping[str, BinState],
        memory: Mapping[str, bytes],
        new_id: Callable[[], str],
    ) -> None:
        self._by_channel: dict[int, Level] = {}
        self._by_bin: dict[str, Level] = {}
        self._marks: dict[str, str] = {}
        for channel, names in shared_channels(station).items():
            assert station.scale is not None, "a site's files are checked"
            level = Level(
                name=platform_name(names),
                scale=Settling(station.scale.division_mg),
                bins={name: bins[name] for name in names},
                kept=recall(memory, f"{LEVEL}{channel}", LevelMemory) or LevelMemory(),
                new_id=new_id,
            )
            for state in level.bins.values():  # what it kept while it had a scale of its own
                state.keep(baseline_mg=None, sku=None, confirmed=(), unnamed_units=0, home_mg=None)
            self._by_channel[channel] = level
            self._by_bin |= dict.fromkeys(names, level)
        self._written = {channel: level.kept for channel, level in self._by_channel.items()}
        self._noted = dict(self._written)
        self._show_alarms()

    def lead(self, desired: BayDesired | None) -> None:
        """The hub says what it wants true; the bins know it already."""
        if desired is not None:
            self._marks = {task.task: task.mark for task in desired.tasks if task.bin in self._by_bin}
        for name in self._by_bin:
            state = self._by_bin[name].bins[name]
            state.content = state.wanted  # what the platform counts by is its own matter

    def take(self, channel: int, state: str, weight_mg: int | None, now_us: int) -> bool:
        """Take a reading; whether it is of one of these platforms."""
        level = self._by_channel.get(channel)
        if level is None:
            return False
        if state == "zero_error":
            level.lose()
        creep_mg = level.scale.take(state, weight_mg, now_us)
        if creep_mg and level.kept.baseline_mg is not None and level.is_led and not level.gap:
            level.keep(baseline_mg=level.kept.baseline_mg + creep_mg)
        return True

    def lose(self) -> None:
        """Nobody watches the indicator any more."""
        for level in self._by_channel.values():
            level.lose()

    def judge(self, told: Sequence[Event], now_us: int) -> list[Event]:
        """What the bins have told, and what the platforms add to it, in the order in which it is told."""
        if not self._by_channel:
            return list(told)
        events = self._note(told, now_us)
        for level in self._by_channel.values():
            # A task that the scale confirms is claimed, and reconciled by the next look at the latest.
            events += self._note(judge_level(level, now_us), now_us)
        self._show_alarms()
        return events

    def accept(self, name: str, now_us: int) -> list[Event]:
        """The button of a bin that shows a platform's alarm; what is told is noted with the next :meth:`judge`."""
        return accept_alarm(self._by_bin[name], now_us)

    def look(self, name: str, now_us: int) -> list[Event]:
        """Look at the platform under a bin now, if it is on one, likewise."""
        return judge_level(self._by_bin[name], now_us) if name in self._by_bin else []

    def alarms(self) -> list[str]:
        """The open alarms of the platforms themselves."""
        return [level.kept.alarm for level in self._by_channel.values() if level.kept.alarm is not None]

    def wakes_us(self) -> list[int]:
        """When something may become due."""
        return [at_us for level in self._by_channel.values() for at_us in wakes_us(level)]

    def to_keep(self, *, told: bool) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The memory to write now, and what has only crept since it was written, which may wait."""
        now: dict[str, bytes] = {}
        later: dict[str, bytes] = {}
        for channel, level in self._by_channel.items():
            if level.kept is self._noted[channel]:
                continue
            self._noted[channel] = level.kept
            if not told and _has_only_crept(level, self._written[channel]):
                later[f"{LEVEL}{channel}"] = encode(level.kept)
            else:
                now[f"{LEVEL}{channel}"] = encode(level.kept)
                self._written[channel] = level.kept
        return now, later

    def _note(self, told: Iterable[Event], now_us: int) -> list[Event]:
        """Note what was confirmed and counted; with what is told before a count."""
        events: list[Event] = []
        for event in told:
            if isinstance(event, UnitsPicked | UnitsPutAway) and event.bin in self._by_bin:
                self._by_bin[event.bin].claim(event, self._marks[event.task], now_us)
            elif isinstance(event, BinCounted) and event.bin in self._by_bin:
                events += count_by_hand(self._by_bin[event.bin], event.bin, now_us)
            events.append(event)
        return events

    def _show_alarms(self) -> None:
        for level in self._by_channel.values():
            for name, state in level.bins.items():
                state.level_alarm = level.kept.alarm if name in level.kept.suspects else None


def shared_channels(station: Station) -> dict[int, tuple[str, ...]]:
    """The channels that weigh several bins at once, and which."""
    bins_on = Counter(place.channel for place in station.bins if place.channel is not None)
    return {
        channel: tuple(place.name for place in station.bins if place.channel == channel)
        for channel, number in bins_on.items()
        if number > 1 and station.scale is not None
    }


def _has_only_crept(level: Level, written: LevelMemory) -> bool:
    now_mg, then_mg = level.kept.baseline_mg, written.baseline_mg
    if now_mg is None or then_mg is None or abs(now_mg - then_mg) >= CREEP_WRITTEN_DIVISIONS * level.scale.division_mg:
        return False
    return msgspec.structs.replace(level.kept, baseline_mg=then_mg) == written
