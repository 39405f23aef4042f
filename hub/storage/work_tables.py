"""The tables of the work: orders, batches, tasks, parcels, deliveries, benches, exceptions."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

operator = Table(
    "operator",
    metadata,
    key(),
    words("badge"),
    words("name"),
    words("role"),
    words("colour"),
    UniqueConstraint("badge"),
)

LINE_STATES = (
    *("open", "promised", "reserved", "picked", "packed", "shipped"),
    *("backordered", "at_supplier", "cancelled"),
)
"""Where the units of an order line are; they sum to what was ordered. ``at_supplier``: a supplier sends them to the
customer, and has not yet."""

customer_order = Table(
    "customer_order",
    metadata,
    key(),
    words("public"),
    to("site"),
    to("client"),
    words("ref"),
    words("customer"),
    words("country"),
    number("placed_us"),
    number("received_us"),
    number("first_promise_us", null=True),
    number("shipped_us", null=True),
    words("digest"),
    number("priority", default=0),
    number("ship_by_us", null=True),
    Column(
        "ship_complete",
        WHOLE,
        CheckConstraint("ship_complete IN (0, 1)", name="ship_complete"),
        nullable=False,
        server_default="0",
    ),
    words("hold", default=""),
    words("gift_note", default=""),
    UniqueConstraint("client_id", "ref"),
    UniqueConstraint("public"),
    Index("ix_customer_order_received", "received_us"),
    Index("ix_customer_order_placed", "placed_us"),
    Index("ix_customer_order_shipped", "shipped_us"),
)
"""``priority``: the greater goes first. ``ship_by_us``: until when it was promised to leave; null: nothing was said.
``ship_complete``: 1 if nothing leaves before everything can. ``hold``: why it must not be worked on; empty: it may."""

delivery = Table(
    "delivery",
    metadata,
    Column("order_id", WHOLE, ForeignKey("customer_order.id"), primary_key=True, autoincrement=False),
    words("name", default=""),
    words("street", default=""),
    words("more", default=""),
    words("city", default=""),
    words("region", default=""),
    words("postcode", default=""),
    words("phone", default=""),
    words("email", default=""),
)
"""Where an order goes and who is told; its country stands with the order. An order without a row has not said."""

order_line = Table(
    "order_line",
    metadata,
    key(),
    to("customer_order", name="order_id"),
    number("line"),
    to("sku"),
    number("ordered"),
    *(number(state, default=0) for state in LINE_STATES),
    number("price_minor"),
    number("lacking_at_once", null=True),
    UniqueConstraint("order_id", "line"),
    CheckConstraint("ordered = " + " + ".join(LINE_STATES), name="sum"),
    CheckConstraint(" AND ".join(f"{state} >= 0" for state in LINE_STATES), name="signs"),
    Index("ix_order_line_sku", "sku_id"),
    only("ix_order_line_promised", "sku_id", where="promised > 0"),
    only("ix_order_line_backordered", "sku_id", where="backordered > 0"),
    only("ix_order_line_at_supplier", "sku_id", where="at_supplier > 0"),
)
"""``lacking_at_once``: units that stock did not stand for when they were ordered; null: it was not kept then, or the
line took the place of another's units."""

batch = Table(
    "batch",
    metadata,
    key(),
    words("state"),
    words("station", null=True),
    words("cart", null=True),
    to("operator", null=True),
    number("created_us"),
    number("inducted_us", null=True),
    number("picked_us", null=True),
    CheckConstraint("state IN ('planned', 'induct', 'picking', 'delivered')", name="state"),
    Index("ix_batch_operator", "operator_id", "state"),
    Index("ix_batch_picked", "picked_us"),
    only("ix_batch_cart", "cart", where="state IN ('induct', 'picking')"),
)

tote_load = Table(
    "tote_load",
    metadata,
    key(),
    to("batch"),
    words("position"),
    to("customer_order", name="order_id"),
    to("location", null=True, name="tote_id"),
    words("state"),
    UniqueConstraint("batch_id", "position"),
    CheckConstraint("state IN ('planned', 'picking', 'delivered', 'packing', 'packed')", name="state"),
    Index("ix_tote_load_tote", "tote_id"),
    Index("ix_tote_load_order", "order_id"),
    only("ix_tote_load_open", "state", where="state <> 'packed'"),
    only("ix_tote_load_delivered", "batch_id", where="state = 'delivered'"),
)
"""What a tote on a cart holds of one order: it becomes one parcel. A tote that several orders share has a load each;
the first has the tote's place on the cart as its position (A), the others a number behind it (A2, A3)."""

task = Table(
    "task",
    metadata,
    key(),
    words("public"),
    words("kind"),
    words("station"),
    to("location", name="bin_id"),
    to("sku"),
    to("lot"),
    number("units"),
    words("mark"),
    words("colour"),
    number("rank"),
    words("state"),
    to("tote_load", null=True, name="load_id"),
    to("order_line", null=True, name="line_id"),
    to("location", null=True, name="source_id"),
    number("reserve_id", null=True),
    number("units_done", default=0),
    words("by", null=True),
    number("released_us"),
    number("done_us", null=True),
    UniqueConstraint("public"),
    CheckConstraint("kind IN ('pick', 'put', 'count')", name="kind"),
    CheckConstraint("state IN ('open', 'recalled', 'done', 'void')", name="state"),
    Index("ix_task_station_state", "station", "state"),
    Index("ix_task_load", "load_id"),
    Index("ix_task_line", "line_id"),
    Index("ix_task_source", "source_id", "sku_id"),
    only("ix_task_picked", "done_us", where="state = 'done' AND kind = 'pick'"),
    only("ix_task_counted", "done_us", where="state = 'done' AND kind = 'count'"),
    only("ix_task_bin_open", "bin_id", where="state IN ('open', 'recalled')"),
    only("ix_task_bin_owing", "bin_id", where="state = 'done' AND reserve_id <> rank"),
)
"""One thing to do at one bin. ``source_id``: for a put, where the units come from (a plate, the put-back tote).
``units_done`` is what the button or scale said, corrected by what the weight settled to."""

