"""Judging what a site's files say of time, broker and devices: what keeps a station or the hub from working."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.contract.site import Broker, Site, Station, StationKind

DEVICES_NEEDED: dict[StationKind, tuple[str, ...]] = {
    "bay": (),
    "wall": (),
    "induct": ("camera", "buttons"),
    "sort": ("buttons",),
    "pack": ("camera", "scale", "printer", "buttons"),
    "dock": ("camera", "printer", "buttons"),
}
"""The sections without which a kind of station cannot do its work."""
LED_FULL_MA, LED_DARK_MA, DISPLAY_MA, BRIGHTNESS_MAX = 60, 1, 40, 31
"""Of one LED, white at full brightness, and dark; of one display with a text. Source: docs/hardware/bay.md, power."""
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
    yield from _place_faults(directory, site)
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


def _strip_faults(file: Path, station: Station) -> Iterator[str]:
    """A strip that ends before the last bin, and lights that want more than their supply gives."""
    strip = station.strip
    if strip is None:
        return
    wanted = strip.leds_per_bin * len(station.bins)
    if strip.leds is not None and wanted > strip.leds:
        reached = station.bins[strip.leds // strip.leds_per_bin].name
        yield (
            f"{file}: strip.leds: expected at least {wanted} for {len(station.bins)} bins of {strip.leds_per_bin} LEDs,"
            f" got {strip.leds}: from {reached} on bins stay dark. Lengthen the strip, or lower strip.leds_per_bin."
        )
    if strip.supply_ma is None:
        return
    dark_ma = LED_DARK_MA * wanted + DISPLAY_MA * len(station.bins)
    most_ma = dark_ma + LED_FULL_MA * wanted * strip.brightness // BRIGHTNESS_MAX
    if most_ma > strip.supply_ma:
        fits = (strip.supply_ma - dark_ma) * BRIGHTNESS_MAX // (LED_FULL_MA * wanted)
        mend = f"lower strip.brightness to {fits}" if fits >= 1 else "feed the strip in parts, each by its own supply"
        yield (
            f"{file}: strip.supply_ma: expected at least {most_ma} (all {wanted} LEDs white at brightness"
            f" {strip.brightness}, and {len(station.bins)} displays), got {strip.supply_ma}:"
            f" a stronger supply, or {mend}."
        )


def _place_faults(directory: Path, site: Site) -> Iterator[str]:
    """Names of bins that no label can carry."""
    for station in site.stations.values():
        for bin_ in station.bins:
            if not bin_.name or not all(" " < c <= "~" for c in bin_.name):
                yield (
                    f"{directory / 'stations' / f'{station.name}.toml'}: bins: name: expected letters, digits and signs"
                    f" of ASCII without spaces, as a Code 128 label carries them, got '{bin_.name}'."
                )


def _station_faults(file: Path, station: Station) -> Iterator[str]:
    yield from _strip_faults(file, station)
    for section in DEVICES_NEEDED[station.kind]:
        if getattr(station, section) is None:
            yield f"{file}: {section}: expected a [{section}] section, which a {station.kind} station needs, got none."
    if station.scale is not None and station.scale.protocol == "bay_line" and not station.is_bay:
        yield f"{file}: scale.protocol: expected a protocol of one scale, which a bench speaks, got bay_line."
