"""The rules of a platform under several bins: whose hand has changed its weight, or that nobody can tell."""

from collections.abc import Iterable, Mapping
from typing import Literal

from edge.contract.events import AlarmCleared, AlarmRaised, Event, SettleCause
from edge.logic.binstate import asked_change, confirm, within
from edge.logic.corrections import bring_on, close_correction, kind_of, open_correction
from edge.logic.explaining import Explained
from edge.logic.level import Claim, Level
from edge.logic.lit import end_missing
from edge.logic.times import AT_WORK_US, BY_WEIGHT_AFTER_US, JUDGE_US, MISSING_AFTER_US, QUIET_US, SETTLE_WAIT_US


def judge_level(level: Level, now_us: int) -> list[Event]:
    """Look at a platform whose bins have been judged; what there is to tell."""
    if not level.is_led:
        return []
    level.note_called_off()
    if not level.scale.is_at_rest(now_us):
        return _end_missing(level) if level.scale.stable_since_us is None else []
    events = _follow_contents(level)
    if level.kept.baseline_mg is None or not level.contents:
        level.gap, level.gap_rest_us = False, None
        if level.kept.baseline_mg != level.scale.weight_mg:
            level.start_baseline(claims=(), unnamed={}, doubted=(), left={})
        return events
    if level.gap:
        events += _close_gap(level, now_us)
        if level.gap:
            return events
    if level.claimed:
        return events + _reconcile(level, now_us)
    return events + _look(level, now_us)


def wakes_us(level: Level) -> list[int]:
    """Times at which a rule may have something to say; those already past have been seen."""
    times = []
    if level.confirmed_at_us is not None:
        at_us = level.confirmed_at_us
        times += [at_us + JUDGE_US, at_us + SETTLE_WAIT_US, at_us + AT_WORK_US]
    if level.gap_rest_us is not None:
        times.append(level.gap_rest_us + SETTLE_WAIT_US)
    since_us = level.scale.stable_since_us
    if since_us is not None:
        times.append(since_us + QUIET_US)
        for state in level.bins.values():
            if state.shown is not None:
                begun_us = max(since_us, state.shown_at_us)
                times += [begun_us + MISSING_AFTER_US, begun_us + BY_WEIGHT_AFTER_US]
    return times


def count_by_hand(level: Level, name: str, now_us: int) -> list[Event]:
    """A person has counted a bin: what is told before that, for the count says what is true of it."""
    untold = level.kept.baseline_mg is not None and (level.is_disturbed() or bool(level.claimed))
    if level.gap or not level.scale.is_at_rest(now_us) or level.claimed:
        if (untold or level.scale.is_moving()) and name not in level.kept.doubted:
            level.keep(doubted=(*level.kept.doubted, name))
        return []
    if not untold:
        return []
    found = level.explained()
    others = found.suspects - {name} if found is not None else frozenset()
    causes: dict[str, SettleCause] = {other: "unlit" for other in level.bins if other in others}
    return [*level.tell({name: "outage", **causes}, changes={})]


def accept_alarm(level: Level, now_us: int) -> list[Event]:
    """A person says that a change that nobody could explain is as it should be; its last step is told first."""
    events = judge_level(level, now_us)
    return events if level.kept.alarm is None else [*events, _end_alarm(level, "accepted")]


def _follow_contents(level: Level) -> list[Event]:
    """The hub says what lies in the bins: a change that waits is told by what lay there before."""
    events: list[Event] = []
    for name, state in level.bins.items():
        have, wanted = level.contents.get(name), state.wanted
        if have == wanted:
            continue
        same = have is None or (wanted is not None and have.sku == wanted.sku)
        if not (same or level.gap):
            if name in level.claimed:
                continue
            if level.is_disturbed():
                events += _write_off(level)
            if state.kept.correction is not None:
                events.append(close_correction(state, "accepted"))
        if wanted is None:
            level.contents.pop(name, None)
        else:
            level.contents[name] = wanted
        if not level.gap:
            level.keep(skus={name: content.sku for name, content in level.contents.items()})
    return events


