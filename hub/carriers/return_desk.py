"""The desk that asks carriers for labels by which customers send goods back.

One thread for all carriers: nobody waits at a bench for these. What is to be asked stands in the database before it is
asked; a label that may have been asked for before is first looked for under its key (:mod:`hub.carriers.desk`).
"""

import time
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from sqlalchemy import Engine

from hub.carriers.interface import AskedCarrier, CarrierRefused, LabelRequest, SoldLabel, Unanswered, address_of
from hub.handlers import return_labels as labelling
from hub.handlers.policy import Policy
from hub.outside import Pauses, Rounds, said
from hub.storage import return_labels, returns
from hub.storage.recipients import recipient_of
from hub.storage.return_labels import ReturnLabel
from hub.storage.writer import Actor, Writer, WriterStopped

IDLE_S = 2.0
"""Labels that are wanted are looked for at least this often."""
GAP_S = 0.2
"""Between two looks at least."""
ASKED_MAX = 20
"""So many questions to a carrier in one round."""
PAUSE_S, PAUSE_MAX_S = 2.0, 300.0
"""After a question without an answer; doubled each time, up to the second."""
_log = structlog.get_logger("returns")


class ReturnDesk:
    """Asks for labels of returns.

    Args:
        carriers: By key.
        engine: What is read with.
        writer: Writes answers down.
        policy: The site's policies.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        carriers: Mapping[str, AskedCarrier],
        *,
        engine: Engine,
        writer: Writer,
        policy: Policy,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._carriers = dict(carriers)
        self._engine = engine
        self._writer = writer
        self._policy = policy
        self._pauses = Pauses(PAUSE_S, PAUSE_MAX_S, monotonic_s)
        self._rounds = Rounds(
            "return labels",
            self._round,
            partial(_log.exception, "labels of returns were not asked for; the desk goes on", again_after_s=PAUSE_S),
            idle_s=IDLE_S,
            gap_s=GAP_S,
            pause_s=PAUSE_S,
        )

    def start(self) -> None:
        """Begin to ask; a site whose carriers are not asked has no thread."""
        if self._carriers:
            self._rounds.start()

    def wake(self) -> None:
        """Something was committed: there may be something to ask."""
        self._rounds.wake()

    def close(self) -> None:
        """Stop; what was not answered is asked at the next start."""
        self._rounds.close()

    def _round(self) -> None:
        for key in self._carriers:
            self.ask(key)

    def ask(self, key: str) -> int:
        """Ask a carrier for what is wanted of it now; how many questions were answered."""
        with self._engine.begin() as connection:
            wanted = return_labels.wanted(connection, key, ASKED_MAX + len(self._pauses))
        answered = 0
        for label in self._pauses.due(wanted, lambda label: label.id)[:ASKED_MAX]:
            if self._rounds.stopping:
                break
            answered += self._ask_one(self._carriers[key], label)
        return answered

    def _ask_one(self, carrier: AskedCarrier, label: ReturnLabel) -> bool:
        actor = Actor(f"carrier {label.carrier}", "return label", label.public)
        try:
            sold = self._sold(carrier, label)
            self._writer.call(actor, lambda tx: labelling.label_sold(tx, self._policy, label, sold.tracking, sold.zpl))
        except CarrierRefused as error:
            why = said(error)
            self._writer.call(actor, lambda tx: labelling.label_refused(tx, label, why))
        except WriterStopped:
            raise
        except Unanswered as error:
            why = said(error)
            _log.warning("a carrier did not answer", carrier=label.carrier, why=why)
            return self._later(label, actor, why)
        except Exception as error:  # noqa: BLE001 - a label whose answer cannot be kept must not hold up the others
            _log.exception("a carrier's answer cannot be kept", carrier=label.carrier, label=label.public)
            return self._later(label, actor, said(f"Its answer cannot be kept: {type(error).__name__} {error}"))
        self._pauses.end(label.id)
        return True

    def _later(self, label: ReturnLabel, actor: Actor, why: str) -> bool:
        """Asked again after a pause, longer with each time: not answered."""
        tries = self._writer.call(actor, lambda tx: return_labels.not_answered(tx, label.id, why))
        self._pauses.after(label.id, tries)
        return False

    def _sold(self, carrier: AskedCarrier, label: ReturnLabel) -> SoldLabel:
        """The label that was sold under the key, or a new one. Raises: Unanswered, CarrierRefused."""
        known = carrier.find(label.public)
        if known is not None and known.state == "sold":
            return known
        return carrier.buy(label.public, self._request(label))

    def _request(self, label: ReturnLabel) -> LabelRequest:
        with self._engine.begin() as connection:
            row = returns.by_id(connection, label.return_id)
            assert row.order_id is not None and self._policy.sender is not None, "only such a return wants a label"
            customer = recipient_of(connection, row.order_id).party
        box = next((c for c in self._policy.cartons if c.name == label.carton), None)
        return LabelRequest(
            service=label.service,
            order=f"{row.order_ref} {row.number}",
            sender=address_of(customer),
            recipient=address_of(self._policy.sender),
            weight_g=-(-label.weight_mg // 1000),
            sides_mm=(0, 0, 0) if box is None else box.sides_mm,
        )
