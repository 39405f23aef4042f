"""Alarms of stations: shown while they last, and what it means when one is accepted as it stands."""

from edge.contract.events import AlarmCleared, AlarmRaised
from hub.handlers.allocate import promise_again
from hub.handlers.facts import Fact
from hub.handlers.moving import hold_for_count, let_go
from hub.handlers.pictured import picture_name
from hub.handlers.weights import doubt_unlit
from hub.storage import exceptions, places, tasks
from hub.storage.transaction import Tx


def alarm_raised(tx: Tx, fact: Fact, event: AlarmRaised) -> None:
    """Show a station's alarm on the list of exceptions."""
    words = event.kind.replace("_", " ")
    where = event.place if event.place.startswith(fact.device) else f"{event.place} of {fact.device}"
    amount = f" ({event.units:+d})" if event.units else ""
    if event.kind == "wrong_bin" and event.units:
        amount = f": {abs(event.units)} {'taken out' if event.units > 0 else 'put in'}"
    exceptions.open_once(
        tx,
        event.kind,
        event.place,
        f"{words} at {where}{amount}",
        ref_kind="alarm",
        ref_id=event.alarm,
        picture=picture_name(fact.device, event.picture),
    )
    if event.kind == "swapped_bin":
        hold_for_count(tx, event.place, f"{event.place} weighs what another bin weighed: have they changed places?")


def alarm_cleared(tx: Tx, fact: Fact, event: AlarmCleared) -> None:
    """An alarm ended; one that was accepted as it stands leaves its trace."""
    exceptions.close(tx, event.kind, event.place, event.by, ref_kind="alarm", ref_id=event.alarm)
    if event.by != "accepted":
        return
    bin_ = places.seek(tx.connection, tx.site_id, event.place)
    if bin_ is None:
        return
    if event.kind == "wrong_bin":
        doubt_unlit(tx, fact, bin_, event.units)
        hold_for_count(
            tx, event.place, f"Units went out of {event.place} or into it without a light, and it was left so."
        )
    if event.kind == "under_pick":
        if doubt_unlit(tx, fact, bin_, event.units):
            hold_for_count(tx, event.place, f"More lies in {event.place} after a pick than before, and was left there.")
        for row in tasks.owing_at_bin(tx.connection, bin_.id):
            let_go(tx, fact, row, "short_pick")
            promise_again(tx, [row.sku_id])
