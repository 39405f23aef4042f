"""Bins that have changed places: each weighs what the other weighed, and no light asked for it.

A whole bin that stands in another's place would be counted by the wrong unit weight, and now and then to a whole
number. Weights that are exchanged to a few divisions are no accident, unless both changes are whole numbers of units:
then units may have gone from one into the other, and only bins that were seen lifted off their scales have changed
places. Bins that weigh the same to begin with cannot be told apart by weight.
"""

from collections.abc import Iterable, Sequence

from edge.contract.events import AlarmCleared, AlarmRaised, Event
from edge.logic.binstate import BinState
from edge.logic.corrections import close_correction
from edge.logic.weighing import weigh

SAME_DIVISIONS = 5
"""Weights that differ by no more are the same bin's: two readings, creep, a hand's breadth beside the centre."""

LIFTED_DIVISIONS = 20
"""A scale that shows so much less than nothing has lost its bin: the box itself stands on it, zeroed."""

APART_DIVISIONS = 25
"""Bins whose weights differ by less are not told apart: what looks exchanged may be a unit here and a unit there."""


def note_lift(state: BinState, reading: str, weight_mg: int | None) -> None:
    """Notice from a reading that a bin was lifted off its scale."""
    under = weight_mg is not None and weight_mg < -LIFTED_DIVISIONS * state.division_mg
    if reading == "under" or (under and not state.kept.zero_doubted):
        state.lifted = True


def watch_swaps(changed: Iterable[BinState], bins: Sequence[BinState], now_us: int) -> list[Event]:
    """Raise or end the alarms of bins that have changed places, given those that have just been judged."""
    events: list[Event] = []
    for state in changed:
        if not _is_known(state, now_us):
            continue
        if state.kept.swap_alarm is not None:
            if _is_same(state, state.weight_mg, _home_mg(state)):
                events.append(end_swap(state, "mended"))
            continue
        if not _is_away(state):
            state.lifted = False
            if state.kept.home_mg is not None:
                state.keep(home_mg=None)
            continue
        other = next((b for b in bins if b is not state and _is_known(b, now_us) and _have_swapped(state, b)), None)
        if other is not None:
            events += [_raise(state), _raise(other)]
    return events


def accept_swap(state: BinState) -> list[Event]:
    """A person says that it is as it should be: what nobody explained is told, and a count will say what is true."""
    events: list[Event] = []
    if state.change_mg:
        events.append(state.tell("unlit", (), state.weigh(0), 0))
    if state.kept.correction is not None:
        events.append(close_correction(state, "accepted"))
    return [*events, end_swap(state, "accepted")]


def end_swap(state: BinState, by: str) -> Event:
    """End the alarm; what the bin weighs now is explained."""
    alarm = state.kept.swap_alarm
    assert alarm is not None, "only an open alarm can be ended"
    state.lifted = False
    state.keep(swap_alarm=None, home_mg=None)
    return AlarmCleared(
        alarm=alarm, kind="swapped_bin", place=state.name, by="mended" if by == "mended" else "accepted"
    )


def _raise(state: BinState) -> Event:
    alarm = state.new_id()
    state.keep(swap_alarm=alarm, home_mg=_home_mg(state))
    state.shown = None
    return AlarmRaised(alarm=alarm, kind="swapped_bin", place=state.name)


def _have_swapped(one: BinState, other: BinState) -> bool:
    if other.kept.swap_alarm is not None or not _is_away(other):
        return False
    one_mg, other_mg = _home_mg(one), _home_mg(other)
    division_mg = max(one.division_mg, other.division_mg)
    if abs(one_mg - other_mg) < APART_DIVISIONS * division_mg:
        return False
    if not (_is_same(one, one.weight_mg, other_mg) and _is_same(other, other.weight_mg, one_mg)):
        return False
    return (one.lifted and other.lifted) or not (_is_whole(one) and _is_whole(other))


def _is_whole(state: BinState) -> bool:
    """Whether the bin's change may be units that went in or out."""
    change_mg = state.weight_mg - _home_mg(state)
    return not weigh(change_mg, state.content, state.division_mg, 0).odd


def _is_known(state: BinState, now_us: int) -> bool:
    """Whether the bin's weight, and what it was before, are there to be looked at."""
    if not state.is_led or state.gap or state.content is None or state.scale is None:
        return False
    return state.kept.baseline_mg is not None and state.scale.is_at_rest(now_us)


def _home_mg(state: BinState) -> int:
    home_mg = state.kept.home_mg
    return home_mg if home_mg is not None else state.kept.baseline_mg or 0


def _is_away(state: BinState) -> bool:
    return not _is_same(state, state.weight_mg, _home_mg(state))


def _is_same(state: BinState, one_mg: int, other_mg: int) -> bool:
    return abs(one_mg - other_mg) <= SAME_DIVISIONS * state.division_mg
