"""The devices of a station: which of them has failed, told once when it fails and once when it is back."""

from collections.abc import Mapping

from edge.contract.events import DeviceFailed, DeviceRecovered, Event
from edge.contract.platforms import platforms
from edge.contract.site import Station
from edge.logic.memory import FAILED, names_under

WORKS_WITHOUT = frozenset({"clock", "evidence"})
"""What a station works without as well as with it: told to the hub, and shown to nobody at the station."""


SECTIONS = frozenset({"strip", "displays", "expanders", "scale", "camera", "scanner", "printer", "buzzer"})
"""Parts that a section of the station's file stands for."""


def has_part(station: Station, part: str) -> bool:
    """Whether a station still has a part, by its file: what was taken away has not failed."""
    kind, _, of = part.partition(" ")
    if kind == "scale" and of and station.is_bay:
        return station.scale is not None and of in platforms((b.channel, b.name) for b in station.bins).values()
    if kind in SECTIONS:
        return getattr(station, kind) is not None
    return part != "evidence" or (station.camera is not None and station.camera.pictures > 0)


class Parts:
    """The health of the station's devices. A change while nothing can be recorded is told later."""

    def __init__(self, memory: Mapping[str, bytes], station: Station) -> None:
        self._told = names_under(memory, FAILED)
        self._failed = {part: why for part, why in self._told.items() if has_part(station, part)}

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
