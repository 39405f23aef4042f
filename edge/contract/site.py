"""A site as files: the stations, their devices and the broker. TOML, decoded strictly.

A site is a directory::

    site.toml            name, client, broker, policies
    stations/NAME.toml   one file a station: its bins and its devices

An unknown key is an error that names file and key; so is a bin, a channel or a pin that stands twice.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from edge.contract.aisles import WalkedAisles
from edge.contract.camera import Camera
from edge.contract.chips import BINS_AN_EXPANDER, bus_faults
from edge.contract.clients import SiteClient, client_faults
from edge.contract.pins import bus_pins, pins_by_key
from edge.contract.platforms import ScaleArrangement, Weighed, channel_faults
from edge.contract.rotation import ItemRotation, KeepsDays, Rotation
from edge.contract.scale_protocol import ScaleProtocol
from edge.contract.shape import faults, twice
from edge.contract.signals import Buzzer, Lights
from edge.contract.stated_returns import StatedReturns
from edge.contract.strict import Strict
from edge.contract.topics import check_name
from edge.contract.walls import wall_faults
from edge.contract.waves import StatedWave
from edge.contract.zones import Interleaved, StatedZone, ZoneMode

StationKind = Literal["bay", "wall", "induct", "sort", "pack", "dock"]
"""A bay of bins; a put-to-light wall, whose bins are cells for orders; where carts get their totes; where totes of
several orders are sorted into a wall; where parcels are packed; where deliveries arrive."""

Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
I2cAddress = Annotated[int, msgspec.Meta(ge=0x08, le=0x77)]
Channel = Annotated[int, msgspec.Meta(ge=0, le=99)]
S = TypeVar("S", bound="Strict")


class BadSite(ValueError):
    """A site's files are wrong: which file and key, what was expected, what came."""


class Broker(Strict, frozen=True, kw_only=True):
    """Where the MQTT broker listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    username: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    """PEM file of the broker's authority; TLS is used if it is given."""


class Rgb(Strict, frozen=True, kw_only=True):
    """One RGB LED on the header, by BCM pin numbers."""

    red: Pin
    green: Pin
    blue: Pin


class Strip(Strict, frozen=True, kw_only=True):
    """An APA102 (SK9822) LED strip on SPI that runs along all bins, in the order of the bins."""

    spi_device: str = "/dev/spidev0.0"
    leds_per_bin: Annotated[int, msgspec.Meta(ge=1, le=8)] = 3
    brightness: Annotated[int, msgspec.Meta(ge=1, le=31)] = 8
    leds: Annotated[int, msgspec.Meta(ge=1, description="how many LEDs the strip has")] | None = None
    supply_ma: Annotated[int, msgspec.Meta(ge=1, description="mA that the lights' 5 V supply gives")] | None = None


class Displays(Strict, frozen=True, kw_only=True):
    """HT16K33 four-character displays behind a TCA9548A multiplexer: bin n sits on mux channel n // 5,
    address 0x70 + n % 5."""

    i2c_bus: int = 1
    mux_address: I2cAddress = 0x77


class Expanders(Strict, frozen=True, kw_only=True):
    """MCP23017 port expanders that carry the buttons: bin n has confirm on input 2n, short on input 2n + 1,
    counted through the expanders in order, 14 inputs each (GPA0 to GPA6, GPB0 to GPB6)."""

    i2c_bus: int = 1
    addresses: tuple[I2cAddress, ...]
    interrupt_pin: Pin = 4


class Scale(Strict, frozen=True, kw_only=True):
    """A scale or indicator on a serial line."""

    protocol: ScaleProtocol
    port: str
    """By id: /dev/serial/by-id/... ; ignored with --simulate."""
    baud: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Bits a second; as the protocol's scales are delivered if it is not given. So are the next three."""
    data_bits: Literal[7, 8] | None = None
    parity: Literal["none", "even", "odd"] | None = None
    stop_bits: Literal[1, 2] | None = None
    division_mg: Annotated[int, msgspec.Meta(ge=1)]
    capacity_mg: Annotated[int, msgspec.Meta(ge=1)]
    arrangement: ScaleArrangement = "bin"


