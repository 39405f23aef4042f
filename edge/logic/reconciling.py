"""Weights at rest against confirmations: every change of weight is told once, to whom it belongs."""

from edge.contract.events import Event, WeightSettled
from edge.contract.state import Task
from edge.logic.binstate import BinState, asked_change, within
from edge.logic.corrections import close_correction, kind_of, open_correction
from edge.logic.times import JUDGE_US, SETTLE_WAIT_US
from edge.logic.weighing import is_disturbed, noise_mg


def start_baseline(state: BinState) -> list[Event] | None:
    """The first weight of a bin, and every weight of a bin whose content is unknown, is where telling begins."""
    kept = state.kept
    if kept.baseline_mg is not None and state.content is not None:
        return None
    if state.gap and not kept.zero_doubted:
        state.zero.look(state.weight_mg, state.division_mg)
    state.gap = False
    if kept.confirmed and kept.baseline_mg is not None:
        return [_agree(state)]
    if state.weight_mg == kept.baseline_mg:
        return None
    state.start_baseline(sku=state.content.sku if state.content is not None else None)
    return []


def change_content(state: BinState) -> list[Event] | None:
    """The hub says that something else lies in the bin: what is left of the old is told, then the new is counted."""
    content, wanted = state.content, state.wanted
    if content == wanted:
        return None
    same = content is not None and wanted is not None and content.sku == wanted.sku
    if same or content is None or state.gap:
        state.content = wanted
        if wanted is not None and state.kept.sku is None and not state.gap:
            state.keep(sku=wanted.sku)
        return []
    if state.kept.confirmed:
        return None
    events: list[Event] = []
    weighed = state.weigh(0)
    if weighed.units or is_disturbed(state.change_mg, content, state.division_mg):
        events.append(state.tell("outage", (), weighed, 0))
    if state.kept.correction is not None:
        events.append(close_correction(state, "accepted"))
    state.content = wanted
    state.start_baseline(odd_mg=0, odd_claimed_units=0, away_units=0, sku=wanted.sku if wanted is not None else None)
    return events


def close_gap(state: BinState, now_us: int) -> list[Event] | None:
    """The first weight at rest after nobody watched: explained by confirmations or open work, or an outage."""
    assert state.content is not None, "a bin of unknown content has no gap"
    if state.gap_rest_us is None:
        state.gap_rest_us = now_us
        if not state.kept.zero_doubted:
            state.zero.look(state.weight_mg, state.division_mg)
    kept = state.kept
    claimed = kept.claimed_units
    if kept.sku is not None and kept.sku != state.content.sku:
        return _close(state, _write_off(state, sure=False))
    weighed = state.weigh(claimed)
    if not weighed.sure:
        return _close_unsure(state)
    if weighed.units == claimed:
        return _close(state, [])
    if state.looks_zeroed():  # not even open work explains that: it may all still lie there
        if now_us < state.gap_rest_us + SETTLE_WAIT_US:
            return None  # another bin may yet show that the indicator was not zeroed
        return _close(state, _doubt_open_task(state))
    if kept.correction is not None:
        if within(weighed.units, kept.correction.needed_units):
            return _close(state, [])
        return _close(state, _write_off(state, sure=True))
    open_task = _open_task(state)
    if open_task is not None and within(weighed.units - claimed, asked_change(open_task, open_task.units)):
        return _close(state, [])
    if kept.confirmed and now_us < state.gap_rest_us + SETTLE_WAIT_US:
        return None
    return _close(state, _doubt_open_task(state))


def _close_unsure(state: BinState) -> list[Event]:
    if state.kept.confirmed:
        return _close(state, [_agree(state)])
    if is_disturbed(state.change_mg, state.content, state.division_mg):
        return _close(state, _write_off(state, sure=False))
    return _close(state, [])


def _doubt_open_task(state: BinState) -> list[Event]:
    """Write off; the task that was open meanwhile may be part of it."""
    open_task = _open_task(state)
    events = _write_off(state, sure=True)
    state.keep(doubtful=open_task.task if open_task is not None else None)
    return events


def _open_task(state: BinState) -> Task | None:
    return state.shown or next((task for task in state.queue if task.kind != "count"), None)


def _close(state: BinState, events: list[Event]) -> list[Event]:
    state.gap = False
    state.gap_rest_us = None
    if state.content is not None and state.kept.sku != state.content.sku:
        state.keep(sku=state.content.sku, odd_mg=0, odd_claimed_units=0, away_units=0)
    return events


def _write_off(state: BinState, *, sure: bool) -> list[Event]:
    """Tell an outage: everything since the baseline, confirmations included; a count will say what is true."""
    claimed = state.kept.claimed_units
    weighed = state.weigh(claimed)
    if not sure:
        weighed = weighed._replace(units=claimed, sure=False)
    state.doubt_zero()
    events: list[Event] = [state.tell("outage", (), weighed, claimed)]
    if state.kept.correction is not None:
        events.append(close_correction(state, "accepted"))
    state.keep(confirmed=(), unnamed_units=0)
    return events


def _agree(state: BinState) -> WeightSettled:
    """Tell the confirmations as the scale, or nobody but the operator, saw them."""
    kept = state.kept
    event = state.tell(
        "tasks", tuple(c.task for c in kept.confirmed), state.weigh(kept.claimed_units), kept.claimed_units
    )
    state.keep(confirmed=(), unnamed_units=0, doubtful=None)
    return event


def reconcile(state: BinState, now_us: int) -> list[Event] | None:
    """Confirmed tasks against a weight at rest."""
    kept = state.kept
    if not kept.confirmed:
        return None
    confirmed_at_us = state.confirmed_at_us if state.confirmed_at_us is not None else now_us - SETTLE_WAIT_US
    if now_us < confirmed_at_us + JUDGE_US:
        return None
    late = now_us >= confirmed_at_us + SETTLE_WAIT_US
    claimed = kept.claimed_units
    weighed = state.weigh(claimed)
    if not weighed.sure:
        return [_agree(state)] if late or _looks_right(state, claimed) else None
    left = weighed.units - claimed
    if left == 0:
        return [_agree(state)]
    if state.shown is not None and within(left, asked_change(state.shown, state.shown_units)):
        return None  # the next task has begun: the button will say how much of it is done
    if not late and within(weighed.units, claimed) and (weighed.units == 0 or _moved_since(state, confirmed_at_us)):
        return None  # the hand may still be at work
    if any(c.task == kept.doubtful for c in kept.confirmed):
        events = _write_off(state, sure=True)
        state.keep(doubtful=None)
        return events
    last = kept.confirmed[-1]
    told = _agree(state)
    tasks = tuple(c.task for c in kept.confirmed)
    kind = kind_of(last.kind, -left)
    alarm = open_correction(state, kind, last.mark, tasks, -left, from_mg=told.before_mg, told_units=weighed.units)
    return [told, alarm]


def _looks_right(state: BinState, claimed: int) -> bool:
    if state.content is None:
        return True
    expected_mg = claimed * state.content.unit_mg
    return abs(state.change_mg - expected_mg) <= noise_mg(state.content, state.division_mg, claimed)


def _moved_since(state: BinState, since_us: int) -> bool:
    moved_us = state.scale.stable_since_us if state.scale is not None else None
    return moved_us is not None and moved_us > since_us
