"""What an agent has heard and its logic would have to be told again if it began anew."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edge.contract.state import BayDesired, BenchDesired, PartHealth
from edge.logic.bay import BayLogic
from edge.logic.bench import BenchLogic
from edge.logic.outcome import Outcome


@dataclass
class Known:
    """The world beside the disk, as it was heard of last."""

    parts: dict[str, PartHealth] = field(default_factory=dict)
    """The station's devices, by name."""
    levels: dict[str, bool] = field(default_factory=dict)
    """Of each button, whether it is down."""
    desired: BayDesired | BenchDesired | None = None
    hub_answers: bool = False
    full: bool = False
    """Whether no fact can be recorded."""

    def want(self, desired: BayDesired | BenchDesired) -> None:
        """The hub has said what it wants; what is older than known is not kept."""
        if self.desired is None or _age(desired) >= _age(self.desired):
            self.desired = desired

    def tell(self, logic: BayLogic | BenchLogic, now_us: int) -> Iterator[Outcome]:
        """Tell a logic all of it: each outcome is to be committed before the next is asked for."""
        logic.go_on()
        yield logic.on_outbox_full(self.full, now_us)
        yield logic.on_link(self.hub_answers, now_us)
        yield logic.on_found(self.levels, now_us)
        for health in list(self.parts.values()):
            yield logic.on_part(health.part, health.ok, health.detail, now_us)
        if self.desired is not None:
            yield logic.on_desired(self.desired, now_us)  # type: ignore[arg-type]


def _age(desired: BayDesired | BenchDesired) -> tuple[int, int]:
    return desired.generation, desired.version