class Scanner(Strict, frozen=True, kw_only=True):
    """A handheld scanner: one that types as a keyboard (USB HID), or one on a serial line."""

    kind: Literal["keyboard", "serial"] = "keyboard"
    port: str
    """By id: /dev/input/by-id/...-event-kbd or /dev/serial/by-id/... ; ignored with --simulate."""
    baud: Annotated[int, msgspec.Meta(ge=1)] = 9600
    """Of a serial line."""


class Printer(Strict, frozen=True, kw_only=True):
    """A ZPL label printer: on the network (``host``) or on USB (``device``)."""

    host: str | None = None
    device: str | None = None
    """Such as /dev/usb/lp0, or a name that udev gives it."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9100


class BenchButtons(Strict, frozen=True, kw_only=True):
    """The four buttons of a bench, on the header."""

    confirm: Pin = 5
    minus: Pin = 6
    plus: Pin = 13
    problem: Pin = 19


class Bin(Strict, frozen=True, kw_only=True):
    """One bin of a bay."""

    name: str
    """Unique in the site, such as "bay-01/07"."""
    channel: Channel | None = None
    """The channel of the bay's indicator that weighs it; none if it has no scale."""
    x_mm: int = 0
    """Where a picker stands for it, on the floor plan."""
    y_mm: int = 0
    level: int = 0
    """Shelf level, 0 lowest: for the drawing of the bay."""
    column: int = 0
    rgb: Rgb | None = None
    """Its own LED on the header (starter bay)."""
    confirm_pin: Pin | None = None
    """Its own confirm button on the header (starter bay)."""


class Station(Strict, frozen=True, kw_only=True):
    """One station: one Raspberry Pi, one agent."""

    name: str
    kind: StationKind
    x_mm: int = 0
    y_mm: int = 0
    bins: tuple[Bin, ...] = ()
    lights: Lights = Lights()
    buzzer: Buzzer | None = None
    strip: Strip | None = None
    displays: Displays | None = None
    expanders: Expanders | None = None
    scale: Scale | None = None
    camera: Camera | None = None
    scanner: Scanner | None = None
    printer: Printer | None = None
    buttons: BenchButtons | None = None
    beacon: Rgb | None = None
    aisle: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] | None = None
    """The aisle that a bay stands in: bays that say the same are one."""
    aisle_beacon: Rgb | None = None
    """A second beacon, at the end of the aisle: it shows the colours of the pickers that have work in it."""
    bay_button_pin: Pin | None = None
    wall: str | None = None
    """Of a sort station: the wall that it leads."""

    @property
    def is_bay(self) -> bool:
        """Whether it holds bins, or cells, which are wired and work as bins do (else it is a bench)."""
        return self.kind in ("bay", "wall")


