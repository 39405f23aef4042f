"""The tables of kits: what one is made of, and which lines of an order it became."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint

from hub.storage.tables import key, metadata, number, to, words
from hub.storage.whole import WHOLE

kit = Table(
    "kit",
    metadata,
    key(),
    to("client"),
    words("code"),
    words("description"),
    UniqueConstraint("client_id", "code"),
)

kit_part = Table(
    "kit_part",
    metadata,
    Column("kit_id", WHOLE, ForeignKey("kit.id"), primary_key=True),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True),
    number("rank"),
    number("units"),
    CheckConstraint("units > 0", name="units"),
)
"""What a kit is made of from now on; what was ordered before keeps what it became. Without parts it is sold no more."""

order_kit = Table(
    "order_kit",
    metadata,
    key(),
    to("customer_order", name="order_id"),
    number("number"),
    to("kit"),
    number("units"),
    number("price_minor"),
    UniqueConstraint("order_id", "number"),
)
"""A kit of an order. ``units``: kits that are wanted now."""

order_kit_line = Table(
    "order_kit_line",
    metadata,
    Column("line_id", WHOLE, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    to("order_kit"),
    number("units_each"),
    Index("ix_order_kit_line_kit", "order_kit_id"),
)
"""A line that is part of a kit, and its units in one."""
