"""The stages of a return as a transition table: where its units are, what moves them, and what may follow what.

A return's stage is nothing that is kept: it follows from where the units of its lines are (:func:`stage_of`).
:data:`UNIT_MOVES` is what the handlers do, :data:`TRANSITIONS` what the interface, the pages and ``docs/returns.md``
promise; a test holds them against each other by trying every return there can be.
"""

from collections.abc import Mapping
from typing import Literal, get_args

UnitState = Literal["waiting", "received", "graded", "expired", "cancelled"]
UNIT_STATES: tuple[UnitState, ...] = get_args(UnitState)
"""Where the units of a return's line are; they sum to what was authorised."""

ReturnStage = Literal["new", "authorised", "arriving", "grading", "closed", "expired", "cancelled"]
"""Where a return is. ``new`` is before its first line: no return stays there."""
RETURN_STAGES: tuple[ReturnStage, ...] = get_args(ReturnStage)
RETURN_WORDS: Mapping[ReturnStage, str] = {
    "new": "is being written down",
    "authorised": "may come; nothing of it has",
    "arriving": "has come in part; the rest is waited for",
    "grading": "is here, and waits to be looked at",
    "closed": "was looked at, all that came",
    "expired": "has not come in time",
    "cancelled": "is cancelled",
}
RETURN_ENDED: frozenset[ReturnStage] = frozenset({"closed", "expired", "cancelled"})

ReturnEvent = Literal["authorise", "arrive", "unannounced", "late", "grade", "expire", "cancel"]
RETURN_EVENTS: tuple[ReturnEvent, ...] = get_args(ReturnEvent)
UNIT_MOVES: Mapping[ReturnEvent, frozenset[tuple[str, str]]] = {
    "authorise": frozenset({("new", "waiting")}),
    "arrive": frozenset({("waiting", "received")}),
    "unannounced": frozenset({("new", "received")}),
    "late": frozenset({("expired", "received"), ("cancelled", "received")}),
    "grade": frozenset({("received", "graded")}),
    "expire": frozenset({("waiting", "expired")}),
    "cancel": frozenset({("waiting", "cancelled")}),
}
"""Where each event moves units from and to; ``new`` is what had not been authorised. ``expire`` and ``cancel`` move all
that wait, every other event any number. ``unannounced`` is what came and was not expected; ``late`` what came after its
time: goods that are here are booked, whatever was agreed."""


def stage_of(units: Mapping[str, int]) -> ReturnStage:
    """Where a return is, by the units of all its lines; a state that is missing has none.

    >>> stage_of({"waiting": 1, "graded": 2})
    'arriving'
    >>> stage_of({"graded": 2, "expired": 1})
    'closed'
    """
    received, graded = units.get("received", 0), units.get("graded", 0)
    if units.get("waiting", 0):
        return "arriving" if received + graded else "authorised"
    if received:
        return "grading"
    if graded:
        return "closed"
    if units.get("expired", 0):
        return "expired"
    return "cancelled" if units.get("cancelled", 0) else "new"


TRANSITIONS: Mapping[ReturnEvent, Mapping[ReturnStage, frozenset[ReturnStage]]] = {
    "authorise": {
        "new": frozenset({"authorised"}),
    },
    "arrive": {
        "authorised": frozenset({"arriving", "grading"}),
        "arriving": frozenset({"arriving", "grading"}),
    },
    "unannounced": {
        "new": frozenset({"grading"}),
        "authorised": frozenset({"arriving"}),
        "arriving": frozenset({"arriving"}),
        "grading": frozenset({"grading"}),
        "closed": frozenset({"grading"}),
        "expired": frozenset({"grading"}),
        "cancelled": frozenset({"grading"}),
    },
    "late": {
        "grading": frozenset({"grading"}),
        "closed": frozenset({"grading"}),
        "expired": frozenset({"grading"}),
        "cancelled": frozenset({"grading"}),
    },
    "grade": {
        "arriving": frozenset({"arriving"}),
        "grading": frozenset({"grading", "closed"}),
    },
    "expire": {
        "authorised": frozenset({"expired"}),
        "arriving": frozenset({"grading", "closed"}),
    },
    "cancel": {
        "authorised": frozenset({"cancelled"}),
        "arriving": frozenset({"grading", "closed"}),
    },
}
"""By event: which stages may follow which. A stage that an event does not name is one it cannot happen at."""
