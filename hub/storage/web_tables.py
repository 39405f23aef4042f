"""The tables of web shops that send their orders by signed webhooks."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint

from hub.storage.tables import key, metadata, number, to, words
from hub.storage.whole import WHOLE

WEB_KINDS = ("shopify", "woocommerce")

web_shop = Table(
    "web_shop",
    metadata,
    key(),
    words("public"),
    to("client"),
    words("name"),
    words("kind"),
    words("source"),
    words("secret"),
    number("created_us"),
    number("revoked_us", null=True),
    CheckConstraint("kind IN (" + ", ".join(f"'{kind}'" for kind in WEB_KINDS) + ")", name="kind"),
    UniqueConstraint("public"),
    Index("ix_web_shop_source", "kind", "source"),
)
"""A shop's right to send signed orders of one client. ``source``: what it calls itself in its requests. ``secret`` is
kept as it is, for a signature is computed with it."""

web_order = Table(
    "web_order",
    metadata,
    Column("order_id", WHOLE, ForeignKey("customer_order.id"), primary_key=True, autoincrement=False),
    words("kind"),
    words("source"),
    number("updated_us"),
)
"""Which shop an order is of, and as of when that shop told it last."""
