"""What a station's logic answers to anything that happened: facts to tell and memory to keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.contract.events import Event


@dataclass(frozen=True)
class Outcome:
    """Events and durable memory that belong together: the agent commits both in one transaction, then shows lights."""

    events: tuple[Event, ...] = ()
    memory: Mapping[str, bytes | None] = field(default_factory=dict)
    """Keys of the station's durable memory to write; None deletes."""
