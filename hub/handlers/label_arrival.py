"""What a carrier answered reaches the book and the bench: the label is printed, or the next service is tried."""

import msgspec

from hub.handlers import label_buying
from hub.handlers.label_buying import NoService, NotNow
from hub.handlers.pack import PackState, with_label
from hub.handlers.policy import Policy
from hub.storage import benches, exceptions, label_purchases, parcels
from hub.storage.label_purchases import Purchase
from hub.storage.transaction import Tx

TRIES_UNTOLD = 3
"""After so many questions without an answer a person hears of it."""


def label_bought(tx: Tx, policy: Policy, purchase: Purchase, tracking: str, zpl: str) -> None:
    """The carrier sold it. Told twice, it is taken once."""
    if label_buying.bought(tx, policy, purchase, tracking=tracking, zpl=zpl):
        _go_on(tx, label_purchases.by_id(tx.connection, purchase.id))


def label_refused(tx: Tx, policy: Policy, purchase: Purchase, why: str) -> None:
    """The carrier does not sell it: another service is bought, or the parcel is set aside."""
    try:
        following = label_buying.refused(tx, policy, purchase, why)
    except NotNow:
        return  # it was given back, or answered, meanwhile
    if not isinstance(following, NoService):
        _go_on(tx, following)
        return
    for station, step, state in _waiting(tx, purchase.parcel_id):
        note = f"Set the parcel of order {state.order} aside: {following}"
        _save(tx, station, step, PackState(note=note))


def not_answered(tx: Tx, purchase: Purchase, why: str) -> int:
    """The carrier did not answer: nobody knows whether it sold it. How often it was asked in vain."""
    tries = label_purchases.failed(tx, purchase.id, why)
    if tries == TRIES_UNTOLD:
        detail = f"{purchase.carrier} has not answered {tries} times; it is asked on, under the same key. {why}"
        exceptions.open_once(
            tx, "label_waits", purchase.station, detail, ref_kind="parcel", ref_id=str(purchase.parcel_id)
        )
    return tries


def label_voided(tx: Tx, purchase: Purchase) -> None:
    """The carrier took it back."""
    label_buying.voided(tx, purchase)
    exceptions.close_ref(
        tx, label_buying.LABEL_TROUBLE, "given back", ref_kind="parcel", ref_id=str(purchase.parcel_id)
    )


def label_kept(tx: Tx, purchase: Purchase, why: str) -> None:
    """The carrier does not take it back: it stands."""
    known = label_purchases.by_id(tx.connection, purchase.id)
    stands = "wanted" if known.tracking is None else "bought"
    if not label_purchases.move(tx, purchase.id, "voiding", state=stands, detail=why):
        return
    if stands == "wanted":
        return  # what it sold, if anything, is asked for again
    parcels.set_parcel(tx, purchase.parcel_id, state="labelled", tracking=known.tracking)
    detail = f"{purchase.carrier} does not take label {known.tracking} back: {why}"
    exceptions.open_once(
        tx, "label_refused", purchase.station, detail, ref_kind="parcel", ref_id=str(purchase.parcel_id)
    )


def taken_off(tx: Tx, parcel_id: int) -> None:
    """A parcel's label was given back: no bench waits for it any more."""
    for station, step, state in _waiting(tx, parcel_id):
        note = f"The label of order {state.order} was given back: set the parcel aside."
        _save(tx, station, step, PackState(note=note))


def _go_on(tx: Tx, purchase: Purchase) -> None:
    for station, step, state in _waiting(tx, purchase.parcel_id):
        if state.stage == "buy":
            _save(tx, station, step, with_label(state, purchase))


def _waiting(tx: Tx, parcel_id: int) -> list[tuple[str, int, PackState]]:
    """(station, step, state) of the benches that have this parcel."""
    found = []
    for station, step, session in benches.sessions(tx.connection, "pack"):
        state = msgspec.json.decode(session, type=PackState)
        if state.parcel_id == parcel_id and state.stage in ("buy", "track"):
            found.append((station, step, state))
    return found


def _save(tx: Tx, station: str, step: int, state: PackState) -> None:
    benches.save(tx, station, step + 1, msgspec.json.encode(state).decode())
