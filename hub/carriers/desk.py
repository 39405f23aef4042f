"""The desk that asks carriers: labels that are wanted, labels to give back, and how far parcels are.

A thread a carrier: a slow one holds up nobody else. What is to be asked stands in the database before it is asked, and
what was answered is written there at once; if the hub dies between the two, it asks on under the same key.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from sqlalchemy import Engine

from hub.carriers.interface import AskedCarrier, CarrierRefused, LabelRequest, SoldLabel, Unanswered, address_of
from hub.handlers import label_arrival, parcel_tracking
from hub.handlers.policy import Policy
from hub.outside import Pauses, Rounds, said
from hub.storage import label_purchases, parcels
from hub.storage.label_purchases import Purchase
from hub.storage.recipients import recipient_of
from hub.storage.writer import Actor, Writer, WriterStopped

IDLE_S = 1.0
"""A carrier's desk looks for questions at least this often."""
GAP_S = 0.02
"""Between two looks at least: commits come in bursts."""
ASKED_MAX = 20
"""So many questions in one round."""
PAUSE_S, PAUSE_MAX_S = 1.0, 60.0
"""After a question without an answer; doubled each time, up to the second."""
POLL_EVERY_US = 1_800_000_000
"""Each parcel under way is asked after this often (business time)."""
POLL_DAYS_US = 30 * 86_400_000_000
"""A parcel packed longer ago is not asked after any more."""
POLL_PAUSE_S = 30.0
POLL_FAILURES_MAX = 3
"""After so many parcels in a row of which nothing was heard, the carrier is left alone for this round."""
_log = structlog.get_logger("carriers")


