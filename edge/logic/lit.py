"""The lit task and its weight: a forgotten button, a count by the scale, a task that is asked back."""

from edge.contract.events import AlarmCleared, AlarmRaised, Event, TaskReturned
from edge.logic.binstate import UNITS_SHOWN_MAX, BinState, asked_change, confirm
from edge.logic.times import BY_WEIGHT_AFTER_US, COUNT_REST_US, MISSING_AFTER_US, NOBODY_COUNTS_US, RECALL_WAIT_US
from edge.logic.weighing import Weighed


def give_back(state: BinState, now_us: int) -> list[Event] | None:
    """Recalled tasks go back to the hub unless the hand has begun on them."""
    recalled = [task for task in state.queue if task.recalled and task != state.shown]
    if state.shown is not None and state.shown.recalled:
        if state.recalled_at_us is None:
            state.recalled_at_us = now_us
        unseen = state.scale is not None and (state.gap or state.scale.is_moving())
        if now_us >= state.recalled_at_us + RECALL_WAIT_US if unseen else not state.is_touched():
            recalled.append(state.shown)
    else:
        state.recalled_at_us = None
    if not recalled:
        return None
    events: list[Event] = []
    for task in recalled:
        state.finish(task.task)
        events.append(TaskReturned(task=task.task, bin=state.name))
    return events


def full_since(state: BinState) -> int | None:
    """Since when exactly the shown number has left (or entered) the bin without the button; None if it has not."""
    task = state.shown
    if task is None or task.kind == "count" or state.kept.confirmed or state.scale is None:
        return None
    asked = asked_change(task, state.shown_units)
    weighed = state.weigh(asked)
    if asked == 0 or not weighed.sure or weighed.units != asked or state.scale.stable_since_us is None:
        return None
    return max(state.scale.stable_since_us, state.shown_at_us)


def miss_button(state: BinState, now_us: int) -> list[Event] | None:
    """The right amount is gone and nobody pressed: blink, then let the scale confirm."""
    since_us = full_since(state)
    if since_us is None:
        return [end_missing(state)] if state.kept.missing_alarm is not None else None
    assert state.shown is not None
    if state.kept.missing_alarm is None:
        if now_us < since_us + MISSING_AFTER_US:
            return None
        alarm = state.new_id()
        state.keep(missing_alarm=alarm)
        return [AlarmRaised(alarm=alarm, kind="button_missing", place=state.name, task=state.shown.task)]
    if now_us < since_us + BY_WEIGHT_AFTER_US:
        return None
    return [confirm(state, now_us, "weight"), end_missing(state)]


def end_missing(state: BinState) -> Event:
    """The button came, the scale confirmed, or the weight has moved on."""
    alarm = state.kept.missing_alarm
    assert alarm is not None
    state.keep(missing_alarm=None)
    return AlarmCleared(alarm=alarm, kind="button_missing", place=state.name, by="mended")


def count_by_weight(state: BinState, now_us: int) -> list[Event] | None:
    """A lit count answers itself when the scale is sure and nothing has moved for a while."""
    task = state.shown
    if task is None or task.kind != "count" or state.scale is None or state.scale.stable_since_us is None:
        return None
    if state.kept.confirmed:
        return None
    if now_us < state.scale.stable_since_us + COUNT_REST_US:
        return None
    odd = bool(state.kept.odd_mg) and state.weigh(0).odd  # what is no units may have been taken out again
    if state.units_inside() is None and not odd:
        return _tell_who_did_not_count(state, now_us)
    events = tell_before_count(state)
    units = state.units_inside()
    if units is None:  # what has just been told is no units: a person looks
        return events
    state.shown_units = units
    return [*events, confirm(state, now_us, "weight")]


def _tell_who_did_not_count(state: BinState, now_us: int) -> list[Event] | None:
    """A bin whose content its scale cannot count waits for a person; units that went meanwhile are told all the same,
    without an alarm: somebody may count them out on a table."""
    weighed = state.weigh(0)
    assert state.scale is not None and state.scale.stable_since_us is not None
    if not (weighed.sure and weighed.units) or now_us < state.scale.stable_since_us + NOBODY_COUNTS_US:
        return None
    if weighed.units > max(0, state.kept.away_units):  # what came in unasked may be anything of that weight
        weighed = Weighed(0, False, odd=True)
    return [state.tell("unlit", (), weighed, 0)]


def tell_before_count(state: BinState) -> list[Event]:
    """A change that nobody has explained when a bin is counted: the count will say what is true."""
    weighed = state.weigh(0)
    return [state.tell("outage", (), weighed, 0)] if weighed.units or weighed.odd else []


def units_seen(state: BinState) -> int:
    """What the scale saw leave (or enter) the bin for the shown task, between none and all of it."""
    task = state.shown
    assert task is not None
    if state.content is None or state.content.unit_mg <= 0 or not state.is_weighed:
        return 0
    if task.kind == "count":
        return min(UNITS_SHOWN_MAX, state.units_inside() or 0)
    change = state.weigh(0).units - state.kept.claimed_units
    return max(0, min(task.units, -change if task.kind == "pick" else change))
