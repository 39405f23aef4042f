"""Going live: a site's files become the first rows of an empty database, its opening stock the first transfers."""

import msgspec
import structlog
from sqlalchemy import Engine

from edge.contract.site import Site
from hub.catalogue import CarrierService, CartonKind, Catalogue, Item
from hub.domain.cartons import Carton
from hub.domain.rates import Band, Service
from hub.handlers.policy import Policy
from hub.storage import setup
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer

HOUR_US = 3_600_000_000
_log = structlog.get_logger("golive")


def policy_of(site: Site, catalogue: Catalogue) -> Policy:
    """The policies that a site's files state."""
    return Policy(
        site=site.file.name,
        cart_totes=site.file.cart_totes,
        tote_mm3=site.file.tote_volume_ml * 1000,
        tote_mg=site.file.tote_weight_mg,
        lights_ahead=site.file.lights_ahead,
        carts=tuple(f"CART-{n}" for n in range(1, catalogue.totes.cart_count + 1)),
        cartons=tuple(_carton(kind) for kind in catalogue.cartons),
        services=tuple(_service(service) for service in catalogue.services),
        benches=tuple((s.name, s.kind) for s in site.stations.values() if not s.is_bay),
        bays=tuple(s.name for s in site.stations.values() if s.is_bay),
    )


def found_site(engine: Engine, site: Site, now_us: int) -> tuple[int, int, int, bool]:
    """(site id, client id, generation, whether the database was empty); writes the two first rows if so."""
    return setup.found_site(engine, site.file.name, site.file.client, now_us)


def load_opening(writer: Writer, site: Site, catalogue: Catalogue, idle: dict[str, str]) -> int:
    """Write everything that a site's files say into an empty database, in one transaction; units put in stock.

    Args:
        idle: The resting state (JSON) of each kind of bench.
    """

    def load(tx: Tx) -> int:
        suppliers = {
            s.name: setup.add_supplier(tx, s.name, s.lead_business_hours * HOUR_US)
            for s in catalogue.suppliers.values()
        }
        stocks: dict[str, StockKey] = {}
        for item in catalogue.items.values():
            stocks[item.sku] = setup.add_sku(tx, _columns(item, suppliers[item.supplier]))
        setup.add_places(tx, [f"TOTE-{n:04d}" for n in range(1, catalogue.totes.tote_count + 1)])
        opening = {stock.bin: stock for stock in catalogue.bins}
        for station in site.stations.values():
            for bin_ in station.bins:
                stock = opening.get(bin_.name)
                sku_id = None if stock is None else stocks[stock.sku].sku_id
                setup.add_bin(tx, bin_.name, station.name, sku_id, bin_.x_mm, bin_.y_mm)
            if not station.is_bay:
                setup.add_bench(tx, station.name, station.kind, idle[station.kind])
        for operator in catalogue.operators:
            setup.add_operator(tx, operator.badge, operator.name, operator.role, operator.colour or "off")
        units = 0
        for stock in catalogue.bins:
            if stock.units:
                setup.put_in(tx, stocks[stock.sku], stock.units, stock.bin, Cause(reason="go_live", actor="install"))
                units += stock.units
        tx.changed("stock")
        return units

    units = writer.call(Actor("install", "go_live"), load, timeout_s=60)
    _log.info("went live", skus=len(catalogue.items), bins=len(catalogue.bins), units=units)
    return units


def _carton(kind: CartonKind) -> Carton:
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


def _service(service: CarrierService) -> Service:
    bands = tuple(
        Band(up_to_mg=min(band.up_to_mg, service.weight_max_mg), price_minor=band.price_minor) for band in service.bands
    )
    return Service(
        name=service.name,
        bands=bands,
        side_max_mm=service.side_max_mm,
        girth_max_mm=service.girth_max_mm,
        countries=service.countries,
    )


def _columns(item: Item, supplier_id: int) -> dict[str, object]:
    """An item as the columns of its row."""
    values = msgspec.structs.asdict(item)
    values["code"] = values.pop("sku")
    del values["supplier"]
    return values | {"supplier_id": supplier_id}
