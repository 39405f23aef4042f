"""Words for hands: what somebody types to press, load, show and scan, and what they are told of what is seen."""

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from edge.contract.hands import (
    HandsRequest,
    Look,
    Place,
    Press,
    Scan,
    Seen,
    Show,
    Shown,
    TakeLabel,
    There,
    Unplug,
)

HELP = """\
press CONTROL [for SECONDS]   a button: confirm 07, short 07, bay; at a bench confirm, minus, plus, problem
load SCALE WEIGHT             what a scale carries now: load 07 1.5kg, load bench 250g, load all 0g
show TEXT [SYMBOLOGY]         hold a thing with this symbol before the camera; once the screen answers: show nothing
hide                          hold a thing there with a thumb over its symbol
scan TEXT [AIM]               pull the trigger of the handheld scanner
label                         take the oldest label out of the printer's tray and hold it before the camera
unplug PART, plug PART        scale, camera, scanner, printer; supply (too little voltage)
wait SECONDS                  before the next line of a file
look                          everything that can be seen
quit"""

SECONDS_MAX = 60
_SECONDS = re.compile(r"\d+(\.\d+)?")
_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(mg|g|kg)")
_MG = {"mg": 1, "g": 1_000, "kg": 1_000_000}
_SYMBOLOGIES = get_args(Shown.__annotations__["symbology"])
_PARTS = get_args(Unplug.__annotations__["part"])


class NotUnderstood(Exception):
    """What was typed is no act; the text says what was expected."""


def requests_of(line: str, there: There) -> list[HandsRequest]:
    """What a typed line asks for.

    Args:
        line: What was typed.
        there: What the station has.

    Raises: NotUnderstood.

    >>> there = There(station="bay-01", controls=("confirm bay-01/07",), scales=("bay-01/07",))
    >>> requests_of("press confirm 7 for 1.5", there)
    [Press(control='confirm bay-01/07', held_ms=1500)]
    >>> requests_of("load all 1.5kg", there)
    [Place(scale='bay-01/07', mass_mg=1500000)]
    """
    act, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    match act:
        case "press":
            return [_press(rest, there)]
        case "load":
            return list(_loads(rest, there))
        case "show" if rest == "nothing":
            return [Show()]
        case "show" if rest:
            return [Show(symbols=(_shown(rest),))]
        case "hide":
            return [Show(hidden=True)]
        case "scan" if rest:
            text, _, aim = rest.partition(" ]")
            return [Scan(text=text, aim="]" + aim if aim else "")]
        case "label":
            return [TakeLabel()]
        case "unplug" | "plug" if rest in _PARTS:
            return [Unplug(part=rest, plugged=act == "plug")]  # type: ignore[arg-type]
        case "unplug" | "plug":
            raise NotUnderstood(f"{act}: expected one of {', '.join(_PARTS)}, got '{rest}'.")
        case "look":
            return [Look()]
    raise NotUnderstood(f"Expected one of these, got '{line.strip()}':\n{HELP}")


def seconds_of(word: str) -> float:
    """A number of seconds, up to a minute. Raises: NotUnderstood."""
    if _SECONDS.fullmatch(word) is None or float(word) > SECONDS_MAX:
        raise NotUnderstood(f"Expected seconds, at most {SECONDS_MAX}, got '{word}'.")
    return float(word)


def milligrams_of(word: str) -> int:
    """A weight such as 250g or 1.5 kg. Raises: NotUnderstood."""
    found = _WEIGHT.fullmatch(word.strip())
    if found is None:
        raise NotUnderstood(f"Expected a weight such as 250g or 1.5kg, got '{word}'.")
    return round(float(found[1]) * _MG[found[2]])


def _press(rest: str, there: There) -> Press:
    control, _, seconds = rest.partition(" for ")
    control = _named(control.strip(), there.controls, there.station, "press: expected a button")
    if not seconds:
        return Press(control=control)
    return Press(control=control, held_ms=round(seconds_of(seconds) * 1000))


