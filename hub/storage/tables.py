"""The tables of stock: who owns what, where it may be, and the ledger that says where it is.

Integer ids inside; times are UTC microseconds, weights milligrams, sizes millimetres, money minor units.
The tables of the work on that stock (orders, tasks, parcels) stand in :mod:`hub.storage.work_tables`.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from hub.storage.whole import WHOLE

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def number(name: str, *, null: bool = False, default: int | None = None) -> Column[Any]:
    """An integer column, not null unless said so."""
    return Column(name, WHOLE, nullable=null, server_default=None if default is None else str(default))


def words(name: str, *, null: bool = False, default: str | None = None) -> Column[Any]:
    """A text column, not null unless said so."""
    return Column(name, String, nullable=null, server_default=default)


def key() -> Column[Any]:
    """The integer primary key ``id``."""
    return Column("id", WHOLE, primary_key=True)


def to(table: str, *, null: bool = False, name: str | None = None) -> Column[Any]:
    """A reference to another table's ``id``, called ``TABLE_id`` unless named."""
    return Column(name or f"{table}_id", WHOLE, ForeignKey(f"{table}.id"), nullable=null)


def only(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that ``where`` holds for: as small as what is open, however many are done."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


site = Table(
    "site",
    metadata,
    key(),
    words("name"),
    number("generation"),
    number("created_us"),
    UniqueConstraint("name"),
)

client = Table(
    "client",
    metadata,
    key(),
    words("name"),
    words("key", default=""),
    UniqueConstraint("name"),
    Index("ix_client_key", "key", unique=True),
)
"""``key``: what files, commands and addresses call it."""

supplier = Table(
    "supplier",
    metadata,
    key(),
    words("name"),
    number("lead_time_us"),
    UniqueConstraint("name"),
)

sku = Table(
    "sku",
    metadata,
    key(),
    to("client"),
    words("code"),
    words("description"),
    words("gtin"),
    number("unit_mg"),
    number("spread_mg"),
    number("length_mm"),
    number("width_mm"),
    number("height_mm"),
    to("supplier"),
    number("price_minor"),
    number("cost_minor"),
    number("reorder_point_units"),
    number("reorder_units"),
    words("hs_code", default=""),
    words("origin", default=""),
    *(number(flag, default=0) for flag in ("dangerous", "this_side_up", "fragile", "material")),
    Column(
        "rotation",
        String,
        CheckConstraint("rotation IN ('fefo', 'fifo', 'lifo')", name="rotation"),
        nullable=False,
        server_default="fefo",
    ),
    number("keeps_days", default=0),
    UniqueConstraint("client_id", "code"),
    UniqueConstraint("client_id", "gtin"),
)
"""``rotation``: which lot goes first: that which expires first, came first, or came last. ``keeps_days``: a lot that
expires within so many days is not sent to anybody. ``material``: it is used up in packing, and not sold."""

unit_weight = Table(
    "unit_weight",
    metadata,
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    number("catalogue_mg"),
    number("unit_ug"),
    number("error_ug"),
    number("doubts"),
    number("doubt_ug"),
    number("movements"),
    number("learned_us"),
)
"""What units of an SKU were learned to weigh (micrograms), while the catalogue said ``catalogue_mg``."""

lot = Table(
    "lot",
    metadata,
    key(),
    to("sku"),
    words("code"),
    number("expiry_us", null=True),
    number("received_us", default=0),
    UniqueConstraint("sku_id", "code"),
    only("ix_lot_expiry", "expiry_us", where="expiry_us IS NOT NULL"),
)
"""``received_us``: when the first of it came."""

PHYSICAL_KINDS = ("bin", "tote", "dock", "plate", "parcel", "stage", "putback", "cell")
"""Locations where a thing can be touched: on hand there is never negative."""
VIRTUAL_KINDS = ("supplier", "customer", "adjustment", "scrap", "astray")
"""The other sides of the double entry. ``astray`` holds what was taken or lost and not found again yet."""

location = Table(
    "location",
    metadata,
    key(),
    to("site"),
    words("name"),
    words("kind"),
    words("station", null=True),
    to("sku", null=True),
    number("x_mm", default=0),
    number("y_mm", default=0),
    number("held", default=0),
    Column(
        "reserve",
        WHOLE,
        CheckConstraint("reserve IN (0, 1)", name="reserve"),
        nullable=False,
        server_default="0",
    ),
    UniqueConstraint("site_id", "name"),
    CheckConstraint("held IN (0, 1)", name="held"),
    CheckConstraint(
        "kind IN (" + ", ".join(f"'{k}'" for k in PHYSICAL_KINDS + VIRTUAL_KINDS) + ")",
        name="kind",
    ),
    Index("ix_location_station", "station"),
    Index("ix_location_sku", "sku_id"),
    only("ix_location_reserve", "site_id", where="reserve = 1"),
)
"""``reserve``: 1 for a bin that nobody picks orders from; it fills up the bins that they do pick from."""

balance = Table(
    "balance",
    metadata,
    Column("site_id", WHOLE, ForeignKey("site.id"), primary_key=True),
    Column("client_id", WHOLE, ForeignKey("client.id"), primary_key=True),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True),
    Column("lot_id", WHOLE, ForeignKey("lot.id"), primary_key=True),
    Column("location_id", WHOLE, ForeignKey("location.id"), primary_key=True),
    number("physical"),
    number("on_hand", default=0),
    number("reserved", default=0),
    CheckConstraint("physical = 0 OR (on_hand >= 0 AND reserved >= 0 AND reserved <= on_hand)", name="covered"),
    Index("ix_balance_location", "location_id"),
    only("ix_balance_there", "site_id", "client_id", "sku_id", "lot_id", "location_id", where="on_hand > 0"),
)
"""Shipped parcels and emptied plates keep their rows of nothing; who looks for stock looks in ``ix_balance_there``."""

