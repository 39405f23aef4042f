"""The tables of zones: a cart's legs through them, who stands where, parts of orders that a wall brings together; and
tasks that were put on a cart's walk."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

leg = Table(
    "leg",
    metadata,
    key(),
    to("batch"),
    words("zone"),
    words("state"),
    to("operator", null=True),
    number("since_us"),
    number("done_us", null=True),
    CheckConstraint("state IN ('waiting', 'offered', 'picking', 'done')", name="state"),
    Index("ix_leg_batch", "batch_id"),
    Index(
        "uq_leg_current",
        "batch_id",
        unique=True,
        sqlite_where=text("state IN ('offered', 'picking')"),
        postgresql_where=text("state IN ('offered', 'picking')"),
    ),
    only("ix_leg_open", "zone", where="state <> 'done'"),
)
"""What of a cart's picks lies in one zone. ``offered``: the cart stands at that zone's hand-over place, nobody has it;
``waiting``: it comes there later. At most one leg of a cart is offered or picked. ``since_us``: since when it is so."""

leg_task = Table(
    "leg_task",
    metadata,
    Column("task_id", WHOLE, ForeignKey("task.id"), primary_key=True, autoincrement=False),
    to("leg"),
    Index("ix_leg_task_leg", "leg_id"),
)
"""Of which leg a pick is."""

picker_zone = Table(
    "picker_zone",
    metadata,
    Column("operator_id", WHOLE, ForeignKey("operator.id"), primary_key=True, autoincrement=False),
    words("zone"),
    number("since_us"),
)
"""In which zone a picker works, since their last scan of its label."""

consolidation = Table(
    "consolidation",
    metadata,
    Column("order_id", WHOLE, ForeignKey("customer_order.id"), primary_key=True, autoincrement=False),
    words("wall"),
    number("since_us"),
    words("sent_by", default=""),
)
"""An order of which several zones pick parts at the same time, from its first part's release until it is packed: all
its loads go to this wall. ``sent_by``: who said that it leaves without what is still missing."""

way_task = Table(
    "way_task",
    metadata,
    Column("task_id", WHOLE, ForeignKey("task.id"), primary_key=True, autoincrement=False),
    to("batch"),
    words("colour"),
    number("rank"),
    Index("ix_way_task_batch", "batch_id"),
)
"""A count or a put-away that is lit on the walk of a cart, and the colour and rank that it has for everybody."""
