"""Labels that a bench waits for: one that surely is not out is tried again a few times, then a person decides."""

from hub.storage import benches, exceptions, print_jobs
from hub.storage.transaction import Tx

PRINT_TRIES_MAX = 3
"""So often a label is sent by itself; a printer that is off or out of labels needs a person."""

Label = tuple[str, str]
"""(kind, id) of what a label is for: a parcel, a plate."""


def may_be_tried(tx: Tx, station: str, label: Label) -> bool:
    """Whether a label's last try failed and it may be sent again without a person.

    A label that the printer may have got is for a person to look for: two with one number must not be about.
    """
    tries = print_jobs.tries_of(tx.connection, station, *label)
    if tries is None or tries.newest != "failed" or tries.sent:
        return False
    return tries.failures < PRINT_TRIES_MAX


def print_again(tx: Tx, station: str, label: Label) -> str:
    """Send a label once more, unless it is on its way already; what to tell the operator."""
    tries = print_jobs.tries_of(tx.connection, station, *label)
    if tries is None or tries.newest == "wanted":
        return "The label is on its way to the printer."
    benches.want_print(tx, station, tries.zpl, *label)
    return "The label is printed again."


def label_seen(tx: Tx, station: str, label: Label) -> None:
    """The label is where it belongs: it is not printed again."""
    print_jobs.drop(tx, station, *label)
    exceptions.close(tx, "print_failed", station, "seen")
