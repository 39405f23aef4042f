"""Judging what a site's files say of time, broker and devices: what keeps a station or the hub from working."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.contract.site import Broker, Site, Station, StationKind

DEVICES_NEEDED: dict[StationKind, tuple[str, ...]] = {
    "bay": (),
    "induct": ("camera", "buttons"),
    "pack": ("camera", "scale", "printer", "buttons"),
    "dock": ("camera", "printer", "buttons"),
}
"""The sections without which a kind of station cannot do its work."""
NUMBERED_PORTS = ("/dev/ttyUSB", "/dev/ttyACM")
"""Ports that are numbered in the order in which they were found."""


def wiring_faults(directory: Path, site: Site) -> Iterator[str]:
    """What keeps the hub or a station from working, one sentence each: file, key, expected, came."""
    file = directory / "site.toml"
    try:
        ZoneInfo(site.file.timezone)
    except (KeyError, ValueError, OSError):
        yield (
            f"{file}: timezone: expected a name of the time zone database such as Europe/London,"
            f" got '{site.file.timezone}'."
        )
    yield from _broker_faults(file, site.file.broker)
    for station in site.stations.values():
        yield from _station_faults(directory / "stations" / f"{station.name}.toml", station)


def wiring_doubts(directory: Path, site: Site) -> Iterator[str]:
    """What works today and may not tomorrow, one sentence each: a serial port by a number that the next start gives to
    another device."""
    for station in site.stations.values():
        if station.scale is not None and station.scale.port.startswith(NUMBERED_PORTS):
            yield (
                f"{directory / 'stations' / f'{station.name}.toml'}: scale.port: expected a name that stays,"
                f" /dev/serial/by-id/... or by-path/..., got {station.scale.port}."
            )


def _broker_faults(file: Path, broker: Broker) -> Iterator[str]:
    if broker.password_file is not None:
        try:
            Path(broker.password_file).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            yield f"{file}: broker.password_file: expected a file with the password, got: {error}."
    if broker.ca_file is not None:
        try:
            ssl.create_default_context().load_verify_locations(broker.ca_file)
        except OSError as error:  # an SSLError is one
            yield (f"{file}: broker.ca_file: expected the PEM file of an authority, got '{broker.ca_file}': {error}.")


def _station_faults(file: Path, station: Station) -> Iterator[str]:
    for section in DEVICES_NEEDED[station.kind]:
        if getattr(station, section) is None:
            yield f"{file}: {section}: expected a [{section}] section, which a {station.kind} station needs, got none."
    if station.scale is not None and (station.scale.protocol == "bay_line") != station.is_bay:
        fitting = "bay_line, which a bay speaks" if station.is_bay else "a protocol of one scale, which a bench speaks"
        yield f"{file}: scale.protocol: expected {fitting}, got {station.scale.protocol}."
