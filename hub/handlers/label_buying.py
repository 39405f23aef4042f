"""Buying a parcel's label exactly once: the intent is committed first; only then is a carrier asked, under its key.

A carrier whose labels we number ourselves has nothing to be asked: its intent and its answer are one transaction.
What another carrier answers comes by :mod:`hub.carriers.desk`, and is taken once.
"""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from hub.domain.gtin import check_digit
from hub.domain.labels import shipping_label
from hub.domain.rates import Destination, Shipment
from hub.domain.service_choice import Choice, Promise, choose_service, refusals
from hub.handlers.policy import Policy
from hub.storage import benches, exceptions, label_purchases, parcels, print_jobs
from hub.storage.label_purchases import Purchase
from hub.storage.recipients import Recipient, recipient_of
from hub.storage.transaction import Tx

KEY_CHARS = 32
LABEL_TROUBLE = ("label_waits", "label_refused")
AGAIN = 10_000_000_000
"""Second and later labels of a parcel are numbered from here; its first has the parcel's own number, as books that were
begun before labels were bought have it."""


@dataclass(frozen=True, kw_only=True)
class NoService:
    """No carrier service takes the parcel."""

    weight_mg: int
    carton: str
    country: str
    why: str = ""

    def __str__(self) -> str:
        return f"No carrier takes {self.weight_mg / 1e6:.2f} kg in carton {self.carton} to '{self.country}'."

    @property
    def detail(self) -> str:
        """The same, and what each service says."""
        return f"{self} {self.why}".strip()


class NotNow(Exception):
    """A label cannot be voided or bought now, and why."""


def destination(policy: Policy, recipient: Recipient) -> Destination:
    """Where a carrier is to bring it."""
    party = recipient.party
    return Destination(country=party.country, postcode=party.postcode, residential=policy.residential)


def choose(
    tx: Tx, policy: Policy, *, order_id: int, carton: str, weight_mg: int, dangerous: bool, without: set[str]
) -> Choice | NoService:
    """The service that a parcel goes by.

    Args:
        without: Names of services that are not to be had.
    """
    recipient = recipient_of(tx.connection, order_id)
    box = next((c for c in policy.cartons if c.name == carton), None)
    if box is None:
        why = f"Carton {carton} is not known any more."
        return NoService(weight_mg=weight_mg, carton=carton, country=recipient.party.country, why=why)
    shipment = Shipment(
        weight_mg=weight_mg, sides_mm=box.sides_mm, to=destination(policy, recipient), dangerous=dangerous
    )
    services = [service for service in policy.services if service.name not in without]
    promise = Promise(ship_by_us=recipient.ship_by_us)
    found = choose_service(services, shipment, promise=promise, ready_us=tx.now_us, zone=policy.zone)
    if found is None:
        why = refusals(services, shipment)
        return NoService(weight_mg=weight_mg, carton=carton, country=recipient.party.country, why=why)
    return found


def key_of(device: str, journal: str, seq: int) -> str:
    """The key of the label that a weight asks for. The same weight, sent again to a hub that was restored from a
    backup, asks under the same key: the carrier has sold its label already."""
    return sha256("\x1f".join((device, journal, str(seq))).encode()).hexdigest()[:KEY_CHARS]


def want_label(tx: Tx, policy: Policy, parcel_id: int, station: str, choice: Choice, *, key: str = "") -> Purchase:
    """Write the intent down; if the carrier needs not be asked, its answer too. The purchase as it then is.

    Args:
        key: What the carrier is asked under; a new one if empty.
    """
    quote = choice.quote
    charges = [(charge.what, charge.price_minor) for charge in quote.charges]
    purchase = label_purchases.insert(
        tx,
        public=key or tx.ids.new(),
        parcel_id=parcel_id,
        station=station,
        carrier=quote.service.carrier,
        service=quote.service.name,
        price_minor=quote.price_minor,
        charges=msgspec.json.encode(charges).decode(),
        why=choice.words,
        kept=int(choice.kept),
        leaves_us=choice.times.leaves_us,
        arrives_us=choice.times.arrives_us,
    )
    if quote.service.carrier not in policy.carriers_asked:
        first = len(label_purchases.of_parcel(tx.connection, parcel_id)) == 1
        number = parcel_id if first else AGAIN + purchase.id
        bought(tx, policy, purchase, tracking=tracking_number(number), zpl="")
    return label_purchases.by_id(tx.connection, purchase.id)


