"""Picks that were done by paper, keyed in: booked as a light would have told them, once."""

from dataclasses import dataclass

from hub.handlers.facts import by_person
from hub.handlers.picks import book_pick, pick_of_void
from hub.storage import paper, tasks
from hub.storage.evidence import weigh_evidence
from hub.storage.tasks import TaskRow
from hub.storage.transaction import Tx

PAPER = "paper"
"""By what such a pick is confirmed; its evidence names who keyed it."""


class NoPick(LookupError):
    """There is no pick of that number."""


class ToldOtherwise(ValueError):
    """The pick was confirmed before, by its light or by paper with another number; nothing was booked."""


@dataclass(frozen=True, kw_only=True)
class PaperReceipt:
    """What became of what was keyed."""

    task: str
    units: int
    again: bool
    """Whether the same had been keyed before: nothing was booked now."""


def key_in(tx: Tx, number: int, units: int, operator: str) -> PaperReceipt:
    """Book what a paper list says was taken for a pick.

    Args:
        number: The task's number, as the list has it.
        units: What was taken: fewer than asked is a short pick.
        operator: Who took it.

    Raises:
        NoPick: there is no pick of that number.
        ToldOtherwise: it was confirmed before, and not with these units by paper.
    """
    public = paper.public_of(tx.connection, number)
    row = None if public is None else tasks.by_public(tx.connection, public)
    if row is None:
        raise NoPick(f"Expected the number of a pick, as T followed by digits on the list, got T{number}.")
    known = paper.keyed(tx.connection, row.id)
    if known is not None:
        if known.units != units:
            raise ToldOtherwise(
                f"T{number} was keyed as {known.units} by {known.operator}, now as {units}: count {row.bin_name} if"
                " that was wrong."
            )
        return PaperReceipt(task=row.public, units=units, again=True)
    if row.state == "done":
        raise ToldOtherwise(
            f"T{number} was confirmed by its light with {row.units_done} of {row.units}: nothing is booked twice."
        )
    _book(tx, row, units, operator)
    paper.keep(tx, row.id, units, operator)
    return PaperReceipt(task=row.public, units=units, again=False)


def _book(tx: Tx, row: TaskRow, units: int, operator: str) -> None:
    if row.state == "void":
        if units:  # it was taken back, and was picked all the same
            pick_of_void(tx, by_person(tx), row, units)
        return
    book_pick(tx, by_person(tx), row, units, PAPER, weigh_evidence(tx, by=PAPER, operator=operator))
