"""The tables of restocking: what was asked for by day, what is expected, what was proposed and why, and who waits."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, text

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

restock_terms = Table(
    "restock_terms",
    metadata,
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    number("fixed", default=1),
    number("pack_units", default=1),
    number("order_units_min", default=1),
    words("price_breaks", default=""),
    words("service_class", default=""),
    number("shelf_life_days", null=True),
    number("stop_sell", default=0),
    Column(
        "drop_ship",
        String,
        CheckConstraint("drop_ship IN ('never', 'always', 'when_out')", name="drop_ship"),
        nullable=False,
        server_default="never",
    ),
    CheckConstraint("fixed IN (0, 1)", name="fixed"),
    CheckConstraint("stop_sell IN (0, 1)", name="stop_sell"),
    CheckConstraint("service_class IN ('', 'A', 'B', 'C')", name="service_class"),
)
"""How an SKU is bought. ``fixed``: the catalogue names its reorder point. ``price_breaks`` as ``24:260 144:240``.
``service_class``: empty, then by turnover. ``drop_ship``: when its supplier sends it to the customer. An SKU
without a row is bought as ever: fixed, one by one."""

supplier_terms = Table(
    "supplier_terms",
    metadata,
    Column("supplier_id", WHOLE, ForeignKey("supplier.id"), primary_key=True, autoincrement=False),
    number("order_value_min_minor", default=0),
    words("email", default=""),
    words("webhook", default=""),
)
"""How a supplier is ordered from; neither e-mail nor webhook: a person sends the orders."""

supplier_lead = Table(
    "supplier_lead",
    metadata,
    Column("supplier_id", WHOLE, ForeignKey("supplier.id"), primary_key=True, autoincrement=False),
    number("days_milli"),
    number("spread_milli"),
    number("receipts"),
    number("learned_us"),
)
"""What a supplier's lead time was learned to be, in thousandths of calendar days."""

daily_demand = Table(
    "daily_demand",
    metadata,
    Column("site_id", WHOLE, ForeignKey("site.id"), primary_key=True),
    Column("day", WHOLE, primary_key=True),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True),
    Column("source", String, primary_key=True),
    number("units"),
    CheckConstraint("source IN ('orders', 'imported')", name="source"),
    CheckConstraint("units > 0", name="units"),
    Index("ix_daily_demand_sku", "sku_id", "day"),
)
"""Units asked for by business day (days since 1970-01-01, local). ``imported``: from before the site's first order."""

demand_progress = Table(
    "demand_progress",
    metadata,
    Column("site_id", WHOLE, ForeignKey("site.id"), primary_key=True, autoincrement=False),
    number("line_id", default=0),
    number("counted_day", default=0),
    number("forecast_day", default=0),
    words("forecast_by", default=""),
)
"""Up to which order line and day demand has been counted, and for which day and by which rule it was forecast."""

sku_forecast = Table(
    "sku_forecast",
    metadata,
    Column("site_id", WHOLE, ForeignKey("site.id"), primary_key=True),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True),
    words("method"),
    words("service_class"),
    number("level_percent"),
    number("cover_days"),
    number("expected_units"),
    number("enough_units"),
    number("made_us"),
)
"""What is expected to be asked for in review period and lead time, and what is enough: the reorder point."""

PROPOSAL_STATES = ("proposed", "approved", "sent", "acknowledged", "cancelled")

proposal = Table(
    "proposal",
    metadata,
    Column("purchase_order_id", WHOLE, ForeignKey("purchase_order.id"), primary_key=True, autoincrement=False),
    words("state"),
    words("method"),
    number("value_minor"),
    number("proposed_us"),
    number("approved_us", null=True),
    number("sent_us", null=True),
    number("acknowledged_us", null=True),
    number("cancelled_us", null=True),
    words("decided_by", default=""),
    number("chases", default=0),
    number("chased_us", null=True),
    CheckConstraint("state IN (" + ", ".join(f"'{s}'" for s in PROPOSAL_STATES) + ")", name="state"),
    only("ix_proposal_waiting", "state", where="state = 'proposed'"),
    only("ix_proposal_cancelled", "cancelled_us", where="state = 'cancelled'"),
)
"""What the buyer's side of a purchase order has come to; how far its goods have is the purchase order's own state."""

purchase_reason = Table(
    "purchase_reason",
    metadata,
    Column("line_id", WHOLE, ForeignKey("purchase_order_line.id"), primary_key=True, autoincrement=False),
    words("because"),
    number("cost_minor"),
    number("position"),
    number("reorder_point"),
)
"""Why a line was ordered, in words and numbers, as they were then."""

purchase_message = Table(
    "purchase_message",
    metadata,
    key(),
    words("public"),
    to("purchase_order"),
    words("kind"),
    words("channel"),
    words("address"),
    words("state"),
    number("created_us"),
    number("sent_us", null=True),
    words("detail", default=""),
    number("tries", default=0),
    CheckConstraint("kind IN ('order', 'chase', 'cancel')", name="kind"),
    CheckConstraint("channel IN ('email', 'webhook', 'person')", name="channel"),
    CheckConstraint("state IN ('wanted', 'sent', 'failed')", name="state"),
    Index("ix_purchase_message_order", "purchase_order_id"),
    only("ix_purchase_message_wanted", "id", where="state = 'wanted'"),
    Index("uq_purchase_message_public", "public", unique=True),
)
"""What is to be told a supplier. Its documents are made from the purchase order when it is sent. ``tries`` counts those
that were begun: after one the supplier may have heard, whatever became of it."""

backorder_date = Table(
    "backorder_date",
    metadata,
    key(),
    to("order_line", name="line_id"),
    number("expected_us", null=True),
    words("source"),
    words("purchase_order", default=""),
    number("at_us"),
    number("told_us", null=True),
    number("current", default=1),
    number("silent", default=0),
    number("cancelled", default=0),
    CheckConstraint("current IN (0, 1)", name="current"),
    Index("ix_backorder_date_line", "line_id"),
    Index(
        "uq_backorder_date_current",
        "line_id",
        unique=True,
        sqlite_where=text("current = 1"),
        postgresql_where=text("current = 1"),
    ),
    only("ix_backorder_date_untold", "id", where="told_us IS NULL"),
)
"""Every date that a waiting line was given, once each; ``told_us``: when its customer heard it. ``silent``: nobody
heard it, for there was nobody to tell. ``cancelled``: so many units that waited will not come, and no date."""
