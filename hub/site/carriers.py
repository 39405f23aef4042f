"""The carriers of a site: ``carriers/NAME.toml``, one file a carrier, with its services, zones and surcharges.

Decoded strictly: an unknown or wrong key is an error that names file, key, what was expected and what came.
"""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from edge.contract.site import BadSite, load_toml
from edge.contract.strict import Strict
from hub.domain.rates import Area, Band, Remote, Service, Surcharges, Zone

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
TimeOfDay = Annotated[
    str,
    msgspec.Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="a time of day in quotation marks, as 16:00"),
]
CarrierKey = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z0-9][a-z0-9-]{0,39}$",
        description="at most 40 small letters, digits and - (it stands in the web address of its tracking)",
    ),
]
CountryCode = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", description="a country's two capital letters")]
DIRECTORY = "carriers"


class WeightBand(Strict, frozen=True, kw_only=True):
    """Up to this weight, this price."""

    up_to_mg: Positive
    price_minor: Count


class ZoneEntry(Strict, frozen=True, kw_only=True):
    """Where one column of prices holds."""

    name: Annotated[str, msgspec.Meta(max_length=40)] = ""
    countries: tuple[Name, ...] = ()
    """As orders name them; none: everywhere."""
    postcodes: tuple[Name, ...] = ()
    """How postcodes begin there; none: all."""
    transit_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 1
    """Working days from collection to delivery."""
    bands: tuple[WeightBand, ...]


class RemoteEntry(Strict, frozen=True, kw_only=True):
    """Where the carrier asks more."""

    countries: tuple[Name, ...] = ()
    postcodes: tuple[Name, ...] = ()
    price_minor: Count


class SurchargesEntry(Strict, frozen=True, kw_only=True):
    """What comes on top."""

    fuel_permille: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    """Of the base price: 125 is 12.5 %."""
    residential_minor: Count = 0
    oversize_minor: Count = 0
    oversize_side_mm: Positive | None = None
    oversize_girth_mm: Positive | None = None
    remote: tuple[RemoteEntry, ...] = ()


class ServiceEntry(Strict, frozen=True, kw_only=True):
    """One service of a carrier."""

    name: Name
    weight_max_mg: Positive
    side_max_mm: Positive
    girth_max_mm: Positive
    """Longest side plus twice the sum of the others, at most."""
    mm3_per_kg: Count = 0
    """How much room is billed as a kilogram (5000000 for a divisor of 5000 cm3/kg); 0: size is not billed."""
    cutoff: TimeOfDay | None = None
    """Local time of the day's collection."""
    dangerous: bool = False
    """Whether it takes dangerous goods."""
    returns: bool = False
    """Whether customers may send goods back by it, at the same prices."""
    code: Annotated[str, msgspec.Meta(max_length=100)] = ""
    """What karrio calls it, as canadapost_priority."""
    account: Annotated[str, msgspec.Meta(max_length=100)] = ""
    """karrio's carrier connection (carrier_id) that it goes by; empty: whichever asks least."""
    surcharges: SurchargesEntry = SurchargesEntry()
    zones: tuple[ZoneEntry, ...]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of all zones; none: everywhere."""
        if any(not zone.countries for zone in self.zones):
            return ()
        return tuple(dict.fromkeys(country for zone in self.zones for country in zone.countries))


class Carrier(Strict, frozen=True, kw_only=True):
    """``carriers/KEY.toml``."""

    name: Name
    kind: Literal["built-in", "http", "karrio"] = "built-in"
    """built-in: we give its labels numbers of our own. http, karrio: it is asked for each label (docs/shipping.md)."""
    url: Annotated[str, msgspec.Meta(pattern="^https?://[^ ]+$", description="a web address, as https://...")] = ""
    """Of a carrier that is asked."""
    token_file: str = ""
    """File of its bearer token, or of karrio's API key."""
    country_codes: dict[Name, CountryCode] = msgspec.field(default_factory=dict)
    """For karrio: the ISO codes of countries as orders name them."""
    webhook_secret_file: str = ""
    """File of the secret that its tracking messages are signed with; none: they are not taken."""
    timeout_s: Annotated[int, msgspec.Meta(ge=1, le=120)] = 10
    services: tuple[ServiceEntry, ...]


