"""The tables of substitutes: what a line accepts in its place, and what took a line's place."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from hub.storage.tables import metadata, number

accepted_substitute = Table(
    "accepted_substitute",
    metadata,
    Column("line_id", Integer, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    Column("sku_id", Integer, ForeignKey("sku.id"), primary_key=True, autoincrement=False),
    number("rank"),
)
"""SKUs that whoever ordered a line takes instead of its own; the lowest rank is offered first."""

substitution = Table(
    "substitution",
    metadata,
    Column("line_id", Integer, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    Column("for_line_id", Integer, ForeignKey("order_line.id"), nullable=False),
    number("made_us"),
)
"""A line that took the place of units of another one, which were cancelled there."""