def bought(tx: Tx, policy: Policy, purchase: Purchase, *, tracking: str, zpl: str) -> bool:
    """A carrier has answered: the label is kept and printed, once; whether it was news.

    An answer for a label that is to be voided is kept with it. A second label for the same key is an exception: a
    carrier that does not keep to it.
    """
    now = label_purchases.by_id(tx.connection, purchase.id)
    if now.state != "wanted":
        if now.tracking not in (None, tracking):
            exceptions.open_once(
                tx,
                "label_lost",
                now.station,
                f"{now.carrier} sold label {tracking} beside {now.tracking} for one parcel: claim it back.",
                ref_kind="label",
                ref_id=tracking,
            )
        elif now.tracking is None:
            label_purchases.move(tx, now.id, now.state, tracking=tracking)
        return False
    row = parcels.by_id(tx.connection, now.parcel_id)
    recipient = recipient_of(tx.connection, row.order_id)
    label = zpl or shipping_label(
        tracking=tracking,
        service=now.service,
        recipient=recipient.party.lines,
        sender=() if policy.sender is None else policy.sender.lines,
        order=row.order_ref,
        parcel=row.id,
        weight_mg=row.measured_mg,
        sscc=row.sscc or "",
    )
    label_purchases.move(
        tx, now.id, "wanted", state="bought", tracking=tracking, zpl=label, bought_us=tx.now_us, detail=""
    )
    labelled = {"tracking": tracking, "service": now.service, "price_minor": now.price_minor}
    parcels.set_parcel(tx, now.parcel_id, state="labelled", **labelled)
    exceptions.close_ref(tx, LABEL_TROUBLE, "bought", ref_kind="parcel", ref_id=str(now.parcel_id))
    if now.station:
        benches.want_print(tx, now.station, label, "parcel", str(now.parcel_id))
    return True


def refused(tx: Tx, policy: Policy, purchase: Purchase, why: str) -> Purchase | NoService:
    """A carrier does not sell the label: the next service is wanted instead; it, or that there is none.

    Raises: NotNow, the purchase is not wanted any more.
    """
    if not label_purchases.move(tx, purchase.id, "wanted", state="refused", detail=why):
        raise NotNow(f"Label {purchase.public} is not wanted any more.")
    row = parcels.by_id(tx.connection, purchase.parcel_id)
    choice = choose(
        tx,
        policy,
        order_id=row.order_id,
        carton=row.carton,
        weight_mg=row.measured_mg,
        dangerous=parcels.is_dangerous(tx.connection, row.id),
        without=label_purchases.refused_services(tx.connection, row.id),
    )
    if isinstance(choice, NoService):
        detail = f"{purchase.carrier} refused parcel {row.id} of order {row.order_ref}: {why}"
        exceptions.open_once(
            tx, "label_refused", purchase.station, detail, ref_kind="parcel", ref_id=str(purchase.parcel_id)
        )
        return choice
    return want_label(tx, policy, row.id, purchase.station, choice, key=_next_key(purchase.public))


def _next_key(key: str) -> str:
    """The key of the service that is tried after one that was refused."""
    first, _, number = key.partition("~")
    return f"{first}~{int(number or 1) + 1}"


def void_label(tx: Tx, policy: Policy, parcel_id: int) -> Purchase:
    """Give a parcel's label back; a carrier that is asked for labels is asked for this, too, after the commit.

    Raises: NotNow, it has none, or the parcel has left.
    """
    row = parcels.by_id(tx.connection, parcel_id)
    purchase = label_purchases.live(tx.connection, parcel_id)
    if row.state == "shipped":
        raise NotNow(f"Parcel {row.tracking} has left: its label cannot be given back.")
    if purchase is None or purchase.state == "voiding":
        raise NotNow(f"Parcel {row.id} has no label to be given back.")
    label_purchases.move(tx, purchase.id, purchase.state, state="voiding")
    parcels.set_parcel(tx, parcel_id, state="packing", tracking=None)
    if purchase.station:
        print_jobs.drop(tx, purchase.station, "parcel", str(parcel_id), why="the label was given back")
    if purchase.carrier not in policy.carriers_asked:
        voided(tx, purchase)
    return label_purchases.by_id(tx.connection, purchase.id)


def voided(tx: Tx, purchase: Purchase) -> None:
    """A label is given back."""
    label_purchases.move(tx, purchase.id, "voiding", state="void", void_us=tx.now_us, detail="")


def buy_again(tx: Tx, policy: Policy, parcel_id: int, station: str) -> Purchase:
    """A new label for a parcel that has none. Raises: NotNow, it has one, it has left, or no carrier takes it."""
    row = parcels.by_id(tx.connection, parcel_id)
    if row.state == "shipped":
        raise NotNow(f"Parcel {row.id} has left.")
    if label_purchases.live(tx.connection, parcel_id) is not None:
        raise NotNow(f"Parcel {row.id} has a label, or one is being given back: a parcel has one at a time.")
    choice = choose(
        tx,
        policy,
        order_id=row.order_id,
        carton=row.carton,
        weight_mg=row.measured_mg,
        dangerous=parcels.is_dangerous(tx.connection, row.id),
        without=set(),
    )
    if isinstance(choice, NoService):
        raise NotNow(choice.detail)
    return want_label(tx, policy, parcel_id, station, choice)


def tracking_number(number: int) -> str:
    """SF, eleven digits, and a check digit as GS1 makes it.

    >>> tracking_number(1)
    'SF000000000017'
    """
    digits = f"{number:011d}"
    return f"SF{digits}{check_digit(digits)}"
