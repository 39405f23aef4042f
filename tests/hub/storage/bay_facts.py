"""Facts of one bay, and jobs that share a commit, for the tests of what storage does with them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from edge.contract.codec import encode
from edge.contract.events import Envelope, Recorded, WeightSettled
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer

ANA = Actor("Ana", "a test")
JOURNAL = "the bay's journal"
WALL_US = 1_298_973_600_000_000


def one_taken(bin_name: str) -> bytes:
    """A hand took one unit out of a bin that was dark."""
    return encode(
        WeightSettled(
            bin=bin_name, cause="unlit", tasks=(), before_mg=2_000_000, after_mg=1_900_000, units_confirmed=0,
            units_weighed=-1, sure=True,
        )
    )  # fmt: skip


def recorded(seq: int, body: bytes, *, wall_us: int = WALL_US, clock_synced: bool = True) -> Recorded:
    """One event as an outbox keeps it."""
    return Recorded(
        seq=seq, wall_us=wall_us, monotonic_us=seq, boot_id="boot", clock_synced=clock_synced, event=msgspec.Raw(body)
    )


def envelope(device: str, *events: Recorded, journal: str = JOURNAL) -> Envelope:
    """A message of a station."""
    return Envelope(device=device, journal=journal, events=events)


def together(writer: Writer, *jobs: Callable[[Tx], Any]) -> "list[Future[Any]]":
    """Submit jobs to a started writer so that they share one commit."""
    begun, gate = threading.Event(), threading.Event()

    def stand(tx: Tx) -> None:
        begun.set()
        assert gate.wait(10)

    writer.submit(ANA, stand)
    assert begun.wait(10)
    futures = [writer.submit(ANA, job) for job in jobs]
    gate.set()
    return futures