def _close_gap(level: Level, now_us: int) -> list[Event]:
    """The first weight at rest after nobody watched: explained by what is known, or an outage."""
    if level.gap_rest_us is None:
        level.gap_rest_us = now_us
    kept, found = level.kept, level.explained()
    swapped = any(kept.skus.get(name, content.sku) != content.sku for name, content in level.contents.items())
    events: list[Event] = []
    if (kept.claims or level.is_disturbed()) and (swapped or not _is_known(level, found)):
        if kept.claims and not swapped and now_us < level.gap_rest_us + SETTLE_WAIT_US:
            return []  # the hand may still be at work
        events = _write_off(level)
    level.gap, level.gap_rest_us = False, None
    level.keep(skus={name: content.sku for name, content in level.contents.items()})
    return events


def _is_known(level: Level, found: Explained | None) -> bool:
    """Whether what was claimed, or that with work that was open, explains a change that nobody watched."""
    if level.kept.alarm is not None and not level.is_disturbed(level.kept.needed_mg):
        return True
    if found is None:
        return bool(level.kept.claims)
    if found.claim_fits:
        return True
    claimed, begun = level.claimed, level.begun
    for name in found.suspects:
        correction = level.bins[name].kept.correction
        asked = correction.needed_units if correction is not None else begun.get(name, 0)
        more = found.changes[name] - claimed.get(name, 0)
        if name not in found.certain or not within(more, asked):
            return False
    return found.fits


def _write_off(level: Level) -> list[Event]:
    """Tell everything since the baseline as an outage, of every bin: a count will say what is true."""
    names = [name for name in level.bins if name in level.contents or name in level.claimed]
    events: list[Event] = [*level.tell(dict.fromkeys(names, "outage"), changes={})]
    for state in level.bins.values():
        if state.kept.correction is not None:
            events.append(close_correction(state, "accepted"))
    if level.kept.alarm is not None:
        events.append(_end_alarm(level, "accepted"))
    return events


def _reconcile(level: Level, now_us: int) -> list[Event]:
    """All that was confirmed on the platform against its weight at rest."""
    confirmed_at_us = level.confirmed_at_us if level.confirmed_at_us is not None else now_us - SETTLE_WAIT_US
    if now_us < confirmed_at_us + JUDGE_US:
        return []
    late = now_us >= confirmed_at_us + SETTLE_WAIT_US
    found, claimed = level.explained(), level.claimed
    if found is None:
        return [*level.tell(dict.fromkeys(claimed, "tasks"), changes={})] if late else []
    at_work = level.at_work(found)
    agreed = found.claim_fits and claimed.keys() <= found.certain
    if agreed and not any(level.can_count(name) for name in at_work):
        return _settle(level, found)
    # A hand that may be at work is waited for: the button will say how much of it is done.
    if not late or (at_work and now_us < confirmed_at_us + AT_WORK_US):
        return []
    doubted = tuple(name for name in level.bins if name in at_work or name in level.kept.doubted)
    level.keep(doubted=doubted)
    return _settle(level, found)


def _look(level: Level, now_us: int) -> list[Event]:
    """A weight at rest, and nothing confirmed: open work that a hand has begun, a step to mend, or a wrong hand."""
    if level.kept.alarm is not None and not level.is_disturbed(level.kept.needed_mg) and level.is_disturbed():
        mended: dict[str, SettleCause] = dict.fromkeys(level.kept.suspects, "correction")
        return [*level.tell(mended, changes={}), _end_alarm(level, "mended")]
    found = level.explained() if level.is_disturbed() else None
    if found is None:
        return _end_missing(level)
    told = _miss_button(level, found, now_us)
    if told is not None:
        return told
    if level.at_work(found) or (not found.fits and level.open_bins):
        return []
    if any(found.changes[name] and name not in level.kept.doubted for name in found.certain):
        return _settle(level, found)
    suspects = [name for name in level.contents if name in found.suspects or not found.fits]
    change_mg = level.change_mg
    odd = frozenset(suspects) if not found.fits else frozenset()
    return [*level.tell(_causes(level, suspects), changes={}, odd=odd), *_raise_alarm(level, suspects, change_mg)]


