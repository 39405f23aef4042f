"""A thing before the camera that cannot be read: an alarm after a while, until it is read or gone."""

from collections.abc import Callable, Mapping

from edge.contract.events import AlarmCleared, AlarmRaised, Event
from edge.logic.memory import UNREADABLE
from edge.logic.times import UNREADABLE_US

CAMERA = "camera"
"""Where the alarm is."""


class Sighting:
    """What the camera sees but cannot read."""

    def __init__(self, memory: Mapping[str, bytes], new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        alarm = memory.get(UNREADABLE)
        self.alarm: str | None = alarm.decode() if alarm is not None else None
        self._since_us: int | None = None
        self._picture = ""

    def see(self, present: bool, now_us: int, picture: str = "") -> None:
        """Something unreadable is there, with the id of its picture, or nothing is."""
        self._picture = picture
        if not present:
            self._since_us = None
        elif self._since_us is None:
            self._since_us = now_us

    def restart(self, now_us: int) -> None:
        """A new question is asked: what lies there has its time again."""
        if self._since_us is not None:
            self._since_us = now_us

    def judge(self, asked: bool, now_us: int) -> tuple[list[Event], dict[str, bytes | None]]:
        """Raise or clear the alarm; it is only raised while a scan is asked for."""
        due_us = self.due_us() if asked else None
        if self.alarm is None and due_us is not None and now_us >= due_us:
            self.alarm = self._new_id()
            raised = AlarmRaised(alarm=self.alarm, kind="unreadable", place=CAMERA, picture=self._picture)
            return [raised], {UNREADABLE: self.alarm.encode()}
        if self.alarm is not None and due_us is None:
            cleared = AlarmCleared(alarm=self.alarm, kind="unreadable", place=CAMERA, by="mended")
            self.alarm = None
            return [cleared], {UNREADABLE: None}
        return [], {}

    def due_us(self) -> int | None:
        """When the alarm is due."""
        return None if self._since_us is None else self._since_us + UNREADABLE_US
