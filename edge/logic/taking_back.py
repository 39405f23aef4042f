"""Taking a confirmation back: the button of the bin that it made dark, pressed anew and held for a second.

A press at a dark bin does nothing, and one that answers a light takes nothing back however long it is held: a slow
finger cannot undo what it confirms. It is too late once the weight has been told, for then the scale has judged the
confirmation; once the bin shows something else, which the press belongs to; and, where no weight comes,
:data:`UNDO_WITHIN_US` after it. What the scale itself confirmed is no mistake of a button's.
"""

from edge.contract.events import ConfirmationUndone, Event
from edge.logic.binstate import BinState
from edge.logic.times import UNDO_WITHIN_US


def can_take_back(state: BinState, pressed_us: int) -> bool:
    """Whether a button that goes down at this time may take the last confirmation back."""
    last = state.undoable
    if last is None or state.asks is not None or pressed_us > last.at_us + UNDO_WITHIN_US:
        return False
    confirmed = state.kept.confirmed
    return not last.waits or (bool(confirmed) and confirmed[-1].task == last.task.task)


def take_back(state: BinState) -> Event:
    """Take the last confirmation back; its task is the bay's to open again."""
    last = state.undoable
    assert last is not None, "only what can be taken back is"
    state.undoable = None
    state.confirmed_at_us = last.confirmed_before_us
    if last.waits:
        state.keep(confirmed=state.kept.confirmed[:-1])
    elif last.task.kind == "count":  # it may have made the scale's zero believed, and a change of before explained
        before = last.kept_before
        state.keep(
            zero_doubted=before.zero_doubted,
            odd_mg=before.odd_mg,
            odd_claimed_units=before.odd_claimed_units,
            home_mg=before.home_mg,
        )
    return ConfirmationUndone(task=last.task.task, bin=state.name, kind=last.task.kind, units=last.units)
