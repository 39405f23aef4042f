"""The tables of holds: units that are kept for a cart at its checkout until a time."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, UniqueConstraint

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

cart_hold = Table(
    "cart_hold",
    metadata,
    key(),
    words("public"),
    to("site"),
    to("client"),
    words("state"),
    number("made_us"),
    number("expires_us"),
    number("closed_us", null=True),
    to("customer_order", null=True, name="order_id"),
    UniqueConstraint("public"),
    CheckConstraint("state IN ('open', 'used', 'released', 'expired')", name="state"),
    only("ix_cart_hold_open", "expires_us", where="state = 'open'"),
)
"""``order_id``: the order that used it."""

cart_hold_line = Table(
    "cart_hold_line",
    metadata,
    Column("hold_id", WHOLE, ForeignKey("cart_hold.id"), primary_key=True, autoincrement=False),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    number("asked"),
    number("units"),
    CheckConstraint("units >= 0 AND units <= asked", name="units"),
    only("ix_cart_hold_line_sku", "sku_id", where="units > 0"),
)
"""``units`` are promised to the cart, and part of ``promise``, until its hold is closed: then they are 0. They are
fewer than were ``asked`` where stock has gone meanwhile."""
