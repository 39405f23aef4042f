"""Each print job is sent once: its intent is committed before it is sent. Jobs wait while the printer is not ready."""

from collections.abc import Iterable, Mapping

from edge.contract.events import Event, LabelPrinted, PrintFailed
from edge.contract.state import PRINT_JOBS_MAX, PrintJob
from edge.logic.memory import PRINTING, names_under

JOBS_KEPT_MAX = 4_096
"""Jobs remembered as finished; the hub gives a new label a new job."""

LABEL_WAIT_US = 120_000_000
"""A label waits so long for a printer that is not ready; then the hub is told that it was not printed, and decides."""

INTERRUPTED = "the station stopped while it printed: look whether the label is there"
"""Why a job has failed whose intent was committed, but not its end."""


class Printing:
    """The bench's print jobs, in order: at most one is at the printer, at most :data:`PRINT_JOBS_MAX` wait.

    A job of which the printer surely got nothing waits until the printer is ready. A job that may be out is never sent
    again, whatever happens to the station.
    """

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        self._interrupted = list(names_under(memory, PRINTING))
        self._finished: dict[str, None] = {}
        self._jobs: tuple[PrintJob, ...] = ()
        self._sent: PrintJob | None = None
        self._end: tuple[str | None, bool] | None = None
        """How the job at the printer has ended, untold: its error, and whether the printer may have got it."""
        self._why_not = ""
        """Why the printer is not ready; empty while it is taken to be."""
        self._waits_since: dict[str, int] = {}
        """Since when each job has waited for a printer that is not ready."""

    def want(self, jobs: Iterable[PrintJob]) -> None:
        """The jobs that the hub wants printed, in order; what is more than fits waits at the hub."""
        self._jobs = tuple(jobs)[:PRINT_JOBS_MAX]

    def note(self, event: Event) -> None:
        """Note one of the bench's own events: a finished job is never printed again."""
        if isinstance(event, LabelPrinted | PrintFailed):
            self._finished[event.job] = None
            if len(self._finished) > JOBS_KEPT_MAX:
                del self._finished[next(iter(self._finished))]

    def printer(self, ok: bool, why: str) -> None:
        """The printer was found ready, or not."""
        self._why_not = "" if ok else why or "not ready"

    def waiting(self) -> int:
        """How many labels are wanted and have not ended."""
        return len(self._open())

    def at_printer(self) -> PrintJob | None:
        """The job that may be sent now: its intent is committed, its end is not."""
        return self._sent if self._end is None else None

    def end(self, job: str, error: str | None, *, sent: bool) -> None:
        """The printer took the job, or did not; a job that is not at the printer has ended before."""
        if self._sent is not None and self._sent.job == job:
            self._end = (error, sent)

    def go_on(self, now_us: int) -> tuple[list[Event], dict[str, bytes | None]]:
        """Tell the job that has ended, those that have waited too long, and those that a restart interrupted; begin the
        next one if the printer is ready."""
        events: list[Event] = []
        memory: dict[str, bytes | None] = {}
        if self._sent is not None and self._end is not None:
            (error, sent), job = self._end, self._sent.job
            memory[PRINTING + job] = None
            if error is None:
                events.append(LabelPrinted(job=job))
            elif sent:
                events.append(PrintFailed(job=job, reason=error, sent=True))
            else:  # nothing of it is out: it waits, as those behind it do
                self.printer(False, error)
            self._sent = self._end = None
        for job in self._interrupted:
            memory[PRINTING + job] = None
            if job not in self._finished:
                events.append(PrintFailed(job=job, reason=INTERRUPTED, sent=True))
        self._interrupted = []
        for event in events:
            self.note(event)
        events += self._give_up(now_us)
        if self._sent is None and not self._why_not:
            self._sent = next(iter(self._open()), None)
            if self._sent is not None:
                memory[PRINTING + self._sent.job] = b""
        return events, memory

    def give_up_us(self) -> int | None:
        """When the first of those that wait for the printer has waited too long."""
        return min((since + LABEL_WAIT_US for since in self._waits_since.values()), default=None)

    def _give_up(self, now_us: int) -> list[Event]:
        """What has waited too long for the printer was not printed."""
        waiting = [job.job for job in self._open() if job is not self._sent] if self._why_not else []
        self._waits_since = {job: self._waits_since.get(job, now_us) for job in waiting}
        late = [job for job, since_us in self._waits_since.items() if now_us >= since_us + LABEL_WAIT_US]
        told: list[Event] = [PrintFailed(job=job, reason=self._why_not, sent=False) for job in late]
        for job, event in zip(late, told, strict=True):
            del self._waits_since[job]
            self.note(event)
        return told

    def _open(self) -> list[PrintJob]:
        return [job for job in self._jobs if job.job not in self._finished]
