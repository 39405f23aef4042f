"""A confirmation that may yet be taken back, and what it changed."""

from dataclasses import dataclass

from edge.contract.state import Task
from edge.logic.memory import BinMemory


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last confirmation at a bin."""

    task: Task
    units: int
    """What it said."""
    at_us: int
    waits: bool
    """Whether it waits for its weight: once that is told, it is judged."""
    confirmed_before_us: int | None
    """When the bin was confirmed before."""
    kept_before: BinMemory
    """What was kept of the bin before it."""
