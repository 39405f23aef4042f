"""Taking facts in: each key once, in order, whatever the network did; what cannot be understood is set aside.

A handler of one event type is a function ``(tx, fact, event) -> None``. It may raise :class:`Waiting` when the
cause of the fact has not arrived; after a while it is booked for what it says of its bin. Any other exception is a
fault of ours: the fact is quarantined, its bin held for a count.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import structlog

from edge.contract.codec import BadMessage, decode_event
from edge.contract.events import AlarmCleared, AlarmRaised, BinCounted, Envelope, Event, Recorded
from edge.contract.state import Ack
from hub.storage import exceptions, inbox
from hub.storage.boards import claim_name
from hub.storage.inbox import StoredFact
from hub.storage.ledger import Cause
from hub.storage.prepared import RolledBack, savepoint
from hub.storage.transaction import Tx

WAITING_MAX_US = 3_600_000_000
"""A fact that has waited this long (business time) is booked without its cause."""
WAITING_TRIED_MAX = 200
"""So many waiting facts are tried again in one transaction."""
WALL_US_MAX = 253_402_300_800_000_000
"""The year 10000: a clock that says so is wrong, and no date can be made of it."""
UNTRUE_LATER = (AlarmRaised, AlarmCleared, BinCounted)
"""Of a board that is gone these say nothing any more: nobody sees its alarms, and what it counted has changed since;
its bins were all asked to be counted when it was replaced."""
_log = structlog.get_logger("facts")


class Waiting(Exception):
    """The fact is true, but what it refers to has not arrived yet; the text says what is waited for."""


class SetAside(Exception):
    """The fact could not be applied, for the reason in the text; what its handler wrote about that stands."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Where a fact comes from."""

    device: str
    journal: str
    seq: int
    occurred_us: int

    def cause(
        self, reason: str, *, ref: tuple[str, str] = ("", ""), actor: str = "", evidence_id: int | None = None
    ) -> Cause:
        """The cause of a transfer that this fact makes."""
        return Cause(
            reason=reason,
            ref_kind=ref[0],
            ref_id=ref[1],
            actor=actor or self.device,
            occurred_us=self.occurred_us,
            device=self.device,
            journal=self.journal,
            seq=self.seq,
            evidence_id=evidence_id,
        )


def by_person(tx: Tx) -> Fact:
    """The cause of what a person keyed in, with no station between; who it was stands in the audit."""
    return Fact(device="", journal="", seq=0, occurred_us=tx.now_us)


Handler = Callable[[Tx, Fact, Any], None]


