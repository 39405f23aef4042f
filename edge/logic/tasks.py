"""Which tasks are open at a bay: the hub's desired state with the station's own later events laid over it."""

from collections.abc import Iterable
from dataclasses import dataclass

from edge.contract.events import BinCounted, ConfirmationUndone, Event, TaskReturned, UnitsPicked, UnitsPutAway
from edge.contract.state import BayDesired, BinContent, Lit, Task

FINISHED_KEPT_MAX = 50_000
"""Finished tasks remembered for the overlay: far more than a bay finishes within its outbox's retention."""

Finishing = UnitsPicked | UnitsPutAway | BinCounted | TaskReturned


@dataclass(slots=True)
class _Undone:
    """A task whose confirmation was taken back."""

    task: Task
    confirmed_seq: int | None = None
    """The key of the confirmation; None while it is not known."""
    seq: int | None = None
    """That of its undoing."""


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
        self._undone: dict[str, _Undone] = {}
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
        for task in desired.tasks:
            if task.bin in self._bins:
                by_bin.setdefault(task.bin, []).append(task)
        self._by_bin = {name: tuple(sorted(tasks, key=_rank)) for name, tasks in by_bin.items()}
        return True

    def content(self, bin_name: str) -> BinContent | None:
        """What the hub believes a bin holds."""
        return self._content.get(bin_name)

    def signs(self) -> dict[str, Lit]:
        """By bin, what the hub wants shown there while nothing else is."""
        signs = self.desired.signs if self.desired is not None else ()
        return {s.place: Lit(place=s.place, colour=s.colour, pattern=s.pattern, text=s.text) for s in signs}

    def finish(self, event: Event, seq: int | None) -> None:
        """Note that one of the station's own events finishes a task, or opens one again; ``seq`` is None until it is
        recorded."""
        if isinstance(event, ConfirmationUndone):
            confirmed_seq = self._finished.pop(event.task, None)
            if (undone := self._undone.get(event.task)) is not None:
                undone.seq = seq
                undone.confirmed_seq = undone.confirmed_seq if confirmed_seq is None else confirmed_seq
        if not isinstance(event, Finishing):
            return
        self._finished.pop(event.task, None)
        self._finished[event.task] = seq
        if len(self._finished) > FINISHED_KEPT_MAX:
            del self._finished[next(iter(self._finished))]

    def take_back(self, task: Task) -> None:
        """A task's confirmation is taken back: it is open again, and stays so until the hub has heard of it."""
        self._undone[task.task] = _Undone(task, self._finished.pop(task.task, None))

    def remember(self, task: Task) -> None:
        """After a restart: a task whose confirmation was taken back; its events are replayed."""
        self._undone[task.task] = _Undone(task)

    def heard_back(self) -> list[str]:
        """Tasks whose undoing the desired state knows; they are forgotten here, for it says now what is open."""
        mark = self._mark()
        known = [] if mark is None else [t for t, u in self._undone.items() if u.seq is None or u.seq <= mark]
        for task in known:
            del self._undone[task]
        return known

    def queue(self, bin_name: str) -> tuple[Task, ...]:
        """The open tasks of a bin, recalled ones included, the first to be shown first."""
        tasks = [*self._by_bin.get(bin_name, ()), *self._brought_back(bin_name)]
        return tuple(sorted(filter(self._is_open, tasks), key=_rank))

    def open_tasks(self) -> tuple[str, ...]:
        """The ids of all open tasks."""
        return tuple(task.task for name in sorted(self._bins) for task in self.queue(name))

    def _brought_back(self, bin_name: str) -> list[Task]:
        """Tasks of a bin that the desired state lacks because it knows of their confirmation, but not that it was
        taken back."""
        mark = self._mark()
        if mark is None or not self._undone:
            return []
        known = {task.task for task in self._by_bin.get(bin_name, ())}
        return [
            undone.task
            for undone in self._undone.values()
            if undone.task.bin == bin_name and undone.task.task not in known
            if undone.confirmed_seq is not None and undone.confirmed_seq <= mark
            if undone.seq is None or undone.seq > mark
        ]

    def _mark(self) -> int | None:
        """Up to which of the station's own events the desired state goes; None if it has none of this journal."""
        as_of = self.desired.as_of if self.desired is not None else None
        if as_of is None or self._journal not in (None, as_of.journal):
            return None
        return as_of.seq

    def _is_open(self, task: Task) -> bool:
        # A finished task is kept even when the hub knows of it: a hub restored from a backup forgets again.
        if task.task not in self._finished:
            return True
        seq, mark = self._finished[task.task], self._mark()
        return seq is not None and mark is not None and seq <= mark


def _rank(task: Task) -> tuple[int, str]:
    return task.order, task.task