class CarrierDesk:
    """Asks the carriers that are asked.

    Args:
        carriers: By key.
        engine: What is read with.
        writer: Writes answers down.
        policy: The site's policies.
        now_us: Business time.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        carriers: Mapping[str, AskedCarrier],
        *,
        engine: Engine,
        writer: Writer,
        policy: Policy,
        now_us: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._carriers = dict(carriers)
        self._engine = engine
        self._writer = writer
        self._policy = policy
        self._now_us = now_us
        self._monotonic_s = monotonic_s
        self._pauses = Pauses(PAUSE_S, PAUSE_MAX_S, monotonic_s)
        self._asked: set[int] = set()
        self._polled_s: dict[str, float] = {}
        self._rounds = {
            key: Rounds(
                f"carrier {key}",
                partial(self._round, key),
                partial(_log.exception, "a carrier's desk failed; it goes on", carrier=key, again_after_s=PAUSE_S),
                idle_s=IDLE_S,
                gap_s=GAP_S,
                pause_s=PAUSE_S,
            )
            for key in self._carriers
        }
        with engine.begin() as connection:
            self._newest_before = label_purchases.newest(connection)

    def start(self) -> None:
        """Begin to ask."""
        for rounds in self._rounds.values():
            rounds.start()

    def wake(self) -> None:
        """Something was committed: there may be something to ask."""
        for rounds in self._rounds.values():
            rounds.wake()

    def close(self) -> None:
        """Stop; a question under way is waited for a while. What was not answered is asked at the next start."""
        for rounds in self._rounds.values():
            rounds.stop()
        for rounds in self._rounds.values():
            rounds.close()

    def _round(self, key: str) -> None:
        self.ask(key)
        self.poll(key)

    def ask(self, key: str) -> int:
        """Ask a carrier what is to be asked now; how many questions were answered."""
        with self._engine.begin() as connection:
            wanted = label_purchases.open_ones(connection, key, ASKED_MAX + len(self._pauses))
        answered = 0
        for purchase in self._pauses.due(wanted, lambda purchase: purchase.id)[:ASKED_MAX]:
            if self._rounds[key].stopping:
                break
            answered += self._ask_one(self._carriers[key], purchase)
        return answered

    def _ask_one(self, carrier: AskedCarrier, purchase: Purchase) -> bool:
        """Whether the carrier answered and the answer is written down; if not, it is asked again after a pause."""
        actor = Actor(f"carrier {purchase.carrier}", "label", purchase.public)
        try:
            self._take_answer(carrier, purchase, actor)
        except WriterStopped:
            raise
        except Unanswered as error:
            why = said(error)
            _log.warning("a carrier did not answer", carrier=purchase.carrier, why=why)
        except Exception as error:  # noqa: BLE001 - a label whose answer cannot be kept must not hold up the others
            why = said(f"Its answer cannot be kept: {type(error).__name__} {error}")
            _log.exception("a carrier's answer cannot be kept", carrier=purchase.carrier, label=purchase.public)
        else:
            self._pauses.end(purchase.id)
            self._asked.discard(purchase.id)
            return True
        tries = self._writer.call(actor, lambda tx: label_arrival.not_answered(tx, purchase, why))
        self._pauses.after(purchase.id, tries)
        return False

    def _take_answer(self, carrier: AskedCarrier, purchase: Purchase, actor: Actor) -> None:
        """Ask, and write the answer down. Raises: Unanswered."""
        try:
            if purchase.state == "voiding":
                carrier.void(purchase.public)
                self._writer.call(actor, lambda tx: label_arrival.label_voided(tx, purchase))
            else:
                sold = self._buy(carrier, purchase)
                self._writer.call(
                    actor,
                    lambda tx: label_arrival.label_bought(tx, self._policy, purchase, sold.tracking, sold.zpl),
                )
        except CarrierRefused as error:
            why = said(error)
            if purchase.state == "voiding":
                self._writer.call(actor, lambda tx: label_arrival.label_kept(tx, purchase, why))
            else:
                self._writer.call(actor, lambda tx: label_arrival.label_refused(tx, self._policy, purchase, why))

    def _buy(self, carrier: AskedCarrier, purchase: Purchase) -> SoldLabel:
        """Ask for the label; if it may have been asked for before, first whether it was sold."""
        may_have_been_asked = purchase.id <= self._newest_before or purchase.id in self._asked
        self._asked.add(purchase.id)
        if may_have_been_asked:
            known = carrier.find(purchase.public)
            if known is not None and known.state == "sold":
                return known
        return carrier.buy(purchase.public, self._request(purchase))

    def _request(self, purchase: Purchase) -> LabelRequest:
        with self._engine.begin() as connection:
            row = parcels.by_id(connection, purchase.parcel_id)
            recipient = recipient_of(connection, row.order_id)
            dangerous = parcels.is_dangerous(connection, row.id)
        box = next((c for c in self._policy.cartons if c.name == row.carton), None)
        return LabelRequest(
            service=purchase.service,
            order=row.order_ref,
            sender=None if self._policy.sender is None else address_of(self._policy.sender),
            recipient=address_of(recipient.party),
            weight_g=-(-row.measured_mg // 1000),
            sides_mm=(0, 0, 0) if box is None else box.sides_mm,
            sscc=row.sscc or "",
            dangerous=dangerous,
        )

    def poll(self, key: str) -> int:
        """Ask how far parcels are, now and then; how many events were news."""
        if self._monotonic_s() < self._polled_s.get(key, 0.0):
            return 0
        self._polled_s[key] = self._monotonic_s() + POLL_PAUSE_S
        now_us = self._now_us()
        with self._engine.begin() as connection:
            due = label_purchases.on_the_way(
                connection,
                key,
                since_us=now_us - POLL_DAYS_US,
                polled_before_us=now_us - POLL_EVERY_US,
                limit=ASKED_MAX,
            )
        news = failures = 0
        for purchase in due:
            if self._rounds[key].stopping or failures == POLL_FAILURES_MAX:
                break
            try:
                news += self._poll_one(self._carriers[key], purchase)
                failures = 0
            except WriterStopped:
                raise
            except Exception as error:  # noqa: BLE001 - one parcel must not end the tracking of its carrier's others
                failures += 1
                why = f"{type(error).__name__} {error}"
                _log.warning("a carrier did not say how far a parcel is", parcel=purchase.tracking, why=why)
                self._writer.call(
                    Actor(f"carrier {key}", "tracking", purchase.tracking or ""),
                    lambda tx, purchase=purchase: label_purchases.polled(tx, purchase.id),  # type: ignore[misc]
                )
        return news

    def _poll_one(self, carrier: AskedCarrier, purchase: Purchase) -> int:
        """Ask how far a parcel is; how many events were news. Raises: Unanswered."""
        events = carrier.track(purchase.tracking or "")
        heard = self._writer.call(
            Actor(f"carrier {purchase.carrier}", "tracking", purchase.tracking or ""),
            lambda tx: parcel_tracking.polled(tx, self._policy, purchase, events),
        )
        for why in heard.refused:
            _log.warning("an event of a parcel cannot be kept", parcel=purchase.tracking, why=why)
        return heard.news
