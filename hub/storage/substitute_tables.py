"""The tables of substitutes: what the catalogue says, what a line accepts in its place, and what took its place."""

from sqlalchemy import Column, ForeignKey, Table

from hub.storage.tables import metadata, number, to
from hub.storage.whole import WHOLE

accepted_substitute = Table(
    "accepted_substitute",
    metadata,
    Column("line_id", WHOLE, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    number("rank"),
)
"""SKUs that whoever ordered a line takes instead of its own; the lowest rank is offered first."""

substitute = Table(
    "substitute",
    metadata,
    Column("sku_id", WHOLE, ForeignKey("sku.id"), primary_key=True),
    Column("rank", WHOLE, primary_key=True),
    to("sku", name="other_id"),
)
"""What may be sent instead of an SKU, the lowest rank first."""

order_substitute = Table(
    "order_substitute",
    metadata,
    Column("line_id", WHOLE, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    to("sku"),
)
"""A line that is sent instead of the SKU that was ordered."""
