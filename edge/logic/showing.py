"""Lights out of state: what each bin and the beacon show."""

from collections.abc import Iterable

from edge.contract.state import REPLENISH_MARK, Colour, Lit, Pattern
from edge.logic.binstate import BinState
from edge.logic.times import REFUSED_US

FULL_TEXT = "FULL"
"""Nothing can be recorded: what a display says where a press was not taken, and where there is no beacon."""

LOST_TEXT = "HUB?"
"""The hub does not answer: what a display says where there is no beacon."""

FAILED_TEXT = "DEV?"
"""A device of the station has failed: what a display says where there is no beacon."""

SWAPPED_TEXT = "SWAP"
"""The bin stands where another one belongs."""

NOTICES = (FULL_TEXT, LOST_TEXT, FAILED_TEXT)
"""What a bin may say for the whole station."""

BACK_TEXT = "BACK"
"""Something was moved on the platform under this bin and others, and nobody can tell where: put it back."""

HAND_MAX = 99
"""A correction has room for a sign and two digits; more is shown as this many."""


def task_text(mark: str, units: int) -> str:
    """Mark and number as the four characters of a display.

    >>> task_text("B", 12)
    'B 12'
    """
    return f"{mark:.1}{units:>3}"


def correction_text(mark: str, needed_units: int) -> str:
    """What the hand must do: "-1" is put one back, "+1" is take one more.

    >>> correction_text("A", 1), correction_text("!", 3), correction_text("A", -12)
    ('A -1', '!-3', 'A+12')
    """
    hand = max(-HAND_MAX, min(HAND_MAX, -needed_units))
    return f"!{hand:+d}" if mark == "!" else f"{mark:.1}{hand:>+3d}"


def bin_light(state: BinState, now_us: int) -> Lit | None:
    """What a bin shows: that its button was not taken, an alarm, a task; nothing if none of them is there."""
    if state.refused_at_us is not None and now_us < state.refused_at_us + REFUSED_US:
        return Lit(place=state.name, colour="red", pattern="fast", text=FULL_TEXT)
    if state.kept.swap_alarm is not None:
        return Lit(place=state.name, colour="red", pattern="fast", text=SWAPPED_TEXT)
    correction = state.kept.correction
    if correction is not None:
        urgency: Pattern = "fast" if correction.kind == "wrong_bin" else "blink"
        text = correction_text(correction.mark, correction.needed_units)
        return Lit(place=state.name, colour="red", pattern=urgency, text=text)
    if state.level_alarm is not None:
        return Lit(place=state.name, colour="red", pattern="fast", text=BACK_TEXT)
    task = state.shown
    if task is None:
        return None
    fills_up = task.kind == "put" and task.mark == REPLENISH_MARK
    pattern: Pattern = "fast" if state.kept.missing_alarm is not None else "blink" if fills_up else "steady"
    text = task_text(task.mark, state.shown_units)
    return Lit(place=state.name, colour=task.colour, pattern=pattern, text=text, task=task.task)


def beacon(*, full: bool, connected: bool, failed: bool, busy: bool) -> Lit | None:
    """What the beacon shows: red when nothing can be recorded, amber without the hub, amber and blinking when a device
    of the station has failed, green when there is work."""
    if full:
        return Lit(place="beacon", colour="red", pattern="fast")
    if not connected:
        return Lit(place="beacon", colour="amber")
    if failed:
        return Lit(place="beacon", colour="amber", pattern="blink")
    return Lit(place="beacon", colour="green", pattern="blink") if busy else None


def aisle_lights(colours: Iterable[Colour], *, connected: bool) -> tuple[Lit, ...]:
    """What the beacon at the aisle's end shows, one light a picker; nothing without the hub, which alone knows."""
    return tuple(Lit(place="aisle", colour=colour) for colour in colours) if connected else ()


def while_ahead(shown: Iterable[Lit], now: Iterable[Lit]) -> tuple[Lit, ...]:
    """The lights of a station whose logic is ahead of what is recorded, and cannot be set back: what was ``shown``
    when that began stays, but that nothing is taken or that the hub is lost is said as it is ``now``."""
    found = {light.place: light for light in shown if not _is_notice(light)}
    found |= {light.place: light for light in now if _is_notice(light) and light.place != "aisle"}
    return (*found.values(), *(light for light in now if light.place == "aisle"))


def _is_notice(light: Lit) -> bool:
    return light.place in ("beacon", "aisle") or (light.task is None and light.text in NOTICES)


def notice(top: Lit | None, dark_bin: str | None) -> Lit | None:
    """A beacon's red or amber at a bin that is dark, for a bay without a beacon; blinking, as no task does."""
    if top is None or dark_bin is None or top.colour == "green":
        return None
    if top.colour == "red":
        return Lit(place=dark_bin, colour="red", pattern="fast", text=FULL_TEXT)
    text = LOST_TEXT if top.pattern == "steady" else FAILED_TEXT
    return Lit(place=dark_bin, colour="amber", pattern="blink", text=text)
