"""Differences shown in red: how they are raised, mended step by step, or accepted."""

from typing import Literal

from msgspec.structs import replace

from edge.contract.events import AlarmCleared, AlarmKind, AlarmRaised, Event
from edge.contract.state import TaskKind
from edge.logic.binstate import BinState
from edge.logic.memory import Correction
from edge.logic.weighing import Weighed, is_disturbed, weigh


def kind_of(task_kind: TaskKind | None, needed_units: int) -> AlarmKind:
    """The alarm for a bin that must gain ``needed_units`` (negative: lose) after a task; None: nothing was lit."""
    if task_kind is None:
        return "wrong_bin"
    if task_kind == "put":
        return "under_put" if needed_units > 0 else "over_put"
    return "over_pick" if needed_units > 0 else "under_pick"


def open_correction(
    state: BinState,
    kind: AlarmKind,
    mark: str,
    tasks: tuple[str, ...],
    needed_units: int,
    *,
    from_mg: int | None = None,
    told_units: int = 0,
) -> Event:
    """Raise the alarm of a difference that has just been told: since ``from_mg`` as a change of ``told_units``."""
    alarm = state.new_id()
    correction = Correction(
        alarm=alarm,
        kind=kind,
        mark=mark,
        tasks=tasks,
        needed_units=needed_units,
        from_mg=from_mg,
        told_units=told_units,
    )
    state.keep(correction=correction)
    state.shown = None
    return AlarmRaised(alarm=alarm, kind=kind, place=state.name, task=tasks[-1] if tasks else None, units=needed_units)


def close_correction(state: BinState, by: Literal["mended", "accepted"]) -> Event:
    """End the open correction. What is left in a bin that nobody was asked to fill is no units until it was counted."""
    correction = state.kept.correction
    assert correction is not None, "only an open correction can be closed"
    state.keep(correction=None)
    if by == "mended":
        return AlarmCleared(alarm=correction.alarm, kind=correction.kind, place=state.name, by=by)
    gained = 0
    if correction.kind == "wrong_bin" and correction.needed_units < 0:
        gained = -correction.needed_units
        state.doubt_gain(gained)
    elif correction.kind == "under_pick" and correction.told_units > 0:  # a pick leaves no more than there was
        gained = correction.told_units
        state.keep_doubtful(gained)
    return AlarmCleared(alarm=correction.alarm, kind=correction.kind, place=state.name, by=by, units=gained)


_TURNED: dict[AlarmKind, AlarmKind] = {
    "over_pick": "under_pick",
    "under_pick": "over_pick",
    "over_put": "under_put",
    "under_put": "over_put",
    "wrong_bin": "wrong_bin",
}


def follow(state: BinState) -> list[Event] | None:
    """A weight at rest while a correction is shown: tell each step, and end the correction when it comes right."""
    correction = state.kept.correction
    if correction is None:
        return None
    weighed = state.weigh(0)
    if not weighed.sure:
        if not is_disturbed(state.change_mg, state.content, state.division_mg):
            return None
        units = _by_all_of_it(state, correction)
        if units is None:
            return [state.tell("correction", correction.tasks, weighed, 0)]
        state.keep_odd(units)
        weighed = Weighed(units, True)
    elif weighed.units == 0:
        return None
    return [state.tell("correction", correction.tasks, weighed, 0), *bring_on(state, weighed.units)]


def _by_all_of_it(state: BinState, correction: Correction) -> int | None:
    """A step that is no units by itself, as units: what the change since the correction's first weight is in all,
    beyond what was told. A thing may have passed for units beside units, and is taken out again."""
    if correction.from_mg is None:
        return None
    whole = weigh(state.weight_mg - correction.from_mg, state.content, state.division_mg, 0)
    units = whole.units - correction.told_units
    return units if whole.sure and units else None


def bring_on(state: BinState, units: int) -> list[Event]:
    """So many units of an open correction were brought (negative: taken), and told: it ends, goes on, or turns."""
    correction = state.kept.correction
    assert correction is not None, "only an open correction can be brought on"
    needed = correction.needed_units - units
    if needed == 0:
        return [close_correction(state, "mended")]
    if needed * correction.needed_units < 0:
        ended = close_correction(state, "mended")
        turned = open_correction(
            state,
            _TURNED[correction.kind],
            correction.mark,
            correction.tasks,
            needed,
            from_mg=correction.from_mg,
            told_units=correction.told_units + units,
        )
        return [ended, turned]
    told_units = correction.told_units + units
    state.keep(correction=replace(correction, needed_units=needed, told_units=told_units))
    return []


def catch_wrong_hand(state: BinState) -> list[Event] | None:
    """A weight at rest that changed where nothing was lit: told, and shown as a wrong bin if the scale is sure."""
    if state.queue:
        return None
    weighed = state.weigh(0)
    if not weighed.sure:
        if not is_disturbed(state.change_mg, state.content, state.division_mg):
            return None
        return [state.tell("unlit", (), weighed, 0)]
    if weighed.units == 0:
        return None
    told = state.tell("unlit", (), weighed, 0)
    alarm = open_correction(
        state, "wrong_bin", "!", (), -weighed.units, from_mg=told.before_mg, told_units=weighed.units
    )
    return [told, alarm]
