"""Each print job is sent once: its intent is committed before it is sent."""

from collections.abc import Iterable, Mapping

from edge.contract.events import Event, LabelPrinted, PrintFailed
from edge.contract.state import PrintJob
from edge.logic.memory import PRINTING, names_under

JOBS_KEPT_MAX = 4_096
"""Jobs remembered as finished; the hub gives a new label a new job."""

INTERRUPTED = "the station stopped while it printed: look whether the label is there"
"""Why a job has failed whose intent was committed, but not its end."""


class Printing:
    """The bench's print jobs: at most one is at the printer."""

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        self._interrupted = list(names_under(memory, PRINTING))
        self._finished: dict[str, None] = {}
        self._jobs: tuple[PrintJob, ...] = ()
        self._sent: PrintJob | None = None
        self._ended: LabelPrinted | PrintFailed | None = None

    def want(self, jobs: Iterable[PrintJob]) -> None:
        """The jobs that the hub wants printed, in order."""
        self._jobs = tuple(jobs)

    def note(self, event: Event) -> None:
        """Note one of the bench's own events: a finished job is never printed again."""
        if isinstance(event, LabelPrinted | PrintFailed):
            self._finished[event.job] = None
            if len(self._finished) > JOBS_KEPT_MAX:
                del self._finished[next(iter(self._finished))]

    def at_printer(self) -> PrintJob | None:
        """The job that may be sent now: its intent is committed, its end is not."""
        return self._sent if self._ended is None else None

    def end(self, job: str, error: str | None, *, sent: bool) -> None:
        """The printer took the job, or did not; a job that is not at the printer has ended before."""
        if self._sent is not None and self._sent.job == job:
            self._ended = LabelPrinted(job=job) if error is None else PrintFailed(job=job, reason=error, sent=sent)

    def go_on(self) -> tuple[list[Event], dict[str, bytes | None]]:
        """Tell the job that has ended and those that a restart interrupted, and begin the next one."""
        events: list[Event] = []
        memory: dict[str, bytes | None] = {}
        if self._ended is not None:
            events.append(self._ended)
            memory[PRINTING + self._ended.job] = None
            self.note(self._ended)
            self._ended = self._sent = None
        for job in self._interrupted:
            memory[PRINTING + job] = None
            if job not in self._finished:
                events.append(PrintFailed(job=job, reason=INTERRUPTED, sent=True))
                self.note(events[-1])
        self._interrupted = []
        if self._sent is None:
            self._sent = next((job for job in self._jobs if job.job not in self._finished), None)
            if self._sent is not None:
                memory[PRINTING + self._sent.job] = b""
        return events, memory
