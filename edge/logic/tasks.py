"""Which tasks are open at a bay: the hub's desired state with the station's own later events laid over it."""

from collections.abc import Iterable

from edge.contract.events import BinCounted, Event, TaskReturned, UnitsPicked, UnitsPutAway
from edge.contract.state import BayDesired, BinContent, Lit, Task

FINISHED_KEPT_MAX = 50_000
"""Finished tasks remembered for the overlay: far more than a bay finishes within its outbox's retention."""

Finishing = UnitsPicked | UnitsPutAway | BinCounted | TaskReturned


class TaskBoard:
    """The open tasks of a bay.

    Args:
        bins: The names of its bins; tasks elsewhere are not its own.
        journal: The id of the station's outbox; a watermark of another journal says nothing about its events.
    """

    def __init__(self, bins: Iterable[str], journal: str | None) -> None:
        self._bins = frozenset(bins)
        self._journal = journal
        self._finished: dict[str, int | None] = {}
        self._by_bin: dict[str, tuple[Task, ...]] = {}
        self._content: dict[str, BinContent] = {}
        self.desired: BayDesired | None = None

    @property
    def obeyed(self) -> tuple[int, int]:
        """Generation and version of the desired state last obeyed; (0, 0) before the first."""
        return (0, 0) if self.desired is None else (self.desired.generation, self.desired.version)

    def obey(self, desired: BayDesired) -> bool:
        """Take a desired state, unless it is older than the one obeyed; whether it was taken."""
        if (desired.generation, desired.version) < self.obeyed:
            return False
        self.desired = desired
        self._content = {content.bin: content for content in desired.bins}
        by_bin: dict[str, list[Task]] = {}
        for task in sorted(desired.tasks, key=lambda task: (task.order, task.task)):
            if task.bin in self._bins:
                by_bin.setdefault(task.bin, []).append(task)
        self._by_bin = {name: tuple(tasks) for name, tasks in by_bin.items()}
        return True

    def content(self, bin_name: str) -> BinContent | None:
        """What the hub believes a bin holds."""
        return self._content.get(bin_name)

    def signs(self) -> dict[str, Lit]:
        """By bin, what the hub wants shown there while nothing else is."""
        signs = self.desired.signs if self.desired is not None else ()
        return {s.place: Lit(place=s.place, colour=s.colour, pattern=s.pattern, text=s.text) for s in signs}

    def finish(self, event: Event, seq: int | None) -> None:
        """Note that one of the station's own events finishes a task; ``seq`` is None until it is recorded."""
        if not isinstance(event, Finishing):
            return
        self._finished.pop(event.task, None)
        self._finished[event.task] = seq
        if len(self._finished) > FINISHED_KEPT_MAX:
            del self._finished[next(iter(self._finished))]

    def queue(self, bin_name: str) -> tuple[Task, ...]:
        """The open tasks of a bin, recalled ones included, the first to be shown first."""
        return tuple(task for task in self._by_bin.get(bin_name, ()) if self._is_open(task))

    def open_tasks(self) -> tuple[str, ...]:
        """The ids of all open tasks."""
        return tuple(task.task for tasks in self._by_bin.values() for task in tasks if self._is_open(task))

    def _is_open(self, task: Task) -> bool:
        # A finished task is kept even when the hub knows of it: a hub restored from a backup forgets again.
        if task.task not in self._finished:
            return True
        seq = self._finished[task.task]
        as_of = self.desired.as_of if self.desired is not None else None
        if seq is None or as_of is None:
            return False
        return (self._journal is None or as_of.journal == self._journal) and seq <= as_of.seq
