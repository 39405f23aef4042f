"""The tables of drop shipping: what a supplier sends to a customer of ours, and the parcels that it told us of."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

MODES = ("never", "always", "when_out")
"""When an item's supplier sends it to the customer."""
SHARES = ("waiting", "dispatched", "cancelled", "declined")
"""What became of the units of a drop-ship line; they sum to what was ordered."""

drop_ship_order = Table(
    "drop_ship_order",
    metadata,
    Column("purchase_order_id", WHOLE, ForeignKey("purchase_order.id"), primary_key=True, autoincrement=False),
    to("customer_order", name="order_id"),
    Index("ix_drop_ship_order_order", "order_id"),
)
"""For which customer's order a purchase order is."""

drop_ship_line = Table(
    "drop_ship_line",
    metadata,
    Column("line_id", WHOLE, ForeignKey("purchase_order_line.id"), primary_key=True, autoincrement=False),
    to("purchase_order"),
    to("order_line"),
    number("units"),
    *(number(share, default=0) for share in SHARES),
    number("asked_back", default=0),
    number("unit_cost_minor"),
    CheckConstraint("units = " + " + ".join(SHARES), name="sum"),
    CheckConstraint(" AND ".join(f"{share} >= 0" for share in SHARES), name="signs"),
    CheckConstraint("asked_back >= 0 AND asked_back <= waiting", name="asked_back"),
    Index("ix_drop_ship_line_order", "purchase_order_id"),
    Index("ix_drop_ship_line_for", "order_line_id"),
    only("ix_drop_ship_line_waiting", "purchase_order_id", where="waiting > 0"),
)
"""A line of a purchase order that goes to a customer, and the order line that it is for. ``asked_back``: of those that
wait, so many the supplier was asked not to send."""

drop_ship_parcel = Table(
    "drop_ship_parcel",
    metadata,
    key(),
    words("public"),
    to("purchase_order"),
    to("customer_order", name="order_id"),
    words("carrier"),
    words("tracking"),
    number("dispatched_us"),
    words("told_by"),
    UniqueConstraint("public"),
    UniqueConstraint("purchase_order_id", "carrier", "tracking"),
    Index("ix_drop_ship_parcel_order", "order_id"),
)
"""A parcel that a supplier sent; the same number of the same carrier is the same parcel."""

drop_ship_parcel_line = Table(
    "drop_ship_parcel_line",
    metadata,
    Column("parcel_id", WHOLE, ForeignKey("drop_ship_parcel.id"), primary_key=True, autoincrement=False),
    Column("line_id", WHOLE, ForeignKey("drop_ship_line.line_id"), primary_key=True, autoincrement=False),
    number("units"),
    to("transfer"),
    Index("ix_drop_ship_parcel_line_line", "line_id"),
)
"""What is in it; ``transfer_id``: the row of the ledger that booked it."""
