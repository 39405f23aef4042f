"""Going live: a site's files become the first rows of an empty database, its opening stock the first transfers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

import msgspec
import structlog
from sqlalchemy import Engine

from edge.contract.site import Site
from hub.domain.cartons import Carton
from hub.domain.parties import Party
from hub.domain.sscc import Numbers
from hub.handlers.policy import Policy
from hub.ids import Ids
from hub.site.aisles import floor_of
from hub.site.carriers import services_of
from hub.site.catalogue import CartonKind, Catalogue
from hub.site.edits import take_over
from hub.site.materials import materials_of
from hub.site.returns import docks_with_scale, return_terms_of
from hub.site.shipping_file import ShippingFile
from hub.site.waves import waves_of
from hub.site.zones import interleave_of, zones_of
from hub.storage import clients, setup
from hub.storage.clients import Client
from hub.storage.transaction import Tx

_log = structlog.get_logger("golive")


def policy_of(site: Site, catalogue: Catalogue) -> Policy:
    """The policies that a site's files state."""
    cells = [len(s.bins) for s in site.stations.values() if s.kind == "wall"]
    return Policy(
        site=site.file.name,
        cart_totes=site.file.cart_totes,
        tote_mm3=site.file.tote_volume_ml * 1000,
        tote_mg=site.file.tote_weight_mg,
        lights_ahead=site.file.lights_ahead,
        carts=tuple(f"CART-{n}" for n in range(1, catalogue.totes.cart_count + 1)),
        cartons=tuple(carton_of(kind) for kind in catalogue.cartons),
        materials=materials_of(catalogue),
        services=services_of(catalogue.carriers),
        benches=tuple((s.name, s.kind) for s in site.stations.values() if not s.is_bay),
        bays=tuple(s.name for s in site.stations.values() if s.is_bay),
        aisles=tuple((s.name, bays_of(site, s.aisle)) for s in site.stations.values() if s.aisle_beacon is not None),
        walls=tuple((s.name, s.wall) for s in site.stations.values() if s.kind == "sort" and s.wall is not None),
        wall_order_units_max=site.file.wall_order_units_max if cells else 0,
        wall_tote_orders_max=min([site.file.wall_tote_orders_max, *cells]),
        zone=ZoneInfo(site.file.timezone),
        cutoffs=tuple((s.name, time.fromisoformat(s.cutoff)) for s in catalogue.suppliers.values()),
        floor=floor_of(site),
        waves=waves_of(site),
        zones=zones_of(site),
        interleave=interleave_of(site),
        restock=site.file.restock,
        review_days=site.file.restock_review_days,
        approval_minor=site.file.restock_approval_minor,
        rest_days=site.file.receive_rest_days,
        blind=site.file.receive_blind,
        dynamic_slots=site.file.slots == "dynamic",
        service_percent=(
            ("A", site.file.service_percent_a),
            ("B", site.file.service_percent_b),
            ("C", site.file.service_percent_c),
        ),
        carriers=tuple((key, carrier.name) for key, carrier in catalogue.carriers.items()),
        carriers_asked=tuple(key for key, carrier in catalogue.carriers.items() if carrier.kind != "built-in"),
        sender=sender_of(catalogue.shipping),
        domestic=_domestic(catalogue.shipping),
        numbers=numbers_of(catalogue.shipping),
        residential=catalogue.shipping.residential,
        currency=site.file.currency,
        mails=catalogue.shipping.mail is not None,
        returns=return_terms_of(site.file.returns, docks_with_scale(site)),
    )


def sender_of(shipping: ShippingFile) -> Party | None:
    """Who sends, as documents and carriers need it; None: nobody is named."""
    sender = shipping.sender
    if sender is None:
        return None
    values = msgspec.structs.asdict(sender)
    del values["no_customs_with"]
    return Party(**values)


def _domestic(shipping: ShippingFile) -> tuple[str, ...]:
    if shipping.sender is None:
        return ()
    return (shipping.sender.country, *shipping.sender.no_customs_with)


def numbers_of(shipping: ShippingFile) -> Numbers | None:
    """How parcels are numbered; None: they have no SSCC."""
    if shipping.gs1 is None:
        return None
    return Numbers(prefix=shipping.gs1.prefix, extension=shipping.gs1.extension, first=shipping.gs1.first)


def bays_of(site: Site, aisle: str | None) -> tuple[str, ...]:
    """The bays that stand in an aisle."""
    return tuple(s.name for s in site.stations.values() if s.is_bay and s.aisle == aisle)


@dataclass(frozen=True, kw_only=True)
class Founded:
    """The site as the database knows it."""

    site_id: int
    client_id: int
    """Whose is what names no client."""
    generation: int
    clients: tuple[Client, ...]
    """Every client, those of before included."""


def go_live(
    engine: Engine, site: Site, catalogue: Catalogue, *, idle: Mapping[str, str], now_us: int, ids: Ids
) -> Founded:
    """Bring a database and a site's files together, in one transaction, before the writer starts.

    An empty database takes everything in, the opening stock too: all of it or, if the program is killed, nothing.
    A database that has gone live takes over what was added to the files or changed in them since; what it cannot is
    said (:mod:`hub.site.edits`).

    Args:
        idle: The resting state (JSON) of each kind of bench.
    """
    with engine.begin() as connection:
        found = setup.find_site(connection, site.file.name)
        if found is not None:
            site_id, client_id, generation = found
            tx = Tx(connection, now_us, ids, site_id, client_id)
            edits = take_over(tx, site, catalogue, idle)
            tx.finish("install", "site_files")
        else:
            generation = 1
            first = site.file.owners[0]
            site_id, client_id = setup.write_site(connection, site.file.name, first.name, now_us, first.key)
            tx = Tx(connection, now_us, ids, site_id, client_id)
            setup.add_places(tx, ())
            edits = take_over(tx, site, catalogue, idle)
            tx.finish("install", "go_live")
        known = clients.listed(connection)
    if found is None:
        _log.info("went live", skus=len(catalogue.items), bins=len(catalogue.bins), units=edits.units)
    else:
        edits.say(_log)
    first_id = next(client.id for client in known if client.key == site.file.owners[0].key)
    return Founded(site_id=site_id, client_id=first_id, generation=generation, clients=known)


def carton_of(kind: CartonKind) -> Carton:
    """A carton of the site's file, as the rules know it."""
    return Carton(
        name=kind.name,
        length_mm=kind.length_mm,
        width_mm=kind.width_mm,
        height_mm=kind.height_mm,
        tare_mg=kind.tare_mg,
        tare_spread_mg=kind.tare_spread_mg,
        load_max_mg=kind.load_max_mg,
        cost_minor=kind.cost_minor,
    )