cell_load = Table(
    "cell_load",
    metadata,
    Column("load_id", WHOLE, ForeignKey("tote_load.id"), primary_key=True, autoincrement=False),
    to("location", name="cell_id"),
    number("sorted", default=0),
    CheckConstraint("sorted IN (0, 1)", name="sorted"),
    Index("ix_cell_load_cell", "cell_id"),
)
"""Which cell of a wall a load has, from when its tote is first scanned there until it is packed. ``sorted``: all of it
is in the cell, and nothing in the tote. Loads of one cell are parts of one order, which several zones picked."""

cell_put = Table(
    "cell_put",
    metadata,
    Column("task_id", WHOLE, ForeignKey("task.id"), primary_key=True, autoincrement=False),
    to("tote_load", name="load_id"),
    to("order_line", name="line_id"),
    Index("ix_cell_put_load", "load_id"),
)
"""For which load and line a put at a cell is."""

parcel = Table(
    "parcel",
    metadata,
    key(),
    words("public"),
    to("customer_order", name="order_id"),
    to("tote_load", name="load_id"),
    to("location"),
    words("state"),
    words("carton"),
    number("expected_mg"),
    number("tolerance_mg"),
    number("measured_mg", null=True),
    words("tracking", null=True),
    words("service", null=True),
    number("price_minor", null=True),
    number("packed_us", null=True),
    number("shipped_us", null=True),
    words("sscc", null=True),
    UniqueConstraint("public"),
    UniqueConstraint("tracking"),
    Index("uq_parcel_sscc", "sscc", unique=True),
    CheckConstraint("state IN ('packing', 'labelled', 'shipped')", name="state"),
    Index("ix_parcel_packed", "packed_us"),
    Index("ix_parcel_order", "order_id"),
    only("ix_parcel_open", "state", where="state <> 'shipped'"),
)

parcel_line = Table(
    "parcel_line",
    metadata,
    Column("parcel_id", WHOLE, ForeignKey("parcel.id"), primary_key=True),
    Column("line_id", WHOLE, ForeignKey("order_line.id"), primary_key=True),
    number("units"),
    Index("ix_parcel_line_line", "line_id"),
)

bench = Table(
    "bench",
    metadata,
    Column("station", String, primary_key=True),
    words("kind"),
    number("step", default=0),
    words("session"),
)
"""What a bench is in the middle of: ``session`` is the JSON of its flow's state, ``step`` counts its questions."""

print_job = Table(
    "print_job",
    metadata,
    key(),
    words("public"),
    words("station"),
    words("zpl"),
    words("state"),
    words("ref_kind"),
    words("ref_id"),
    words("detail", default=""),
    number("created_us"),
    number("sent", default=1),
    UniqueConstraint("public"),
    CheckConstraint("state IN ('wanted', 'printed', 'failed')", name="state"),
    Index("ix_print_job_station_state", "station", "state"),
)

purchase_order = Table(
    "purchase_order",
    metadata,
    key(),
    words("number"),
    to("supplier"),
    words("state"),
    number("created_us"),
    number("due_us"),
    number("received_us", null=True),
    UniqueConstraint("number"),
    CheckConstraint("state IN ('ordered', 'receiving', 'received')", name="state"),
)

purchase_order_line = Table(
    "purchase_order_line",
    metadata,
    key(),
    to("purchase_order"),
    to("sku"),
    number("ordered"),
    number("received", default=0),
    number("open", default=1),
    Index("ix_purchase_order_line_order", "purchase_order_id"),
    Index("ix_purchase_order_line_sku", "sku_id"),
    Index(
        "uq_purchase_order_line_open",
        "sku_id",
        unique=True,
        sqlite_where=text("open = 1"),
        postgresql_where=text("open = 1"),
    ),
)
"""At most one open line a SKU: invariant 8."""

exception = Table(
    "exception",
    metadata,
    key(),
    words("kind"),
    words("place"),
    words("ref_kind", default=""),
    words("ref_id", default=""),
    words("detail"),
    number("opened_us"),
    number("closed_us", null=True),
    words("closed_by", null=True),
    words("picture", default=""),
    Index("ix_exception_open", "closed_us"),
    Index("ix_exception_opened", "opened_us"),
    only("ix_exception_picture", "picture", where="picture <> ''"),
)
"""What a person should know or do: alarms of stations, mismatches, counts wanted, facts in quarantine."""

board = Table(
    "board",
    metadata,
    Column("station", String, primary_key=True),
    words("board"),
    number("claim"),
    number("since_us"),
)
"""Which board has a station's name."""

picture = Table(
    "picture",
    metadata,
    key(),
    words("name"),
    Column("body", LargeBinary, nullable=True),
    words("detail", default=""),
    number("fetched_us"),
    UniqueConstraint("name"),
)
"""Pictures that the hub asked a station for: a JPEG, or why there is none (any more)."""
