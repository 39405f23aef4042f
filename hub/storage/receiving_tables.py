"""The tables of receiving: announced deliveries, what went wrong at the dock, new items, and where goods are put."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint, text

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

CASE_KINDS = ("short", "over", "damaged", "wrong", "expired", "quality", "refused")
"""What can be wrong with delivered goods. ``quality``: somebody looks at them first; ``refused``: and said no."""

dock_case = Table(
    "dock_case",
    metadata,
    key(),
    words("kind"),
    to("purchase_order"),
    to("sku"),
    to("lot"),
    number("units"),
    to("location", null=True),
    number("cost_minor"),
    words("detail", default=""),
    words("picture", default=""),
    words("state", default="open"),
    words("outcome", default=""),
    number("opened_us"),
    number("settled_us", null=True),
    words("settled_by", default=""),
    CheckConstraint("kind IN (" + ", ".join(f"'{kind}'" for kind in CASE_KINDS) + ")", name="kind"),
    CheckConstraint("state IN ('open', 'settled')", name="state"),
    CheckConstraint("units > 0", name="units"),
    Index("ix_dock_case_order", "purchase_order_id"),
    only("ix_dock_case_open", "location_id", where="state = 'open'"),
)
"""Delivered goods that a person settles with their supplier. ``location_id``: where they lie meanwhile; null: nothing
lies anywhere (too few came, or what was too many was put away). ``cost_minor``: of one unit."""

asn = Table(
    "asn",
    metadata,
    key(),
    words("ref"),
    to("supplier"),
    to("purchase_order"),
    words("state", default="announced"),
    number("expected_us"),
    number("until_us"),
    words("door", default=""),
    words("digest"),
    number("created_us"),
    CheckConstraint("state IN ('announced', 'cancelled')", name="state"),
    UniqueConstraint("supplier_id", "ref"),
    Index("ix_asn_order", "purchase_order_id"),
    Index("ix_asn_expected", "expected_us"),
)
"""A delivery that its supplier announced, and the time at a door that it was given."""

asn_carton = Table(
    "asn_carton",
    metadata,
    key(),
    to("asn"),
    words("sscc"),
    number("gross_mg", null=True),
    number("received_us", null=True),
    Index("ix_asn_carton_asn", "asn_id"),
    Index("ix_asn_carton_sscc", "sscc"),
)
"""A carton or pallet of an announced delivery. ``gross_mg``: what it was said to weigh, wrapping and all."""

asn_line = Table(
    "asn_line",
    metadata,
    key(),
    to("asn"),
    to("asn_carton", null=True, name="carton_id"),
    to("sku"),
    words("lot", default=""),
    words("expiry", default=""),
    number("units"),
    CheckConstraint("units > 0", name="units"),
    Index("ix_asn_line_asn", "asn_id"),
    Index("ix_asn_line_carton", "carton_id"),
)
"""What an announced delivery brings, by carton if that was said."""

new_item = Table(
    "new_item",
    metadata,
    key(),
    words("gtin"),
    words("station"),
    words("came_with"),
    words("picture", default=""),
    words("weights_mg", default=""),
    number("first_us"),
    to("sku", null=True),
    UniqueConstraint("gtin"),
)
"""An item that came and that nobody knew. ``came_with``: the delivery; ``weights_mg``: of single units, as they were
weighed at the dock; ``sku_id``: what it became."""

bin_trait = Table(
    "bin_trait",
    metadata,
    Column("location_id", WHOLE, ForeignKey("location.id"), primary_key=True, autoincrement=False),
    number("volume_mm3", null=True),
    number("load_max_mg", null=True),
    number("dangerous", default=0),
    number("far_mm", null=True),
    number("dynamic", default=0),
    number("min_units", null=True),
    number("max_units", null=True),
    number("lane", default=0),
    CheckConstraint("dangerous IN (0, 1)", name="dangerous"),
    CheckConstraint("dynamic IN (0, 1)", name="dynamic"),
    only("ix_bin_trait_lane", "location_id", where="lane = 1"),
)
"""What the site's files say of a bin: what fits into it and may lie there (null: nobody said), how far it is to walk
there from where tours begin, whether it may go from one SKU to another while it is empty, between how many units it is
kept from reserve (null: it is filled only for orders), and whether it is a cross-dock lane."""

lane_line = Table(
    "lane_line",
    metadata,
    key(),
    to("location"),
    to("order_line", name="line_id"),
    number("at_us"),
    number("done_us", null=True),
    Index(
        "ix_lane_line_now",
        "location_id",
        "line_id",
        unique=True,
        sqlite_where=text("done_us IS NULL"),
        postgresql_where=text("done_us IS NULL"),
    ),
)
"""An order line that a lane's units came for. It says where that line is picked first, and holds no units: those are
promised and reserved as everywhere. ``done_us``: the lane was empty again."""

bin_slot = Table(
    "bin_slot",
    metadata,
    Column("location_id", WHOLE, ForeignKey("location.id"), primary_key=True, autoincrement=False),
    to("sku"),
    words("because"),
    number("at_us"),
)
"""A free bin that an SKU was given when its goods came, and not by the site's files."""

put_reason = Table(
    "put_reason",
    metadata,
    Column("task_id", WHOLE, ForeignKey("task.id"), primary_key=True, autoincrement=False),
    Column("because", String, nullable=False),
)
"""Why a put task is for this bin."""

replenishment = Table(
    "replenishment",
    metadata,
    Column("take_id", WHOLE, ForeignKey("task.id"), primary_key=True, autoincrement=False),
    to("location", name="bin_id"),
    to("task", null=True, name="put_id"),
    number("urgent"),
    words("because"),
    UniqueConstraint("put_id"),
    CheckConstraint("urgent IN (0, 1)", name="urgent"),
    Index("ix_replenishment_bin", "bin_id"),
)
"""A bin that is filled up from reserve: the task that takes the units out there, and the one that puts them into
``bin_id`` once they are on the way. It is open as long as one of them is."""
