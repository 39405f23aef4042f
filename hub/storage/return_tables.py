"""The tables of returns: what may come back, what came, how it was graded, what is paid back, claims on suppliers."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint

from hub.domain.return_states import UNIT_STATES
from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

customer_return = Table(
    "customer_return",
    metadata,
    key(),
    words("public"),
    words("number"),
    to("site"),
    to("client"),
    to("customer_order", null=True, name="order_id"),
    words("wanted"),
    words("origin"),
    words("by"),
    words("note", default=""),
    words("exchange", default=""),
    to("customer_order", null=True, name="exchange_order_id"),
    number("exchange_minor", default=0),
    number("created_us"),
    number("expires_us"),
    UniqueConstraint("public"),
    UniqueConstraint("number"),
    CheckConstraint("wanted IN ('refund', 'exchange')", name="wanted"),
    CheckConstraint("origin IN ('shop', 'staff', 'dock')", name="origin"),
    Index("ix_customer_return_order", "order_id"),
    Index("ix_customer_return_exchange", "exchange_order_id"),
)
"""An RMA. Its stage follows from the units of its lines. ``order_id``: null where nobody knows whose goods came.
``exchange``: JSON of what is wanted instead, while its order is not made; ``exchange_minor``: what that order costs."""

return_line = Table(
    "return_line",
    metadata,
    key(),
    to("customer_return", name="return_id"),
    number("line"),
    to("order_line", null=True),
    to("sku"),
    words("reason"),
    number("price_minor", default=0),
    number("units"),
    *(number(state, default=0) for state in UNIT_STATES),
    UniqueConstraint("return_id", "line"),
    CheckConstraint("units = " + " + ".join(UNIT_STATES), name="sum"),
    CheckConstraint(" AND ".join(f"{state} >= 0" for state in UNIT_STATES), name="signs"),
    Index("ix_return_line_order_line", "order_line_id"),
    Index("ix_return_line_sku", "sku_id"),
    only("ix_return_line_waiting", "return_id", where="waiting > 0"),
    only("ix_return_line_received", "return_id", where="received > 0"),
)
"""Units of one order line that may come, or came. ``order_line_id``: null for what was never sent to this customer:
nothing is paid back for it."""

returned_units = Table(
    "returned_units",
    metadata,
    Column("order_line_id", WHOLE, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    number("units"),
    CheckConstraint("units >= 0", name="units"),
)
"""Units of an order line that may come back or have: never more than were shipped, by a guarded statement."""

return_item = Table(
    "return_item",
    metadata,
    key(),
    to("return_line"),
    to("lot"),
    number("units"),
    number("graded", default=0),
    words("verdict"),
    to("evidence", null=True),
    words("station"),
    number("at_us"),
    CheckConstraint("units > 0 AND graded >= 0 AND graded <= units", name="units"),
    CheckConstraint("verdict IN ('expected', 'unannounced', 'over', 'late', 'wrong')", name="verdict"),
    Index("ix_return_item_line", "return_line_id"),
    only("ix_return_item_ungraded", "return_line_id", where="graded < units"),
)
"""Units of one lot that came at once."""

supplier_claim = Table(
    "supplier_claim",
    metadata,
    key(),
    words("number"),
    to("supplier"),
    words("state"),
    number("created_us"),
    number("handed_us", null=True),
    words("handed_by", default=""),
    UniqueConstraint("number"),
    CheckConstraint("state IN ('open', 'handed')", name="state"),
    Index("ix_supplier_claim_supplier", "supplier_id", "state"),
)
"""What one supplier gets back at once."""

return_grade = Table(
    "return_grade",
    metadata,
    key(),
    words("public"),
    to("return_item"),
    words("grade"),
    number("units"),
    number("left_units", default=0),
    to("supplier_claim", null=True, name="claim_id"),
    words("by"),
    words("note", default=""),
    to("evidence", null=True),
    number("at_us"),
    UniqueConstraint("public"),
    CheckConstraint("units > 0 AND left_units >= 0 AND left_units <= units", name="units"),
    CheckConstraint("grade IN ('A', 'B', 'C', 'S')", name="grade"),
    Index("ix_return_grade_item", "return_item_id"),
    Index("ix_return_grade_claim", "claim_id"),
    only("ix_return_grade_left", "grade", where="left_units > 0"),
)
"""What a person said of units. ``left_units``: of grade B, still to be refurbished; of S, not yet back at their
supplier."""

refund = Table(
    "refund",
    metadata,
    key(),
    words("public"),
    to("client"),
    to("customer_return", name="return_id"),
    to("return_grade", null=True, name="grade_id"),
    number("units"),
    number("percent"),
    number("goods_minor"),
    number("shipping_minor"),
    number("pay_minor"),
    number("shared_minor", default=0),
    words("why"),
    words("state"),
    number("tries", default=0),
    words("detail", default=""),
    number("created_us"),
    number("told_us", null=True),
    UniqueConstraint("public"),
    UniqueConstraint("grade_id"),
    CheckConstraint("state IN ('wanted', 'told')", name="state"),
    Index("ix_refund_client", "client_id", "id"),
    Index("ix_refund_return", "return_id"),
    only("ix_refund_wanted", "id", where="state = 'wanted'"),
)
"""What is due for units that were graded; ``public`` is its idempotency key, ``grade_id`` keeps it from being written
twice (null: what an exchange left over). ``goods_minor`` and ``shipping_minor`` are credited; ``pay_minor`` is paid
out, less where an exchange costs. ``shared_minor``: the price of the units that had a share of the shipping."""

return_label = Table(
    "return_label",
    metadata,
    key(),
    words("public"),
    to("customer_return", name="return_id"),
    words("carrier"),
    words("service"),
    words("state"),
    number("price_minor"),
    number("weight_mg"),
    words("carton"),
    words("tracking", null=True),
    words("zpl", default=""),
    number("tries", default=0),
    words("detail", default=""),
    number("wanted_us"),
    number("bought_us", null=True),
    UniqueConstraint("public"),
    UniqueConstraint("return_id"),
    UniqueConstraint("carrier", "tracking"),
    CheckConstraint("state IN ('wanted', 'bought', 'refused')", name="state"),
    Index("ix_return_label_tracking", "tracking"),
    only("ix_return_label_wanted", "carrier", where="state = 'wanted'"),
)
"""A shipment from the customer to us. ``public`` is the key under which the carrier is asked."""
