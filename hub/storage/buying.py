"""How SKUs are bought and suppliers are ordered from, and what their lead times were learned to be."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import time, tzinfo

from sqlalchemy import Connection, TextClause, text

from hub.domain.learned_lead import DAY_US, RECEIPTS_MAX, LeadTime, catalogue_days, learn
from hub.storage.transaction import Tx

LEARNED_FROM_US = 400 * DAY_US
"""Receipts of longer ago teach nothing any more."""


@dataclass(frozen=True, kw_only=True)
class SkuTerms:
    """How an SKU is bought; these are the terms of an SKU that nothing was said of."""

    fixed: bool = True
    """The catalogue names its reorder point."""
    pack_units: int = 1
    order_units_min: int = 1
    price_breaks: str = ""
    service_class: str = ""
    shelf_life_days: int | None = None
    stop_sell: bool = False
    drop_ship: str = "never"
    """When its supplier sends it to the customer: never, always, when_out."""


@dataclass(frozen=True, kw_only=True)
class SupplierTerms:
    """How a supplier is ordered from."""

    order_value_min_minor: int = 0
    email: str = ""
    webhook: str = ""


@dataclass(frozen=True, kw_only=True)
class Supplying:
    """A supplier as an order is written to it."""

    id: int
    name: str
    lead_time_us: int
    """The catalogue's, in business hours."""
    terms: SupplierTerms
    lead: LeadTime | None
    """What was learned; None: not enough receipts yet."""


def sku_terms(connection: Connection) -> dict[int, SkuTerms]:
    """The terms of each SKU that has any."""
    rows = connection.execute(text("SELECT * FROM restock_terms")).mappings()
    return {
        row["sku_id"]: SkuTerms(
            fixed=bool(row["fixed"]),
            pack_units=row["pack_units"],
            order_units_min=row["order_units_min"],
            price_breaks=row["price_breaks"],
            service_class=row["service_class"],
            shelf_life_days=row["shelf_life_days"],
            stop_sell=bool(row["stop_sell"]),
            drop_ship=row["drop_ship"],
        )
        for row in rows
    }


def set_sku_terms(tx: Tx, sku_id: int, terms: SkuTerms) -> None:
    """Change how an SKU is bought."""
    values = asdict(terms) | {"fixed": int(terms.fixed), "stop_sell": int(terms.stop_sell), "sku_id": sku_id}
    tx.connection.execute(_upsert("restock_terms", "sku_id", values), values)
    tx.changed("site")


def supplier_terms(connection: Connection) -> dict[int, SupplierTerms]:
    """The terms of each supplier that has any."""
    rows = connection.execute(text("SELECT * FROM supplier_terms"))
    return {
        row.supplier_id: SupplierTerms(
            order_value_min_minor=row.order_value_min_minor, email=row.email, webhook=row.webhook
        )
        for row in rows
    }


def set_supplier_terms(tx: Tx, supplier_id: int, terms: SupplierTerms) -> None:
    """Change how a supplier is ordered from."""
    values = asdict(terms) | {"supplier_id": supplier_id}
    tx.connection.execute(_upsert("supplier_terms", "supplier_id", values), values)
    tx.changed("site")


def suppliers(connection: Connection) -> dict[int, Supplying]:
    """Every supplier."""
    rows = connection.execute(
        text(
            "SELECT s.id, s.name, s.lead_time_us, COALESCE(t.order_value_min_minor, 0) AS order_value_min_minor,"
            " COALESCE(t.email, '') AS email, COALESCE(t.webhook, '') AS webhook, l.days_milli, l.spread_milli,"
            " l.receipts FROM supplier s LEFT JOIN supplier_terms t ON t.supplier_id = s.id"
            " LEFT JOIN supplier_lead l ON l.supplier_id = s.id ORDER BY s.id"
        )
    )
    return {
        row.id: Supplying(
            id=row.id,
            name=row.name,
            lead_time_us=row.lead_time_us,
            terms=SupplierTerms(order_value_min_minor=row.order_value_min_minor, email=row.email, webhook=row.webhook),
            lead=None
            if row.receipts is None
            else LeadTime(days=row.days_milli / 1000, spread_days=row.spread_milli / 1000, receipts=row.receipts),
        )
        for row in rows
    }


def lead_of(supplier: Supplying, now_us: int, cutoffs: Mapping[str, time], zone: tzinfo) -> LeadTime:
    """A supplier's lead time: what was learned, or the catalogue's for an order of now."""
    if supplier.lead is not None:
        return supplier.lead
    days = catalogue_days(now_us, lead_us=supplier.lead_time_us, cutoff=cutoffs.get(supplier.name), zone=zone)
    return LeadTime(days=days)


def learned_leads(connection: Connection, now_us: int) -> dict[int, LeadTime]:
    """What the receipts of each supplier teach; a supplier with too few is not in the answer."""
    rows = connection.execute(
        text(
            "SELECT p.supplier_id, COALESCE(r.approved_us, p.created_us) AS ordered_us, p.received_us"
            " FROM purchase_order p LEFT JOIN proposal r ON r.purchase_order_id = p.id"
            " WHERE p.state = 'received' AND p.received_us > :since AND EXISTS"
            " (SELECT 1 FROM purchase_order_line l WHERE l.purchase_order_id = p.id AND l.received > 0)"
            " ORDER BY p.received_us DESC, p.id DESC"
        ),
        {"since": now_us - LEARNED_FROM_US},
    )
    took: dict[int, list[float]] = {}
    for row in rows:
        known = took.setdefault(row.supplier_id, [])
        if len(known) < RECEIPTS_MAX:
            known.append((row.received_us - row.ordered_us) / DAY_US)
    leads = {supplier_id: learn(days, catalogue_days=0.0) for supplier_id, days in took.items()}
    return {supplier_id: lead for supplier_id, lead in leads.items() if lead.is_learned}


def set_leads(tx: Tx, leads: Mapping[int, LeadTime]) -> None:
    """Write down what was learned."""
    for supplier_id, lead in leads.items():
        values = {
            "supplier_id": supplier_id,
            "days_milli": round(lead.days * 1000),
            "spread_milli": round(lead.spread_days * 1000),
            "receipts": lead.receipts,
            "learned_us": tx.now_us,
        }
        tx.connection.execute(_upsert("supplier_lead", "supplier_id", values), values)


def _upsert(table: str, key: str, columns: Iterable[str]) -> TextClause:
    names = list(columns)
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    return text(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"
        f" ON CONFLICT ({key}) DO UPDATE SET {changed}"
    )
