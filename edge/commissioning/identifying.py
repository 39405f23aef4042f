"""Finding a station by its lights, and telling which board and which devices are there."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from edge.commissioning.trial import ALL_SEGMENTS
from edge.contract.site import Station
from edge.devices import Devices
from edge.showing import RGB
from firmware.lights import Shine
from firmware.panel import AISLE, BEACON

BLINK_S = 0.25
BY_ID = (Path("/dev/serial/by-id"), Path("/dev/input/by-id"), Path("/dev/v4l/by-id"))
"""Where the system names devices by maker, model and serial number. Source: systemd, udev rules 60-serial.rules,
60-persistent-input.rules, 60-persistent-v4l.rules."""


def devices_of(station: Station) -> Iterator[tuple[str, str]]:
    """(device, where it is reached) of each device of a station's file that has a plug of its own."""
    if station.scale is not None:
        yield "scale", station.scale.port
    if station.camera is not None:
        yield "camera", station.camera.device
    if station.scanner is not None:
        yield "scanner", station.scanner.port
    if station.printer is not None:
        yield "printer", station.printer.device or f"{station.printer.host}:{station.printer.port}"


def identity_lines(
    station: Station, board: str, *, simulated: bool = False, by_id: Sequence[Path] = BY_ID
) -> list[str]:
    """Which station, board and devices these are: a line each.

    Args:
        station: The station's file.
        board: The board's own number.
        simulated: Whether the devices are: then none is looked for.
        by_id: Where the system names devices by their serial numbers.
    """
    lights = ", ".join(
        [
            *([f"{len(station.bins)} bins"] if station.bins else []),
            *(["a beacon"] if station.beacon is not None else []),
            *(["an aisle beacon"] if station.aisle_beacon is not None else []),
        ]
    )
    lines = [f"station: {station.name} ({station.kind}), {lights or 'no lights'}", f"board: {board}"]
    for device, where in devices_of(station):
        lines.append(f"{device}: {where}" + (" (simulated)" if simulated else _found(where, by_id)))
    return lines


def blink(
    station: Station,
    devices: Devices,
    seconds: float,
    ended: threading.Event,
    say: Callable[[str], None],
) -> None:
    """Blink the beacons, and where there are none every bin, white, for so many seconds or until it is ended."""
    beacons = [place for place, rgb in ((BEACON, station.beacon), (AISLE, station.aisle_beacon)) if rgb is not None]
    places = beacons or [bin_.name for bin_ in station.bins]
    if not places:
        say("there is no light to blink: a bench is found by its screen")
        return
    what = " and ".join(beacons) if beacons else f"all {len(places)} bins"
    say(f"blinking for {seconds:g} s: {what}")
    on = {place: Shine(RGB["white"], ALL_SEGMENTS if place not in beacons else "") for place in places}
    for n in range(round(seconds / BLINK_S)):
        if ended.is_set():
            break
        devices.show(on if n % 2 == 0 else {})
        devices.poll()
        ended.wait(BLINK_S)
    devices.show({})


def _found(where: str, by_id: Sequence[Path]) -> str:
    """What the system knows of a device behind its path: the names by which it carries a serial number."""
    path = Path(where)
    if not path.is_absolute():
        return ""
    if not path.exists():
        return " (not plugged in)"
    device = path.resolve()
    links = [link for place in by_id if place.is_dir() for link in sorted(place.iterdir())]
    names = [link.name for link in links if link.resolve() == device and link != path]
    return f" ({', '.join(names)})" if names else ""
