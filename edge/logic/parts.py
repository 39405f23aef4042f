"""The devices of a station: which of them has failed, told once when it fails and once when it is back."""

from collections.abc import Mapping

from edge.contract.events import DeviceFailed, DeviceRecovered, Event
from edge.logic.memory import FAILED, names_under

WORKS_WITHOUT = frozenset({"clock", "evidence"})
"""What a station works without as well as with it: told to the hub, and shown to nobody at the station."""


class Parts:
    """The health of the station's devices. A change while nothing can be recorded is told later."""

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        self._told = names_under(memory, FAILED)
        self._failed = dict(self._told)

    @property
    def failed(self) -> Mapping[str, str]:
        """What has failed now, with why."""
        return self._failed

    @property
    def matter(self) -> bool:
        """Whether something has failed that somebody at the station should see to."""
        return bool(self._failed.keys() - WORKS_WITHOUT)

    def note(self, part: str, ok: bool, detail: str) -> None:
        """Note what a device's driver says of it."""
        if ok:
            self._failed.pop(part, None)
        else:
            self._failed[part] = detail or "no detail given"

    def tell(self) -> tuple[list[Event], dict[str, bytes | None]]:
        """What has changed since it was last told, and the memory that goes with it."""
        events: list[Event] = []
        memory: dict[str, bytes | None] = {}
        for part, reason in self._failed.items():
            if part not in self._told:
                self._told[part] = reason
                memory[FAILED + part] = reason.encode()
                events.append(DeviceFailed(part=part, reason=reason))
        for part in [p for p in self._told if p not in self._failed]:
            del self._told[part]
            memory[FAILED + part] = None
            events.append(DeviceRecovered(part=part))
        return events, memory
