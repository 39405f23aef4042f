"""The desk that asks carriers: labels that are wanted, labels to give back, and how far parcels are.

A thread a carrier: a slow one holds up nobody else. What is to be asked stands in the database before it is asked, and
what was answered is written there at once; if the hub dies between the two, it asks on under the same key.
"""

import threading
import time
from collections.abc import Callable, Mapping

import msgspec
import structlog
from sqlalchemy import Engine

from hub.carriers.interface import Address, AskedCarrier, CarrierRefused, LabelRequest, SoldLabel, Unanswered
from hub.domain.parties import Party
from hub.handlers import label_arrival, parcel_tracking
from hub.handlers.policy import Policy
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
WHY_CHARS_MAX = 500
CLOSE_WAIT_S = 5.0
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
        self._not_before_s: dict[int, float] = {}
        self._asked: set[int] = set()
        self._polled_s: dict[str, float] = {}
        self._stop = threading.Event()
        self._wakes = {key: threading.Event() for key in self._carriers}
        self._threads = [
            threading.Thread(target=self._run, args=(key,), name=f"carrier {key}", daemon=True)
            for key in self._carriers
        ]
        with engine.begin() as connection:
            self._newest_before = label_purchases.newest(connection)

    def start(self) -> None:
        """Begin to ask."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something was committed: there may be something to ask."""
        for wake in self._wakes.values():
            wake.set()

    def close(self) -> None:
        """Stop; a question under way is waited for a while. What was not answered is asked at the next start."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(CLOSE_WAIT_S)

    def _run(self, key: str) -> None:
        while not self._stop.is_set():
            self._wakes[key].wait(IDLE_S)
            self._wakes[key].clear()
            try:
                self.ask(key)
                self.poll(key)
            except WriterStopped:
                return
            except Exception:  # noqa: BLE001 - a database that is slow today must not end the desk for good
                if self._stop.is_set():
                    return
                _log.exception("a carrier's desk failed; it goes on", carrier=key, again_after_s=PAUSE_S)
                self._stop.wait(PAUSE_S)
            self._stop.wait(GAP_S)

    def ask(self, key: str) -> int:
        """Ask a carrier what is to be asked now; how many questions were answered."""
        with self._engine.begin() as connection:
            wanted = label_purchases.open_ones(connection, key, ASKED_MAX + len(self._not_before_s))
        now_s = self._monotonic_s()
        due = [purchase for purchase in wanted if now_s >= self._not_before_s.get(purchase.id, 0.0)]
        answered = 0
        for purchase in due[:ASKED_MAX]:
            if self._stop.is_set():
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
            why = _words(str(error))
            _log.warning("a carrier did not answer", carrier=purchase.carrier, why=why)
        except Exception as error:  # noqa: BLE001 - a label whose answer cannot be kept must not hold up the others
            why = _words(f"Its answer cannot be kept: {type(error).__name__} {error}")
            _log.exception("a carrier's answer cannot be kept", carrier=purchase.carrier, label=purchase.public)
        else:
            self._not_before_s.pop(purchase.id, None)
            self._asked.discard(purchase.id)
            return True
        tries = self._writer.call(actor, lambda tx: label_arrival.not_answered(tx, purchase, why))
        pause_s = min(PAUSE_MAX_S, PAUSE_S * 2 ** min(tries, 10))
        self._not_before_s[purchase.id] = self._monotonic_s() + pause_s
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
            why = _words(str(error))
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
            sender=None if self._policy.sender is None else _address(self._policy.sender),
            recipient=_address(recipient.party),
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
            if self._stop.is_set() or failures == POLL_FAILURES_MAX:
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


def _words(why: str) -> str:
    """What a carrier said, as every database takes it: PostgreSQL keeps no NUL."""
    return why.replace("\0", " ")[:WHY_CHARS_MAX]


def _address(party: Party) -> Address:
    names = Address.__struct_fields__
    return msgspec.convert({name: getattr(party, name) for name in names}, Address)