def _settle(level: Level, found: Explained) -> list[Event]:
    """Tell an explanation: what is certain as it is, and what contradicts the claims and is not certain as odd."""
    claimed, claims = level.claimed, level.kept.claims
    sure = found.certain - set(level.kept.doubted)
    unsure = frozenset() if found.claim_fits else (found.suspects | claimed.keys()) - sure
    moved = {name for name in sure if found.changes[name]}
    names = [name for name in level.bins if name in claimed or name in moved or name in unsure]
    causes = _causes(level, names)
    events: list[Event] = [*level.tell(causes, changes=found.changes, sure=sure, odd=unsure)]
    for name in names:
        if name in sure:
            events += _answer(level, name, causes[name], found.changes[name] - claimed.get(name, 0), claims)
    return events


def _answer(level: Level, name: str, cause: SettleCause, left: int, claims: Iterable[Claim]) -> list[Event]:
    """What a certain difference at a bin is followed by: ``left`` units more than was claimed went into it."""
    state = level.bins[name]
    if cause == "correction":
        return bring_on(state, left)
    if left == 0 or cause == "outage":
        return []
    if cause == "unlit":
        return [open_correction(state, "wrong_bin", "!", (), -left)]
    own = [claim for claim in claims if claim.bin == name]
    if not own:
        return []  # its claims were too many to keep by name: what was weighed is told, and nothing is asked for
    return [open_correction(state, kind_of(own[-1].kind, -left), own[-1].mark, tuple(c.task for c in own), -left)]


def _causes(level: Level, names: Iterable[str]) -> dict[str, SettleCause]:
    causes: dict[str, SettleCause] = {}
    for name in names:
        if name in level.claimed:
            causes[name] = "tasks"
        elif name in level.kept.doubted:
            causes[name] = "outage"
        else:
            causes[name] = "unlit" if level.bins[name].kept.correction is None else "correction"
    return causes


def _raise_alarm(level: Level, suspects: list[str], change_mg: int) -> list[Event]:
    """Show at every bin that may be meant that something was moved: it ends when the weight is as it was."""
    kept = level.kept
    both = tuple(name for name in level.bins if name in suspects or name in kept.suspects)
    level.keep(suspects=both, needed_mg=kept.needed_mg - change_mg)
    for name in both:
        level.bins[name].shown = None
    if kept.alarm is not None:
        return []
    alarm = level.new_id()
    level.keep(alarm=alarm)
    return [AlarmRaised(alarm=alarm, kind="wrong_bin", place=level.name)]


def _end_alarm(level: Level, by: Literal["mended", "accepted"]) -> Event:
    alarm = level.kept.alarm
    assert alarm is not None, "only an open alarm can be ended"
    level.keep(alarm=None, suspects=(), needed_mg=0)
    return AlarmCleared(alarm=alarm, kind="wrong_bin", place=level.name, by=by)


def _miss_button(level: Level, found: Explained, now_us: int) -> list[Event] | None:
    """Exactly what one light asks for is gone, for certain, and nobody pressed: blink, then let the scale confirm."""
    done = _done(level, found.changes) if found.fits and found.certain >= found.suspects else None
    ended = _end_missing(level, but=done)
    if done is None:
        return ended or None
    state = level.bins[done]
    since_us = max(level.scale.stable_since_us or now_us, state.shown_at_us)
    if state.kept.missing_alarm is None:
        if now_us < since_us + MISSING_AFTER_US or state.shown is None:
            return ended
        alarm = state.new_id()
        state.keep(missing_alarm=alarm)
        return [*ended, AlarmRaised(alarm=alarm, kind="button_missing", place=done, task=state.shown.task)]
    if now_us < since_us + BY_WEIGHT_AFTER_US:
        return ended
    return [*ended, confirm(state, now_us, "weight"), end_missing(state)]


def _done(level: Level, changes: Mapping[str, int]) -> str | None:
    """The bin whose lit task is all that has happened, and has happened whole."""
    moved = [name for name, units in changes.items() if units]
    state = level.bins[moved[0]] if len(moved) == 1 else None
    if state is None or state.shown is None or state.shown.kind == "count":
        return None
    return state.name if changes[state.name] == asked_change(state.shown, state.shown_units) else None


def _end_missing(level: Level, but: str | None = None) -> list[Event]:
    """Buttons that are missed no more: the weight has moved on."""
    missed = [s for s in level.bins.values() if s.kept.missing_alarm is not None and s.name != but]
    return [end_missing(state) for state in missed]