promise = Table(
    "promise",
    metadata,
    Column("site_id", WHOLE, ForeignKey("site.id"), primary_key=True),
    Column("client_id", WHOLE, ForeignKey("client.id"), primary_key=True),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True),
    number("promised", default=0),
    CheckConstraint("promised >= 0", name="promised"),
)

evidence = Table(
    "evidence",
    metadata,
    key(),
    words("by"),
    number("before_mg", null=True),
    number("after_mg", null=True),
    number("units_weighed", null=True),
    words("symbol", null=True),
    words("operator", null=True),
    words("picture", null=True),
    only("ix_evidence_picture", "picture", where="picture IS NOT NULL"),
)
"""``picture`` is STATION/ID: the station keeps it for a while, the hub may have a copy."""

ACROSS = "kind IN ('move', 'post') AND reason NOT IN ('pick', 'pack')"
"""Which transfers can be across the walls of the house, or put a mistake right: few beside those from bin to tote to
parcel, whatever reasons there will be."""

transfer = Table(
    "transfer",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=False),
    words("kind"),
    number("pending_id", null=True),
    to("site"),
    to("client"),
    to("sku"),
    to("lot"),
    number("units"),
    to("location", name="from_id"),
    to("location", name="to_id"),
    words("reason"),
    words("ref_kind"),
    words("ref_id"),
    to("evidence", null=True),
    words("device", null=True),
    words("journal", null=True),
    number("seq", null=True),
    words("actor"),
    number("occurred_us"),
    number("recorded_us"),
    Column("chain", LargeBinary(32), nullable=False),
    CheckConstraint("kind IN ('move', 'reserve', 'post', 'void', 'expire')", name="kind"),
    CheckConstraint("units > 0", name="units"),
    CheckConstraint("(pending_id IS NULL) = (kind IN ('move', 'reserve'))", name="pending"),
    Index("ix_transfer_pending", "pending_id"),
    Index("ix_transfer_ref", "ref_kind", "ref_id"),
    only("ix_transfer_drop_ship", "id", where="reason = 'drop_ship'"),
    only("ix_transfer_across", "recorded_us", where=ACROSS),
)
"""The ledger itself gives the ids, without a gap: what is missing was deleted."""

inbox = Table(
    "inbox",
    metadata,
    Column("device", String, primary_key=True),
    Column("journal", String, primary_key=True),
    number("watermark"),
    number("duplicates", default=0),
    number("current", default=1),
)

fact = Table(
    "fact",
    metadata,
    key(),
    words("device"),
    words("journal"),
    number("seq"),
    words("type"),
    Column("body", LargeBinary, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    words("state"),
    words("detail", default=""),
    number("occurred_us"),
    number("received_us"),
    CheckConstraint("state IN ('applied', 'waiting', 'quarantined', 'conflict')", name="state"),
    Index("ix_fact_key", "device", "journal", "seq"),
    Index("ix_fact_state", "state"),
)

change = Table(
    "change",
    metadata,
    Column("id", WHOLE, primary_key=True, autoincrement=True),
    words("station", null=True),
    words("what"),
    words("ref", default=""),
    Index("ix_change_station", "station", "id"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    key(),
    words("actor"),
    words("action"),
    words("ref"),
    number("first_transfer", null=True),
    number("last_transfer", null=True),
    number("at_us"),
    Column("chain", LargeBinary(32), nullable=False),
)
