"""What each wave holds, and how far it is."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from hub.handlers.policy import Policy
from hub.handlers.urgency import departure_for
from hub.storage import waiting

STAGES = ("waiting", "picking", "packing", "shipped", "backordered")
AS_THEY_COME = "as they come"
"""Orders that wait for no wave."""


@dataclass(kw_only=True)
class WaveProgress:
    """One departure of a wave, or the orders that wait for none."""

    name: str
    release_us: int | None
    leaves_us: int | None
    state: str
    """waits, open, or late: it has left without some of its units; done, once all of them left."""
    orders: int = 0
    orders_done: int = 0
    """Of which everything has left."""
    units_by_stage: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))

    @property
    def units(self) -> int:
        """All that is to leave, or has left."""
        return sum(self.units_by_stage.values())

    @property
    def units_shipped(self) -> int:
        """What has left."""
        return self.units_by_stage["shipped"]


def waves_now(connection: Connection, policy: Policy, *, now_us: int, since_us: int) -> list[WaveProgress]:
    """The waves of the orders in the house and of those that left since a time, the next departure first."""
    found: dict[tuple[int, str], WaveProgress] = {}
    for row in waiting.stages(connection, since_us):
        departure = departure_for(policy, row)
        key = (2**62, AS_THEY_COME) if departure is None else (departure.leaves_us, departure.wave)
        if key not in found:
            found[key] = WaveProgress(
                name=key[1],
                release_us=None if departure is None else departure.release_us,
                leaves_us=None if departure is None else departure.leaves_us,
                state="",
            )
        wave = found[key]
        wave.orders += 1
        left = 0
        for stage in STAGES:
            units = int(getattr(row, stage))
            wave.units_by_stage[stage] += units
            left += 0 if stage == "shipped" else units
        wave.orders_done += left == 0
    for wave in found.values():
        wave.state = _state(wave, now_us)
    return [found[key] for key in sorted(found)]


def _state(wave: WaveProgress, now_us: int) -> str:
    if wave.orders_done == wave.orders:
        return "done"
    if wave.release_us is not None and now_us < wave.release_us:
        return "waits"
    return "late" if wave.leaves_us is not None and wave.leaves_us <= now_us else "open"