def _loads(rest: str, there: There) -> Iterator[Place]:
    scale, _, weight = rest.partition(" ")
    mass_mg = milligrams_of(weight)
    if scale == "all":
        yield from (Place(scale=name, mass_mg=mass_mg) for name in there.scales)
    else:
        yield Place(scale=_named(scale, there.scales, there.station, "load: expected a scale"), mass_mg=mass_mg)


def carried(placed: Sequence[Place]) -> list[str]:
    """What lies on scales now, in words.

    >>> carried([Place(scale="bay-01/07", mass_mg=1_500_000)])
    ['bay-01/07 carries 1500 g now']
    >>> carried([Place(scale=f"bay-01/0{n}", mass_mg=0) for n in (1, 2)])
    ['all 2 scales carry 0 g now']
    """
    if len(placed) > 1:
        return [f"all {len(placed)} scales carry {placed[0].mass_mg / 1000:g} g now"]
    return [f"{place.scale} carries {place.mass_mg / 1000:g} g now" for place in placed]


def _shown(rest: str) -> Shown:
    text, _, symbology = rest.rpartition(" ")
    if not text:
        text, symbology = rest, "EAN-13" if rest.isdigit() and len(rest) == 13 else "Code128"
    if symbology not in _SYMBOLOGIES:
        raise NotUnderstood(f"show: expected a symbology of {', '.join(_SYMBOLOGIES)}, got '{symbology}'.")
    return Shown(text=text, symbology=symbology)  # type: ignore[arg-type]


def _named(word: str, names: tuple[str, ...], station: str, expected: str) -> str:
    """The name that was meant: a bin may be called by its number alone."""
    act, _, number = word.rpartition(" ")
    long = f"{act} {station}/{number.zfill(2)}".strip()
    for name in (word, long):
        if name in names:
            return name
    some = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
    raise NotUnderstood(f"{expected} of {station} ({some or 'it has none'}), got '{word}'.")


def changes(before: Seen | None, now: Seen) -> list[str]:
    """What is seen now and was not before, line by line."""
    lines = []
    was = {} if before is None else {light.place: light for light in before.lights}
    for light in now.lights:
        if was.pop(light.place, None) != light:
            pattern = f", {light.rhythm}" if light.rhythm else "" if light.pattern == "steady" else f", {light.pattern}"
            lines.append(f"{light.place}: {light.colour}{pattern}" + (f"  [{light.text:<4}]" if light.text else ""))
    lines += [f"{place}: dark" for place in was]
    if now.prompt is not None and (before is None or now.prompt != before.prompt):
        lines += [f"{now.prompt.ask}: {now.prompt.title}", *(f"    {line}" for line in now.prompt.lines)]
    if before is not None:
        lines += [
            words
            for words, is_over in (
                ("nothing is asked any more", before.prompt is not None and now.prompt is None),
                ("the board is empty", bool(before.board) and not now.board),
                ("the tray is empty", bool(before.labels_waiting) and not now.labels_waiting),
            )
            if is_over
        ]
    if now.count_shown and (before is None or now.count_shown != before.count_shown):
        lines.append(f"count: {now.count_shown}")
    if now.board and (before is None or now.board != before.board):
        lines += [f"{line.who}: {line.text}" for line in now.board]
    if now.trouble != ("" if before is None else before.trouble):
        lines.append(now.trouble or "no trouble any more")
    if now.labels_waiting and (before is None or now.labels_waiting != before.labels_waiting):
        lines.append(f"labels in the tray: {now.labels_waiting}")
    if now.heard_times != (0 if before is None else before.heard_times):
        lines.append(f"heard: {now.heard}")
    if not now.scales_loaded and (before is None or before.scales_loaded):
        lines.append("the scales are silent until each was told what it carries: load all 0g")
    return lines