def load_carriers(directory: Path) -> dict[str, Carrier]:
    """The carriers of a site's directory by key, the name of their file. Raises: BadSite."""
    if (old := directory / "carriers.toml").exists():
        raise BadSite(
            f"{old}: expected one file a carrier in {directory / DIRECTORY}, got the one file of before."
            " Each of its services becomes one [[services]] of a carrier, with its bands and countries in a"
            " [[services.zones]]; see docs/shipping.md."
        )
    found = {}
    for path in sorted((directory / DIRECTORY).glob("*.toml")):
        try:
            key = msgspec.convert(path.stem, CarrierKey)
        except msgspec.ValidationError:
            raise BadSite(
                f"{path}: expected a name of at most 40 small letters, digits and -, got '{path.stem}'."
            ) from None
        found[key] = load_toml(path, Carrier)
        _check(path, found[key])
    names: dict[str, str] = {}
    for key, carrier in found.items():
        for service in carrier.services:
            if service.name in names:
                raise BadSite(
                    f"{directory / DIRECTORY / key}.toml: services: name: expected each service once, got"
                    f" '{service.name}', which {names[service.name]}.toml has too."
                )
            names[service.name] = key
    return found


def _check(path: Path, carrier: Carrier) -> None:
    if (carrier.kind != "built-in") != bool(carrier.url):
        expected = "none" if carrier.kind == "built-in" else "a web address"
        raise BadSite(f"{path}: url: expected {expected}, for kind is {carrier.kind}, got '{carrier.url}'.")
    for service in carrier.services:
        if (carrier.kind == "karrio") != bool(service.code):
            expected = "karrio's name of the service" if carrier.kind == "karrio" else "none"
            raise BadSite(
                f"{path}: services: {service.name}: code: expected {expected}, for kind is {carrier.kind}, got"
                f" '{service.code}'."
            )
    for service in carrier.services:
        if not service.zones:
            raise BadSite(f"{path}: services: {service.name}: zones: expected at least one, got none.")
        for number, zone in enumerate(service.zones, 1):
            limits = [band.up_to_mg for band in zone.bands]
            where = f"{path}: services: {service.name}: zone {zone.name or number}: bands"
            if limits != sorted(set(limits)) or not limits:
                raise BadSite(f"{where}: expected weights that rise, got {limits}.")
            if limits[-1] < service.weight_max_mg:
                raise BadSite(
                    f"{where}: expected the last to reach weight_max_mg {service.weight_max_mg}, got {limits[-1]}."
                )
        more = service.surcharges
        if bool(more.oversize_minor) != (more.oversize_side_mm is not None or more.oversize_girth_mm is not None):
            raise BadSite(
                f"{path}: services: {service.name}: surcharges: expected oversize_minor together with oversize_side_mm"
                f" or oversize_girth_mm, got oversize_minor {more.oversize_minor} and"
                f" {'neither' if more.oversize_minor else 'one of them'}."
            )


def services_of(carriers: dict[str, Carrier]) -> tuple[Service, ...]:
    """Every service of every carrier, as the rules know it."""
    return tuple(_service(key, service) for key, carrier in carriers.items() for service in carrier.services)


def _service(carrier: str, service: ServiceEntry) -> Service:
    more = service.surcharges
    return Service(
        name=service.name,
        carrier=carrier,
        zones=tuple(
            Zone(
                name=zone.name,
                area=Area(countries=zone.countries, postcodes=zone.postcodes),
                transit_days=zone.transit_days,
                bands=tuple(Band(up_to_mg=band.up_to_mg, price_minor=band.price_minor) for band in zone.bands),
            )
            for zone in service.zones
        ),
        side_max_mm=service.side_max_mm,
        girth_max_mm=service.girth_max_mm,
        weight_max_mg=service.weight_max_mg,
        mm3_per_kg=service.mm3_per_kg,
        surcharges=Surcharges(
            fuel_permille=more.fuel_permille,
            residential_minor=more.residential_minor,
            remote=tuple(
                Remote(area=Area(countries=r.countries, postcodes=r.postcodes), price_minor=r.price_minor)
                for r in more.remote
            ),
            oversize_minor=more.oversize_minor,
            oversize_side_mm=more.oversize_side_mm,
            oversize_girth_mm=more.oversize_girth_mm,
        ),
        cutoff=None if service.cutoff is None else time.fromisoformat(service.cutoff),
        dangerous=service.dangerous,
        returns=service.returns,
    )
