"""The places of packing materials, and the cartons that were there at go-live."""

from edge.contract.site import Site
from hub.site.catalogue import Catalogue
from hub.site.materials import materials_of
from hub.storage import materials, setup
from hub.storage.ledger import Cause
from hub.storage.places import seek, stock_of
from hub.storage.transaction import Tx


def take_over_materials(tx: Tx, site: Site, catalogue: Catalogue) -> int:
    """Give every pack bench a place for materials, once the files name any; units of cartons put in stock.

    The cartons of ``stock_units`` lie at the first pack bench. They are put in stock once, when materials are named for
    the first time: later a person counts.
    """
    wanted = materials_of(catalogue)
    benches = [station.name for station in site.stations.values() if station.kind == "pack"]
    if not wanted.skus or not benches:
        return 0
    is_first = seek(tx.connection, tx.site_id, materials.CONSUMED) is None
    materials.consumed(tx)
    for bench in benches:
        materials.place_of(tx, bench)
    if not is_first:
        return 0
    ids = materials.ids(tx.connection, tx.client_id, wanted.skus)
    put = 0
    for kind in catalogue.cartons:
        sku_id = ids.get(kind.material)
        if sku_id is not None and kind.stock_units:
            stock = stock_of(tx.connection, sku_id)
            name = f"{benches[0]}/materials"
            setup.put_in(tx, stock, kind.stock_units, name, Cause(reason="go_live", actor="install"))
            put += kind.stock_units
    return put
