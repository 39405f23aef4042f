"""The rules of a bin in their order: each looks at the bin, and tells what it finds."""

from edge.contract.events import Event
from edge.logic.binstate import BinState
from edge.logic.corrections import catch_wrong_hand, follow
from edge.logic.lit import count_by_weight, end_missing, full_since, give_back, miss_button
from edge.logic.reconciling import change_content, close_gap, reconcile, start_baseline
from edge.logic.times import (
    BIN_REST_US,
    BY_WEIGHT_AFTER_US,
    COUNT_REST_US,
    JUDGE_US,
    LATE_PRESS_US,
    MISSING_AFTER_US,
    NOBODY_COUNTS_US,
    QUIET_US,
    RECALL_WAIT_US,
    REFUSED_US,
    SETTLE_WAIT_US,
)

STEPS_MAX = 256
"""More rules than can follow one another in one bin: a longer chain is a fault of ours."""


def judge(state: BinState, now_us: int) -> list[Event]:
    """Apply the rules until none has anything to say."""
    events: list[Event] = []
    for _ in range(STEPS_MAX):
        told = _step(state, now_us)
        if told is None:
            return events
        events += told
    raise AssertionError(f"The rules of bin {state.name} do not come to an end.")


def _step(state: BinState, now_us: int) -> list[Event] | None:
    """The first rule that has something to say; an empty list is a silent change."""
    if not state.is_led or state.undo_pressed_us is not None:
        return None
    state.choose(now_us)
    told = give_back(state, now_us)
    if told is not None:
        return told
    if not state.is_weighed and state.content != state.wanted:
        return change_content(state)
    if state.kept.missing_alarm is not None and state.shown is None:
        return [end_missing(state)]  # its task is gone: no weight is needed to know that
    if state.scale is None:
        return None
    if not state.gap:
        told = miss_button(state, now_us)
        if told is not None:
            return told
    if not state.scale.is_at_rest(now_us):
        return None
    return _weigh(state, now_us)


def _weigh(state: BinState, now_us: int) -> list[Event] | None:
    """The rules that need a weight at rest."""
    told = change_content(state)
    if told is not None:
        return told
    if state.content is None or state.kept.baseline_mg is None:
        return start_baseline(state)
    if state.gap:
        return close_gap(state, now_us)
    if state.kept.correction is not None:
        return follow(state)
    if state.kept.confirmed:
        return reconcile(state, now_us)
    told = count_by_weight(state, now_us)
    return told if told is not None else catch_wrong_hand(state)


def wakes_us(state: BinState) -> list[int]:
    """Times at which a rule may have something to say; those already past have been seen."""
    times: list[int] = []
    if state.scale is not None and state.scale.stable_since_us is not None:
        times += [state.scale.stable_since_us + wait_us for wait_us in (QUIET_US, COUNT_REST_US, NOBODY_COUNTS_US)]
    if state.confirmed_at_us is not None:
        at_us = state.confirmed_at_us
        times += [at_us + BIN_REST_US, at_us + JUDGE_US, at_us + SETTLE_WAIT_US, at_us + LATE_PRESS_US]
    if state.gap_rest_us is not None:
        times.append(state.gap_rest_us + SETTLE_WAIT_US)
    if state.recalled_at_us is not None:
        times.append(state.recalled_at_us + RECALL_WAIT_US)
    if state.refused_at_us is not None:
        times.append(state.refused_at_us + REFUSED_US)
    since_us = full_since(state)
    if since_us is not None:
        times += [since_us + MISSING_AFTER_US, since_us + BY_WEIGHT_AFTER_US]
    return times
