"""Checking one scale of a station, at the terminal."""

import sys
from typing import NoReturn

import typer

from edge.commissioning.calibrating import Calibrating, NotAtRest
from edge.commissioning.calibration import Listening, grams
from edge.commissioning.session import BAD_CONFIGURATION, Bench
from edge.devices import Inputs
from edge.hands_words import NotUnderstood, milligrams_of
from edge.main import monotonic_us
from edge.showing import RGB
from firmware.lights import Shine


def check_scale(bench: Bench, bin_name: str, known: str) -> bool:
    """Lead a person through it; whether the scale can be trusted. Raises: typer.Exit, an option is wrong."""
    station = bench.station
    scale = station.scale
    place = next((bin_ for bin_ in station.bins if bin_name in (bin_.name, _number(bin_.name))), None)
    channel = 0 if not station.bins else None if place is None else place.channel
    if scale is None or channel is None:
        weighed = ", ".join(b.name for b in station.bins if b.channel is not None) or "it has no scale"
        _refuse(f"--bin: expected a bin of {station.name} with a scale ({weighed}), got '{bin_name}'.")
    try:
        known_mg = milligrams_of(known)
    except NotUnderstood as error:
        _refuse(f"--known: {error}")
    if not scale.division_mg < known_mg <= scale.capacity_mg:
        _refuse(f"--known: expected more than a division and at most {grams(scale.capacity_mg)}, got {known}.")
    listening = Listening(channel)
    bench.listen(_only_weights(listening))
    if place is not None:  # so that the weight is laid where it is meant to be
        bin_name = place.name
        bench.devices.show({bin_name: Shine(RGB["white"])})
    calibrating = Calibrating(bench.devices, listening, channel, say=print, ready=_ready, now_us=monotonic_us)
    try:
        verdict = calibrating.run(bin_name or "the scale", known_mg)
    except NotAtRest as error:
        print(error)
        return False
    if verdict is None:
        print("ended before everything was weighed")
        return False
    faults = verdict.faults(scale.division_mg)
    for fault in faults:
        print(f"fault: {fault}")
    if not faults:
        print(f"well: {grams(verdict.span_error_mg, signed=True)} off at {grams(known_mg)}")
    return not faults


def _number(name: str) -> str:
    return name.rpartition("/")[2]


def _only_weights(listening: Listening) -> Inputs:
    return Inputs(
        button=lambda _control, _down, _at_us: None,
        found=lambda _levels: None,
        reading=listening.take,
        symbol=lambda _text, _kind, _aim, _raw, _picture: None,
        scan=lambda _text, _kind, _aim: None,
        unreadable=lambda _present, _picture: None,
        part=lambda part, ok, why: _scale_fails(listening, why) if part.startswith("scale") and not ok else None,
    )


def _scale_fails(listening: Listening, why: str) -> None:
    listening.lose()
    print(why)


def _ready(what: str) -> bool:
    print(what, flush=True)
    return bool(sys.stdin.readline())


def _refuse(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    raise typer.Exit(BAD_CONFIGURATION)
