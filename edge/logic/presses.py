"""Buttons over time: short presses, held ones, and one that is stuck."""

from collections.abc import Callable, Collection, Mapping

from edge.contract.events import AlarmCleared, AlarmRaised, Event
from edge.logic.memory import STUCK, names_under
from edge.logic.times import HOLD_US, STUCK_US


class Presses:
    """The buttons that are down, and since when.

    Args:
        controls: The buttons that the station has. The alarm of one that it has no more is over.
        memory: The station's durable memory as last committed.
        new_id: Makes ids of alarms.
    """

    def __init__(self, controls: Collection[str], memory: Mapping[str, bytes], new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._down: dict[str, int] = {}
        self._held: set[str] = set()
        self._stuck = names_under(memory, STUCK)
        self._unseen = self._stuck.keys() & set(controls)
        """Buttons that were stuck before a restart and have not been looked at since: nobody knows how they are."""

    def found(self, levels: Mapping[str, bool], now_us: int) -> None:
        """How buttons are when they are first looked at: what is down already was not pressed, and is stuck until it
        comes up."""
        self._unseen.difference_update(levels)
        for control, down in levels.items():
            if down:
                self._down[control] = now_us - STUCK_US
                self._held.add(control)

    def down(self, control: str, now_us: int) -> None:
        """A button went down."""
        self._unseen.discard(control)
        self._down[control] = now_us

    def up(self, control: str) -> int | None:
        """A button came up. Returns: When it went down, if that was a short press and not the end of a held one."""
        self._unseen.discard(control)
        held = control in self._held
        self._held.discard(control)
        since_us = self._down.pop(control, None)
        return None if held else since_us

    def newly_held(self, now_us: int) -> list[tuple[str, int]]:
        """Buttons that have now been down for a second, and since when; each is told once."""
        found = [(c, at) for c, at in self._down.items() if c not in self._held and now_us >= at + HOLD_US]
        self._held.update(control for control, _ in found)
        return found

    def watch(self, now_us: int) -> tuple[list[Event], dict[str, bytes | None]]:
        """Alarms of stuck buttons that begin or end now, and the memory that goes with them."""
        events: list[Event] = []
        memory: dict[str, bytes | None] = {}
        for control, since_us in self._down.items():
            if control not in self._stuck and now_us >= since_us + STUCK_US:
                alarm = self._stuck[control] = self._new_id()
                memory[STUCK + control] = alarm.encode()
                events.append(AlarmRaised(alarm=alarm, kind="stuck_button", place=_place(control)))
        for control in [c for c in self._stuck if c not in self._down and c not in self._unseen]:
            alarm = self._stuck.pop(control)
            memory[STUCK + control] = None
            events.append(AlarmCleared(alarm=alarm, kind="stuck_button", place=_place(control), by="mended"))
        return events, memory

    def wakes_us(self) -> list[int]:
        """When something may become due."""
        holds = [since + HOLD_US for control, since in self._down.items() if control not in self._held]
        return holds + [since + STUCK_US for control, since in self._down.items() if control not in self._stuck]

    def stuck(self) -> tuple[str, ...]:
        """The buttons that are stuck."""
        return tuple(self._stuck)

    def alarms(self) -> tuple[str, ...]:
        """The open alarms."""
        return tuple(self._stuck.values())


def _place(control: str) -> str:
    """The bin that a button belongs to, or the button itself."""
    return control.partition(" ")[2] or control
