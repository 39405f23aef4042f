"""Manifests are closed at each carrier's cutoff or by a person; each parcel is scanned into the carrier's hands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from sqlalchemy import Connection

from hub.domain.lead_time import WEEKEND
from hub.domain.service_choice import DAY_ENDS
from hub.handlers.policy import Policy
from hub.storage import exceptions, manifests, parcels
from hub.storage.manifests import ManifestRow
from hub.storage.transaction import Tx

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Verdict = Literal["handed", "again", "other", "not_on_manifest", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What a scan at the hand-over was."""

    verdict: Verdict
    words: str


class NothingToClose(Exception):
    """A carrier has no parcel that waits for it."""


def close_manifest(tx: Tx, carrier: str) -> str:
    """Put everything that waits for a carrier on a manifest; its number. Raises: NothingToClose."""
    waiting = manifests.waiting(tx.connection).get(carrier, [])
    if not waiting:
        raise NothingToClose(f"No parcel waits for {carrier}.")
    return manifests.close(tx, carrier, waiting)


def carriers_due(connection: Connection, policy: Policy, now_us: int) -> list[str]:
    """Carriers whose cutoff has passed since a parcel was packed that waits for them.

    A carrier's cutoff is the latest of its services'; one without any collects until midnight.
    """
    due = []
    for carrier, waiting in manifests.waiting(connection).items():
        cutoffs = [service.cutoff for service in policy.services if service.carrier == carrier]
        latest = max((cutoff for cutoff in cutoffs if cutoff is not None), default=DAY_ENDS)
        passed_us = last_passed_us(now_us, latest, policy.zone)
        if parcels.packed_us(connection, waiting[0]) <= passed_us:
            due.append(carrier)
    return due


def last_passed_us(now_us: int, cutoff: time, zone: tzinfo) -> int:
    """When a cutoff passed last, on a working day; UTC microseconds."""
    now = (EPOCH + timedelta(microseconds=now_us)).astimezone(zone)
    day: date = now.date()
    while day.weekday() in WEEKEND or datetime.combine(day, cutoff, zone) > now:
        day -= timedelta(days=1)
    return (datetime.combine(day, cutoff, zone).astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def scan(tx: Tx, manifest: ManifestRow, symbol: str, by: str) -> Scanned:
    """A symbol is scanned at the hand-over of a manifest: is it on it, and was it handed over before?"""
    row = parcels.by_symbol(tx.connection, symbol)
    if row is None:
        return Scanned(verdict="unknown", words=f"'{symbol[:60]}' is no parcel of ours: keep it here.")
    name = row.tracking or symbol
    on = manifests.manifest_of(tx.connection, row.id)
    if on is None:
        return Scanned(verdict="not_on_manifest", words=f"{name} is on no manifest: keep it for the next collection.")
    number, handed_us = on
    if number != manifest.number:
        return Scanned(verdict="other", words=f"{name} is on {number}, not on this manifest: keep it here.")
    if handed_us is not None:
        return Scanned(verdict="again", words=f"{name} was handed over before.")
    manifests.hand_over(tx, row.id, by)
    exceptions.close_ref(tx, ("not_handed_over",), "handed over", ref_kind="parcel", ref_id=str(row.id))
    return Scanned(verdict="handed", words=f"{name}: handed over.")


def driver_gone(tx: Tx, manifest: ManifestRow) -> int:
    """The driver has left: what was not scanned is looked for; how many parcels those are."""
    missing = [one for one in manifests.parcels_of(tx.connection, manifest.id) if one.handed_us is None]
    for one in missing:
        detail = f"{one.tracking} of order {one.order_ref} is on {manifest.number}, but was not handed over."
        exceptions.open_once(
            tx, "not_handed_over", manifest.carrier, detail, ref_kind="parcel", ref_id=str(one.parcel_id)
        )
    return len(missing)