class FactTaker:
    """Takes envelopes into the inbox and applies their events.

    Args:
        handlers: The function for each event type; a type without one is kept and counted as applied.
        generation: The hub's generation, for acknowledgements.
        business_us: The business time of a wall-clock time (UTC microseconds).
        on_new_journal: What to do when a station turns up with a new outbox file: its bins are suspect.
        on_doubt: What to do about a bin, and why, when a fact of it was quarantined.
        on_late: Makes of a handler one for facts of a board that does not have the name any more.
        on_overdue: Books a fact whose cause has not arrived within :data:`WAITING_MAX_US`.
    """

    def __init__(
        self,
        handlers: Mapping[type[Event], Handler],
        *,
        generation: int,
        business_us: Callable[[int], int],
        on_new_journal: Callable[[Tx, Fact], None],
        on_doubt: Callable[[Tx, str, str], None],
        on_overdue: Handler,
        on_late: Callable[[Handler], Handler] = lambda handler: handler,
    ) -> None:
        self._handlers = handlers
        self.generation = generation
        self._business_us = business_us
        self._on_new_journal = on_new_journal
        self._on_doubt = on_doubt
        self._on_overdue = on_overdue
        self._on_late = on_late
        self.may_wait = True
        """Whether facts may be waiting: there were some when it was last looked."""

    def take(self, tx: Tx, envelope: Envelope) -> Ack:
        """Take one envelope; the acknowledgement to publish once this is committed."""
        connection = tx.connection
        device, journal = envelope.device, envelope.journal
        mark, late = self._open(tx, envelope)
        again: list[Recorded] = []
        for recorded in envelope.events:
            if recorded.seq <= mark:
                again.append(recorded)
                continue
            if recorded.seq != mark + 1:
                break  # a gap: the acknowledgement of the watermark asks for what is missing
            self._take_one(tx, device, journal, recorded, late=late)
            mark = recorded.seq
        if again:
            self._check_again(tx, device, journal, again)
        inbox.advance(connection, device, journal, mark)
        return Ack(generation=self.generation, journal=journal, seq=mark)

    def _open(self, tx: Tx, envelope: Envelope) -> tuple[int, bool]:
        """The watermark of an envelope's journal, which becomes the station's current one if it says anything new; and
        whether it is late: not the current one."""
        device, journal = envelope.device, envelope.journal
        has_name = claim_name(tx, device, envelope.board, envelope.claim)
        known = inbox.current_journal(tx.connection, device)
        if known is not None and known[0] == journal:
            return known[1], False
        mark = inbox.watermark(tx.connection, device, journal)
        if not has_name and known is not None:
            inbox.know_journal(tx.connection, device, journal)  # its facts are true, and it is not the station's
            return mark, True
        # what an older outbox file sent may come late and again: the station has its newer one all the same
        if known is not None and all(event.seq <= mark for event in envelope.events):
            return mark, True
        inbox.open_journal(tx.connection, device, journal)
        if known is not None:
            self._on_new_journal(tx, Fact(device=device, journal=journal, seq=mark, occurred_us=tx.now_us))
        return mark, False

    def review(self, tx: Tx) -> None:
        """Try the waiting facts again, the oldest first; called every now and then while :attr:`may_wait`."""
        waiting = inbox.waiting(tx.connection, WAITING_TRIED_MAX)
        self.may_wait = bool(waiting)
        for stored, received_us in waiting:
            late = inbox.is_late(tx.connection, stored.device, stored.journal)
            overdue = tx.now_us - received_us > WAITING_MAX_US
            if self._apply(tx, stored.fact_id, stored, overdue=overdue, late=late):
                inbox.settle(tx.connection, stored.fact_id, "applied")

    def _check_again(self, tx: Tx, device: str, journal: str, again: list[Recorded]) -> None:
        known = inbox.digests(tx.connection, device, journal, [event.seq for event in again])
        for recorded in again:
            body = bytes(recorded.event)
            digest = sha256(body).digest()
            if known.get(recorded.seq, digest) != digest:
                if inbox.is_known_conflict(tx.connection, device, journal, recorded.seq, digest):
                    continue  # a copied card sends it as often as it starts: it is kept once
                stored = self._stored(device, journal, recorded, body)
                inbox.keep(tx.connection, stored, kind="?", digest=digest, state="conflict", received_us=tx.now_us)
                exceptions.open_once(
                    tx, "conflict", device, f"{device} sent another fact under seq {recorded.seq}: is its card a copy?"
                )
        inbox.count_duplicates(tx.connection, device, journal, len(again))

    def _stored(self, device: str, journal: str, recorded: Recorded, body: bytes) -> StoredFact:
        return StoredFact(
            fact_id=0,
            device=device,
            journal=journal,
            seq=recorded.seq,
            body=body,
            occurred_us=self._occurred_us(recorded),
        )

    def _occurred_us(self, recorded: Recorded) -> int:
        """When a fact happened, in business time; 0 where its station did not know, or cannot have."""
        if not recorded.clock_synced or not 0 < recorded.wall_us < WALL_US_MAX:
            return 0
        return self._business_us(recorded.wall_us)

    def _take_one(self, tx: Tx, device: str, journal: str, recorded: Recorded, *, late: bool) -> None:
        body = bytes(recorded.event)
        stored = self._stored(device, journal, recorded, body)
        fact_id = inbox.keep(
            tx.connection,
            stored,
            kind=_type_of(body),
            digest=sha256(body).digest(),
            state="applied",
            received_us=tx.now_us,
        )
        self._apply(tx, fact_id, stored, late=late)

    def _apply(self, tx: Tx, fact_id: int, stored: StoredFact, *, late: bool, overdue: bool = False) -> bool:
        """Apply one kept fact; whether it was applied."""
        try:
            event = decode_event(stored.body)
        except BadMessage as error:
            self._set_aside(tx, fact_id, stored, str(error))
            return False
        handler = self._handlers.get(type(event))
        if handler is None or (late and isinstance(event, UNTRUE_LATER)):
            return True
        fact = Fact(
            device=stored.device, journal=stored.journal, seq=stored.seq, occurred_us=stored.occurred_us or tx.now_us
        )
        mark = tx.ledger.mark()
        try:
            with savepoint(tx.connection, "fact"):
                chosen = self._on_overdue if overdue else handler
                aside = _run(self._on_late(chosen) if late else chosen, tx, fact, event)
        except Waiting as cause:
            tx.ledger.forget(mark)
            inbox.settle(tx.connection, fact_id, "waiting", str(cause))
            self.may_wait = True
            return False
        except RolledBack:
            raise  # no fault of the fact's: it was not taken, and is sent again
        except Exception as error:  # noqa: BLE001 - one bad fact never blocks a device; it is kept and shown
            tx.ledger.forget(mark)
            _log.exception("fact quarantined", device=stored.device, seq=stored.seq)
            self._set_aside(tx, fact_id, stored, f"{type(error).__name__}: {error}")
            return False
        if aside:
            self._set_aside(tx, fact_id, stored, aside)
        return not aside

    def _set_aside(self, tx: Tx, fact_id: int, stored: StoredFact, why: str) -> None:
        inbox.settle(tx.connection, fact_id, "quarantined", why)
        exceptions.open_once(tx, "quarantine", f"{stored.device}#{stored.seq}", why[:300])
        bin_name = _field(stored.body, "bin")
        if bin_name:
            self._on_doubt(tx, bin_name, f"A fact of {stored.device} about {bin_name} could not be used.")


def _run(handler: Handler, tx: Tx, fact: Fact, event: Event) -> str:
    """Run a handler; why it set the fact aside, empty if it did not."""
    try:
        handler(tx, fact, event)
    except SetAside as why:
        return str(why) or type(why).__name__
    return ""


def _type_of(body: bytes) -> str:
    return _field(body, "type") or "?"


def _field(body: bytes, name: str) -> str:
    """One text field of a fact that may not even be JSON."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