class SiteFile(Strict, frozen=True, kw_only=True):
    """``site.toml``."""

    name: str
    client: str = ""
    """Whose goods they are, at a site with one client."""
    clients: tuple[SiteClient, ...] = ()
    """Whose they are, where there are several; the first owns what names none."""
    broker: Broker = Broker()
    currency: Annotated[
        str, msgspec.Meta(pattern="^[A-Z]{3}$", description="a currency's three capital letters, as GBP")
    ] = "GBP"
    timezone: str = "Europe/London"
    cart_totes: Annotated[int, msgspec.Meta(ge=1, le=26)] = 8
    """How many totes a cart carries: positions A, B, C, ..."""
    tote_volume_ml: Annotated[int, msgspec.Meta(ge=1)] = 60_000
    tote_weight_mg: Annotated[int, msgspec.Meta(ge=1)] = 20_000_000
    lights_ahead: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many lights of a cart are on at once, in the order of its route; 0: all of them."""
    wall_order_units_max: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Orders of at most so many units share totes, which are sorted at a wall; 0: each order has totes of its own."""
    wall_tote_orders_max: Annotated[int, msgspec.Meta(ge=2)] = 6
    """How many orders share one tote at most."""
    aisles: WalkedAisles | None = None
    """Where people walk; without it lights follow each other as their work was planned, the oldest order first."""
    waves: tuple[StatedWave, ...] = ()
    """Orders wait for the wave of the service that they will leave with; none: each is released as it comes."""
    zones: tuple[StatedZone, ...] = ()
    """Parts of the floor with a picker each, in walking order; none: whoever has a cart walks all of its route."""
    zone_mode: ZoneMode = "pass"
    """How an order with lines in several zones is picked."""
    interleave: Interleaved = Interleaved()
    """Other work on the walk of a cart."""
    restock: Literal["forecast", "fixed", "croston"] = "forecast"
    """What says when SKUs without a reorder point of their own are ordered: the forecast, nothing, or Croston's method
    (a yardstick)."""
    restock_review_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 7
    """A supplier gets an order at most this often, unless something has run out."""
    restock_approval_minor: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Orders worth more than this wait for a person; 0: none does."""
    service_percent_a: Annotated[int, msgspec.Meta(ge=50, le=99)] = 98
    """How sure SKUs of class A are to be of not running out, and below those of B and C."""
    service_percent_b: Annotated[int, msgspec.Meta(ge=50, le=99)] = 95
    service_percent_c: Annotated[int, msgspec.Meta(ge=50, le=99)] = 90
    receive_rest_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 0
    """A purchase order stays open so long for what a delivery did not bring; 0: it is closed at once."""
    receive_blind: bool = False
    """Whether the dock shows no numbers of units before they are counted."""
    slots: Literal["fixed", "dynamic"] = "fixed"
    """Whether a bin that an SKU was given at put-away may go to another SKU once it is empty."""
    rotation: Rotation = "fefo"
    """Which lot of an SKU goes first."""
    keeps_days: KeepsDays = 0
    """A lot that expires within so many days is not sent to anybody."""
    rotations: tuple[ItemRotation, ...] = ()
    """SKUs for which something else holds."""
    returns: StatedReturns = StatedReturns()
    """How goods are taken back."""

    @property
    def owners(self) -> tuple[SiteClient, ...]:
        """Every client, the first being the one that owns what names none."""
        return self.clients or (SiteClient(key=self.client, name=self.client),)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A whole site: its own file and its stations by name."""

    file: SiteFile
    stations: dict[str, Station]

    def station(self, name: str) -> Station:
        """One station. Raises: BadSite, with the names there are."""
        try:
            return self.stations[name]
        except KeyError:
            known = ", ".join(sorted(self.stations)) or "none"
            raise BadSite(f"No station '{name}' in site '{self.file.name}': it has {known}.") from None


def load_toml(path: Path, shape: type[S]) -> S:
    """Decode one TOML file strictly.

    Raises:
        BadSite: the file is missing, not TOML, or has a wrong or unknown key: file, place, expected, came, how to mend.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BadSite(f"{path}: expected a file, there is none.") from None
    except OSError as error:
        raise BadSite(f"{path}: expected a file that can be read, got: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        came = f"byte {error.object[error.start]:#04x} at {error.start}"
        raise BadSite(f"{path}: expected UTF-8 text, got {came}. Save it as UTF-8.") from error
    return parse_toml(path, text, shape)


def parse_toml(where: Path, text: str, shape: type[S]) -> S:
    """Decode the text of a TOML file strictly. Raises: BadSite, as :func:`load_toml`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSite(
            f"{where}: expected TOML, it cannot be read on: {error}. Mend it there or just before."
        ) from error
    for fault in faults(values, shape):
        raise BadSite(f"{where}: {fault}")
    return msgspec.convert(values, shape)


def load_site(directory: Path) -> Site:
    """Read and check a site's directory.

    Raises:
        BadSite: what is wrong in which file, and what was expected.
    """
    if not directory.is_dir():
        got = f"a file (its directory is {directory.parent})" if directory.exists() else "none of this name"
        raise BadSite(f"{directory}: expected the directory of a site's files (site.toml, stations/, ...), got {got}.")
    file = load_toml(directory / "site.toml", SiteFile)
    try:
        check_name(file.name)
    except ValueError as error:
        raise BadSite(f"{directory / 'site.toml'}: name: {error}") from error
    for fault in client_faults(file.client, file.clients):
        raise BadSite(f"{directory / 'site.toml'}: {fault}")
    stations: dict[str, Station] = {}
    for path in sorted((directory / "stations").glob("*.toml")):
        station = load_toml(path, Station)
        if station.name != path.stem:
            raise BadSite(f"{path}: name: expected '{path.stem}' as the file is called, got '{station.name}'.")
        check_station(path, station)
        stations[station.name] = station
    if not stations:
        raise BadSite(f"{directory / 'stations'}: expected one TOML file a station, there is none.")
    for one, other in twice((b.name, s.name) for s in stations.values() for b in s.bins):
        raise BadSite(f"{directory / 'stations'}: expected each bin's name once, got {one} in {other}: rename one.")
    for name, fault in wall_faults(stations):
        raise BadSite(f"{directory / 'stations' / name}.toml: {fault}")
    return Site(file=file, stations=stations)


