"""What is true at a station, and when to report it: when it has changed, and not more often than anyone can use."""

from msgspec.structs import replace

from edge.contract.state import OUTBOX_FULL, Ack, Lit, Reported
from edge.identity import Identity
from edge.known import Known
from edge.logic.bay import BayLogic
from edge.logic.bench import BenchLogic
from edge.outbox import Outbox

REPORT_EVERY_US = 100_000
"""Between two reports there is at least this much time."""
REPORT_AFTER_US = 20_000
"""A change is reported this long after it is seen: the fact that made it goes first, alone."""
ROWS_EVERY_US = 1_000_000
"""What alone changes with every event, how many wait and up to which they are acknowledged, is reported this rarely."""


class Reporter:
    """Decides when a reported state goes out."""

    def __init__(self) -> None:
        self._sent: Reported | None = None
        self._sent_us = 0
        self._changed_us: int | None = None
        """When the first change since the last report was seen."""
        self.wake_us: int | None = None
        """When a change that waits is due."""

    def forget(self) -> None:
        """The link was lost: whoever listens may know nothing."""
        self._sent = None
        self.wake_us = None

    def due(self, reported: Reported, now_us: int) -> bool:
        """Whether to publish this state now; if so, it counts as published."""
        sent = self._sent
        if sent is not None:
            if reported == sent:
                self.wake_us = self._changed_us = None
                return False
            only_rows = replace(reported, outbox_rows=sent.outbox_rows, acknowledged=sent.acknowledged) == sent
            if only_rows:
                at_us = self._sent_us + ROWS_EVERY_US
            else:
                self._changed_us = now_us if self._changed_us is None else self._changed_us
                at_us = max(self._sent_us + REPORT_EVERY_US, self._changed_us + REPORT_AFTER_US)
            if now_us < at_us:
                self.wake_us = at_us
                return False
        self._sent, self._sent_us, self.wake_us, self._changed_us = reported, now_us, None, None
        return True


def state_of(
    identity: Identity, logic: BayLogic | BenchLogic, known: Known, outbox: Outbox, lit: tuple[Lit, ...]
) -> Reported:
    """What is true at a station now."""
    generation, version = logic.obeyed
    prompt = logic.screen().prompt if isinstance(logic, BenchLogic) else None
    return Reported(
        version=identity.version,
        simulated=identity.simulated,
        board=identity.board,
        desired_generation=generation,
        desired_version=version,
        lit=lit,
        open_tasks=logic.open_tasks(),
        alarms=(*logic.alarms(), *((OUTBOX_FULL,) if known.full else ())),
        parts=tuple(known.parts.values()),
        outbox_rows=outbox.unacknowledged,
        prompt_step="" if prompt is None else prompt.step,
        acknowledged=Ack(generation=outbox.generation, journal=outbox.journal, seq=outbox.acknowledged),
    )
