"""How SKUs are bought and suppliers are ordered from, taken over from a site's files at every start."""

from hub.site.catalogue import Catalogue, Item, Supplier
from hub.storage import setup
from hub.storage.buying import SkuTerms, SupplierTerms, set_sku_terms, set_supplier_terms, sku_terms, supplier_terms
from hub.storage.transaction import Tx


def take_over_buying(tx: Tx, catalogue: Catalogue) -> list[str]:
    """Write the terms that differ from those in the database; whose they are, in words."""
    taken = []
    ids = {code: row["id"] for code, row in setup.skus(tx.connection, tx.client_id).items()}
    known = sku_terms(tx.connection)
    for item in catalogue.items.values():
        wanted, sku_id = _terms(item), ids.get(item.sku)
        if sku_id is not None and known.get(sku_id, SkuTerms()) != wanted:
            set_sku_terms(tx, sku_id, wanted)
            taken.append(f"SKU {item.sku}: how it is bought")
    supplier_ids = {name: row[0] for name, row in setup.suppliers(tx.connection).items()}
    ordered = supplier_terms(tx.connection)
    for supplier in catalogue.suppliers.values():
        terms, supplier_id = _ordering(supplier), supplier_ids[supplier.name]
        if ordered.get(supplier_id, SupplierTerms()) != terms:
            set_supplier_terms(tx, supplier_id, terms)
            taken.append(f"supplier {supplier.name}: how it is ordered from")
    return taken


def _terms(item: Item) -> SkuTerms:
    return SkuTerms(
        fixed=item.reorder_point_units is not None,
        pack_units=item.pack_units,
        order_units_min=item.order_units_min,
        price_breaks=item.price_breaks,
        service_class=item.service_class,
        shelf_life_days=item.shelf_life_days,
        stop_sell=bool(item.stop_sell),
        drop_ship=item.sent_by_supplier,
    )


def _ordering(supplier: Supplier) -> SupplierTerms:
    return SupplierTerms(
        order_value_min_minor=supplier.order_value_min_minor, email=supplier.email, webhook=supplier.webhook
    )
