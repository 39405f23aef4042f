"""The tables of shipping: labels that are bought, manifests, what carriers report, letters to customers."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, text

from hub.storage.tables import key, metadata, number, only, to, words
from hub.storage.whole import WHOLE

LIVE = "state IN ('wanted', 'bought', 'voiding')"

label_purchase = Table(
    "label_purchase",
    metadata,
    key(),
    words("public"),
    to("parcel"),
    words("station"),
    words("carrier"),
    words("service"),
    words("state"),
    number("price_minor"),
    words("charges"),
    words("why"),
    number("kept"),
    number("leaves_us"),
    number("arrives_us"),
    words("tracking", null=True),
    words("zpl", default=""),
    number("tries", default=0),
    words("detail", default=""),
    number("wanted_us"),
    number("bought_us", null=True),
    number("void_us", null=True),
    number("polled_us", default=0),
    number("under_way", default=0),
    number("manifested", default=0),
    UniqueConstraint("public"),
    UniqueConstraint("carrier", "tracking"),
    CheckConstraint("state IN ('wanted', 'bought', 'refused', 'voiding', 'void')", name="state"),
    Index("uq_label_purchase_live", "parcel_id", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
    Index("ix_label_purchase_parcel", "parcel_id"),
    only("ix_label_purchase_open", "carrier", where="state IN ('wanted', 'voiding')"),
    only("ix_label_purchase_under_way", "carrier", "polled_us", where="under_way = 1"),
    only("ix_label_purchase_waiting", "carrier", where="state = 'bought' AND manifested = 0"),
)
"""A label of a parcel, from the intent to buy it on. ``public`` is the key under which the carrier is asked, however
often. ``charges``: JSON of what the price is made of; ``why``: in words, and why no other service. At most one of a
parcel is wanted, bought or being voided. ``kept``: 1 if it keeps what the customer was promised.
``under_way``: 1 while an asked carrier is asked how far the parcel is. ``manifested``: 1 once it is on a manifest."""

manifest = Table(
    "manifest",
    metadata,
    key(),
    words("number"),
    words("carrier"),
    number("closed_us"),
    UniqueConstraint("number"),
)
"""What a carrier gets at one collection."""

manifest_parcel = Table(
    "manifest_parcel",
    metadata,
    Column("parcel_id", WHOLE, ForeignKey("parcel.id"), primary_key=True, autoincrement=False),
    to("manifest"),
    number("handed_us", null=True),
    words("handed_by", default=""),
    Index("ix_manifest_parcel_manifest", "manifest_id"),
)
"""Which manifest a parcel is on, and when it was scanned into the carrier's hands."""

tracking_event = Table(
    "tracking_event",
    metadata,
    key(),
    to("parcel"),
    words("carrier"),
    words("event"),
    words("status"),
    words("detail", default=""),
    words("place", default=""),
    number("at_us"),
    number("heard_us"),
    UniqueConstraint("carrier", "event"),
    CheckConstraint(
        "status IN ('collected', 'in_transit', 'out_for_delivery', 'delivered', 'failed', 'returned')", name="status"
    ),
    Index("ix_tracking_event_parcel", "parcel_id", "at_us"),
)
"""What a carrier said of a parcel, each of its events once."""

mail = Table(
    "mail",
    metadata,
    key(),
    words("public"),
    words("kind"),
    words("ref"),
    words("recipient"),
    words("subject"),
    words("plain"),
    words("html", default=""),
    words("state"),
    number("tries", default=0),
    words("detail", default=""),
    number("created_us"),
    number("sent_us", null=True),
    UniqueConstraint("public"),
    UniqueConstraint("kind", "ref", "recipient"),
    CheckConstraint("state IN ('wanted', 'sent', 'refused')", name="state"),
    only("ix_mail_wanted", "id", where="state = 'wanted'"),
)
"""Letters to send, each event's (``kind``, ``ref``) once to each recipient. ``public`` is in its Message-ID."""
