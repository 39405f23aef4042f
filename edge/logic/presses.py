"""Buttons over time: short presses, held ones, and one that is stuck."""

from collections.abc import Callable, Mapping

from edge.contract.events import AlarmCleared, AlarmRaised, Event
from edge.logic.memory import STUCK, names_under
from edge.logic.times import HOLD_US, STUCK_US


class Presses:
    """The buttons that are down, and since when."""

    def __init__(self, memory: Mapping[str, bytes], new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._down: dict[str, int] = {}
        self._held: set[str] = set()
        self._stuck = names_under(memory, STUCK)
        self._unseen = set(self._stuck)
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

    def up(self, control: str) -> bool:
        """A button came up; whether that was a short press, not the end of a held one."""
        self._unseen.discard(control)
        held = control in self._held
        self._held.discard(control)
        return self._down.pop(control, None) is not None and not held

    def newly_held(self, now_us: int) -> list[str]:
        """Buttons that have now been down for a second, each told once."""
        found = [c for c, since in self._down.items() if c not in self._held and now_us >= since + HOLD_US]
        self._held.update(found)
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

    def alarms(self) -> tuple[str, ...]:
        """The open alarms."""
        return tuple(self._stuck.values())


def _place(control: str) -> str:
    """The bin that a button belongs to, or the button itself."""
    return control.partition(" ")[2] or control
