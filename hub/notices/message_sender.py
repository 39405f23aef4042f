"""Tells suppliers what is to be told them: purchase orders, questions after them, and their end.

One sender a channel, each a thread of its own: a webhook that hangs holds up no e-mail. A message is tried until it was
taken, refused for good, or tried :data:`TRIES_MAX` times; then a person is told. That a try begins is committed before
it, so that a message is not tried for ever by a hub that dies of it, and that whoever cancels an order knows whether
its supplier may have heard of it.
"""

import time
from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from typing import Literal, Protocol

import structlog
from sqlalchemy import Engine

from hub.documents.outgoing import OutgoingMessage
from hub.handlers import proposals as deciding
from hub.outside import Pauses, Rounds, said
from hub.storage import proposals
from hub.storage.proposals import Message
from hub.storage.purchase_papers import purchase_paper
from hub.storage.writer import Actor, Writer

IDLE_S = 2.0
"""A message goes out at most so long after it was wanted: nothing on the floor waits for it."""
MESSAGES_MAX = 50
"""So many in one round."""
PAUSE_S, PAUSE_MAX_S = 5.0, 900.0
"""After a try in vain; doubled each time, up to the second."""
TRIES_MAX = 30
"""Some six hours of trying: then a person is told."""
_log = structlog.get_logger("suppliers")


class NotTaken(Exception):
    """A message was not taken, or nobody knows whether it was: it is tried again."""


class NobodyThere(NotTaken):
    """Nobody was reached who takes messages."""


class RefusedForGood(Exception):
    """A message is not taken, and never will be."""


class Way(Protocol):
    """How messages of one channel go out."""

    def route(self, address: str) -> str:
        """Whom a message to an address is handed to: if nobody is there, that holds for the others it would take."""

    def deliver(self, message: OutgoingMessage, supplier: str) -> None:
        """Hand it over. Raises: NotTaken, NobodyThere, RefusedForGood."""


class MessageSender:
    """Sends one channel's messages.

    Args:
        channel: Which.
        way: How; None: this site has none, and a person is told at once.
        engine: What is read with.
        writer: Writes down what became of them.
        currency, zone: As the documents show money and days.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        channel: Literal["email", "webhook"],
        way: Way | None,
        *,
        engine: Engine,
        writer: Writer,
        currency: str,
        zone: tzinfo,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channel: Literal["email", "webhook"] = channel
        self._way = way
        self._engine = engine
        self._writer = writer
        self._currency = currency
        self._zone = zone
        self._pauses = Pauses(PAUSE_S, PAUSE_MAX_S, monotonic_s)
        self._rounds = Rounds(
            f"suppliers {channel}",
            self.send_wanted,
            partial(_log.exception, "suppliers were not told; they are again", channel=channel, again_after_s=PAUSE_S),
            idle_s=IDLE_S,
            pause_s=PAUSE_S,
        )

    def start(self) -> None:
        """Begin to send."""
        self._rounds.start()

    def close(self) -> None:
        """Stop; what was not sent is sent at the next start."""
        self._rounds.close()

    def send_wanted(self) -> int:
        """Send what is due; how many messages were taken."""
        with self._engine.begin() as connection:
            limit = MESSAGES_MAX + len(self._pauses)
            wanted = proposals.wanted_messages(connection, limit, channel=self._channel)
        self._pauses.keep(message.public for message in wanted)
        due = self._pauses.due(wanted, lambda message: message.public)
        not_there: dict[str, str] = {}
        taken = 0
        for message in due[:MESSAGES_MAX]:
            if self._rounds.stopping:
                break
            taken += self._send(message, not_there)
        return taken

    def _send(self, message: Message, not_there: dict[str, str]) -> bool:
        """Whether it was taken. ``not_there``: why, of each route that took nothing in this round."""
        if self._way is None:
            self._failed(message, "this site has no mail server ([mail] in shipping.toml)")
            return False
        actor = Actor("suppliers", message.kind, message.number)
        tries = self._writer.call(actor, lambda tx: proposals.begin_telling(tx, message.public))
        if tries is None:  # its order was cancelled meanwhile, or a person has told it
            return False
        route = self._way.route(message.address)
        try:
            out = self._written(message)
            if route in not_there:
                raise NobodyThere(not_there[route])
            self._way.deliver(out, message.supplier)
        except NotTaken as error:
            if isinstance(error, NobodyThere):
                not_there[route] = str(error)
            self._later(message, tries, said(error))
            return False
        except RefusedForGood as error:
            self._failed(message, said(error))
            return False
        except Exception as error:  # noqa: BLE001 - one message that cannot be written must not hold up all others
            _log.exception("a message to a supplier cannot be written", purchase_order=message.number)
            self._failed(message, f"it cannot be written: {type(error).__name__} {said(error)}")
            return False
        return self._writer.call(actor, lambda tx: deciding.message_told(tx, message.public, "sent"))

    def _written(self, message: Message) -> OutgoingMessage:
        from hub.documents.purchase_message import outgoing  # what writes PDF takes 14 MB: only where one is wanted

        with self._engine.begin() as connection:
            paper = purchase_paper(connection, message.number)
        assert paper is not None, "a message is of a purchase order"
        return outgoing(message, paper, currency=self._currency, zone=self._zone)

    def _later(self, message: Message, tries: int, why: str) -> None:
        if tries >= TRIES_MAX:
            self._failed(message, f"{tries} tries: {why}")
            return
        pause_s = self._pauses.after(message.public, tries)
        _log.warning("a supplier was not told", purchase_order=message.number, why=why, again_after_s=pause_s)

    def _failed(self, message: Message, why: str) -> None:
        actor = Actor("suppliers", message.kind, message.number)
        self._writer.call(actor, lambda tx: deciding.message_told(tx, message.public, "failed", why))
