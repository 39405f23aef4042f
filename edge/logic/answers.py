"""Which prompts a bench has answered: a question is not answered twice, not even across a restart."""

from edge.contract.events import ButtonPressed, Event, UnitsCounted, WeightMeasured

STEPS_KEPT_MAX = 4_096
"""Steps remembered as answered; the hub never asks one again."""


class Answers:
    """The answers given so far, rebuilt from the outbox after a restart."""

    def __init__(self) -> None:
        self._answered: dict[str, None] = {}
        self._weights_mg: dict[str, int] = {}

    def note(self, event: Event) -> None:
        """Note one of the bench's own events."""
        if isinstance(event, UnitsCounted | ButtonPressed):
            self._answered[event.step] = None
            if len(self._answered) > STEPS_KEPT_MAX:
                del self._answered[next(iter(self._answered))]
        elif isinstance(event, WeightMeasured):
            self._weights_mg[event.step] = event.weight_mg
            if len(self._weights_mg) > STEPS_KEPT_MAX:
                del self._weights_mg[next(iter(self._weights_mg))]

    def is_answered(self, step: str) -> bool:
        """Whether a button has answered this step."""
        return step in self._answered

    def weight_mg(self, step: str) -> int | None:
        """The weight last measured for this step."""
        return self._weights_mg.get(step)