def check_station(path: Path, station: Station) -> None:
    """Check what the shape of one station's file cannot say. Raises: BadSite."""
    try:
        check_name(station.name)
    except ValueError as error:
        raise BadSite(f"{path}: name: {error}") from error
    if station.is_bay:
        _check_bay(path, station)
    else:
        if station.buttons is None:
            raise BadSite(f"{path}: a {station.kind} station needs a [buttons] section.")
        if station.camera is None and station.scanner is None:
            raise BadSite(f"{path}: a {station.kind} station needs a [camera] or a [scanner] section, or both.")
        if station.bins:
            raise BadSite(f"{path}: bins: only a bay or a wall has bins, this is a {station.kind} station.")
    if station.aisle_beacon is not None and (station.aisle is None or not station.is_bay):
        raise BadSite(f'{path}: aisle_beacon: expected a bay that says which aisle it stands in, as aisle = "A".')
    if station.printer is not None and (station.printer.host is None) == (station.printer.device is None):
        raise BadSite(f"{path}: printer: expected either host (on the network) or device (on USB).")
    _check_pins(path, station)
    displays, expanders = station.displays, station.expanders
    at_display = None if displays is None else (displays.mux_address, displays.i2c_bus)
    at_expanders = None if expanders is None else (expanders.addresses, expanders.i2c_bus)
    for fault in bus_faults(at_display, at_expanders):
        raise BadSite(f"{path}: {fault}")


def _check_bay(path: Path, station: Station) -> None:
    if not station.bins:
        raise BadSite(f"{path}: bins: expected at least one [[bins]] section, got none.")
    scale, weighed = station.scale, [Weighed(b.name, b.channel, b.level) for b in station.bins]
    for fault in channel_faults(scale.protocol if scale else None, scale.arrangement if scale else "bin", weighed):
        raise BadSite(f"{path}: bins: {fault}")
    on_header = [b for b in station.bins if b.rgb is not None and b.confirm_pin is not None]
    if station.strip is None and len(on_header) != len(station.bins):
        raise BadSite(f"{path}: without a [strip] every bin needs its own rgb and confirm_pin.")
    if station.strip is not None and (station.expanders is None or station.displays is None):
        raise BadSite(f"{path}: a bay with a [strip] needs [displays] and [expanders] too.")
    if station.strip is not None and len(station.bins) > 40:
        raise BadSite(f"{path}: bins: expected at most 40 (8 multiplexer channels of 5), got {len(station.bins)}.")
    if station.expanders is not None and len(station.expanders.addresses) * BINS_AN_EXPANDER < len(station.bins):
        raise BadSite(
            f"{path}: expanders.addresses: expected {-(-len(station.bins) // BINS_AN_EXPANDER)} for"
            f" {len(station.bins)} bins ({BINS_AN_EXPANDER} each), got {len(station.expanders.addresses)}."
        )
    if station.scale is None and any(b.channel is not None for b in station.bins):
        raise BadSite(f"{path}: scale: bins name channels, but there is no [scale] section.")


def _check_pins(path: Path, station: Station) -> None:
    """Each pin for one thing, and none that belongs to a bus."""
    taken = dict(bus_pins(station))
    for key, pin in pins_by_key(station):
        if pin in taken:
            raise BadSite(
                f"{path}: {key}: expected a pin that nothing else uses, got pin {pin}, which is {taken[pin]}."
            )
        taken[pin] = f"that of {key}"
