"""Trying a station's devices: every lamp in every colour, then what buttons, scales, camera and scanner say.

A button that goes down lights its own bin, so that a wire in the wrong place is seen at once.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from edge.contract.site import Station
from edge.contract.state import Colour
from edge.devices import Inputs
from edge.showing import RGB
from firmware.lights import Shine
from firmware.panel import AISLE, BEACON

LAMP_COLOURS: tuple[Colour, ...] = ("red", "green", "blue", "white")
"""The first three show a channel each that is missing or swapped; white shows a supply that is too weak."""
ALL_SEGMENTS = "8888"
DIGITS_SHOWN = 4
SYMBOLS_KEPT = 5


def controls_of(station: Station) -> tuple[str, ...]:
    """Every button that a station's file names."""
    acts = ("confirm", "short") if station.expanders is not None else ("confirm",)
    controls = [f"{act} {bin_.name}" for bin_ in station.bins for act in acts]
    controls += ["bay"] if station.bay_button_pin is not None else []
    return tuple(controls + (["confirm", "minus", "plus", "problem"] if station.buttons is not None else []))


@dataclass
class Found:
    """What was found of a station's devices."""

    parts: dict[str, tuple[bool, str]] = field(default_factory=dict)
    """By device: whether it works, and why not."""
    pressed: dict[str, int] = field(default_factory=dict)
    """How often each button went down."""
    down: set[str] = field(default_factory=set)
    """Buttons that are down."""
    stuck: set[str] = field(default_factory=set)
    """Buttons that were down before anybody pressed them."""
    weights: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    """By channel: state and milligrams."""
    symbols: list[str] = field(default_factory=list)
    """What was read last, each with its number and how."""
    eyes: set[str] = field(default_factory=set)
    """Which of camera and scanner have read something."""
    read: int = 0
    """How many symbols were read."""


class Trial:
    """What is heard while a station is tried; its inputs may be called from any thread.

    Args:
        station: Its file.
    """

    def __init__(self, station: Station) -> None:
        self._station = station
        self._lock = threading.Lock()
        self._found = Found()
        self._version = 0

    @property
    def version(self) -> int:
        """Grows with everything that is heard."""
        return self._version

    def inputs(self) -> Inputs:
        """Where devices put what they see."""
        return Inputs(
            button=lambda control, down, _at_us: self._note(lambda: self._button(control, down)),
            found=lambda levels: self._note(lambda: self._levels(levels)),
            reading=lambda channel, state, weight_mg, _at_us: self._note(
                lambda: self._found.weights.update({channel: (state, weight_mg)})
            ),
            symbol=lambda text, kind, aim, _raw, _picture: self._note(lambda: self._symbol("camera", text, kind, aim)),
            scan=lambda text, kind, aim: self._note(lambda: self._symbol("scanner", text, kind, aim)),
            unreadable=lambda _present, _picture: None,
            part=lambda part, ok, why: self._note(lambda: self._found.parts.update({part: (ok, why)})),
        )

    def lamps(self, colour: Colour) -> dict[str, Shine]:
        """Every lamp in one colour, and every digit."""
        places = [bin_.name for bin_ in self._station.bins]
        shines = {place: Shine(RGB[colour], ALL_SEGMENTS) for place in places}
        beacons = ((BEACON, self._station.beacon), (AISLE, self._station.aisle_beacon))
        return shines | {place: Shine(RGB[colour]) for place, rgb in beacons if rgb is not None}

    def lights(self) -> dict[str, Shine]:
        """Each bin shows its own number dimly, green once its confirm button was pressed, white while one is down."""
        with self._lock:
            down = {control.partition(" ")[2] for control in self._found.down}
            pressed = {control.partition(" ")[2] for control in self._found.pressed}
        shines = {}
        for bin_ in self._station.bins:
            colour: Colour = "white" if bin_.name in down else "green" if bin_.name in pressed else "amber"
            number = bin_.name.rpartition("/")[2][-DIGITS_SHOWN:]
            shines[bin_.name] = Shine(RGB[colour], f"{number:>{DIGITS_SHOWN}}")
        return shines

    def found(self) -> Found:
        """What was found until now: a copy."""
        with self._lock:
            found = self._found
            return Found(
                dict(found.parts),
                dict(found.pressed),
                set(found.down),
                set(found.stuck),
                dict(found.weights),
                list(found.symbols),
                set(found.eyes),
                found.read,
            )

    def missing(self, found: Found) -> list[str]:
        """What should have been heard and was not, and what does not work: in words, one line each."""
        lines = [f"{part}: {why}" for part, (ok, why) in sorted(found.parts.items()) if not ok]
        lines += [f"button '{control}': down before it was pressed" for control in sorted(found.stuck)]
        silent = [c for c in controls_of(self._station) if c not in found.pressed and c not in found.stuck]
        lines += _some("buttons never pressed", silent)
        still = {channel for channel, (state, _) in found.weights.items() if state == "stable"}
        unheard = [b.name for b in self._station.bins if b.channel is not None and b.channel not in still]
        lines += _some("bins whose scale has told no weight at rest", unheard)
        if not self._station.bins and self._station.scale is not None and not still:
            lines.append("the scale has told no weight at rest")
        for eye in ("camera", "scanner"):
            if getattr(self._station, eye) is not None and eye not in found.eyes:
                lines.append(f"the {eye} has read nothing")
        return lines

    def _note(self, what: Callable[[], None]) -> None:
        with self._lock:
            what()
            self._version += 1

    def _button(self, control: str, down: bool) -> None:
        found = self._found
        if down:
            found.pressed[control] = found.pressed.get(control, 0) + 1
            found.down.add(control)
        else:
            found.down.discard(control)
            found.stuck.discard(control)

    def _levels(self, levels: Mapping[str, bool]) -> None:
        self._found.stuck |= {control for control, down in levels.items() if down}

    def _symbol(self, eye: str, text: str, kind: str, aim: str) -> None:
        told = " ".join(word for word in (kind, aim) if word)
        found = self._found
        found.eyes.add(eye)
        found.read += 1
        line = f"symbol {found.read} by {eye}: {text} ({told or 'no symbology told'})"
        found.symbols = [*found.symbols, line][-SYMBOLS_KEPT:]


def _some(what: str, names: Iterable[str]) -> list[str]:
    """All of them: whoever mends them needs the whole list."""
    listed = ", ".join(names)
    return [f"{what}: {listed}"] if listed else []
