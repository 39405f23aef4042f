"""Labels that are bought, manifests, tracking events and letters; what carriers and customs ask of SKUs; SSCCs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0014"
down_revision = "0013"

LIVE = sa.text("state IN ('wanted', 'bought', 'voiding')")
SKU_WORDS = ("hs_code", "origin")
SKU_FLAGS = ("dangerous", "this_side_up", "fragile")


def _key() -> sa.Column[Any]:
    return sa.Column("id", WHOLE, nullable=False)


def _words(name: str, default: str | None = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), server_default=default, nullable=null)


def _number(name: str, default: str | None = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WHOLE, server_default=default, nullable=null)


def upgrade() -> None:
    """Make the columns and the tables."""
    for name in SKU_WORDS:
        op.add_column("sku", _words(name, ""))
    for name in SKU_FLAGS:
        op.add_column("sku", _number(name, "0"))
    op.add_column("parcel", _words("sscc", null=True))
    op.create_index("uq_parcel_sscc", "parcel", ["sscc"], unique=True)
    _labels()
    _manifests()
    _told()


def _labels() -> None:
    op.create_table(
        "label_purchase",
        _key(),
        _words("public"),
        _number("parcel_id"),
        *(_words(name) for name in ("station", "carrier", "service", "state")),
        _number("price_minor"),
        _words("charges"),
        _words("why"),
        *(_number(name) for name in ("kept", "leaves_us", "arrives_us")),
        _words("tracking", null=True),
        _words("zpl", ""),
        _number("tries", "0"),
        _words("detail", ""),
        _number("wanted_us"),
        _number("bought_us", null=True),
        _number("void_us", null=True),
        *(_number(name, "0") for name in ("polled_us", "under_way", "manifested")),
        sa.CheckConstraint(
            "state IN ('wanted', 'bought', 'refused', 'voiding', 'void')", name=op.f("ck_label_purchase_state")
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_label_purchase_parcel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_purchase")),
        sa.UniqueConstraint("public", name=op.f("uq_label_purchase_public")),
        sa.UniqueConstraint("carrier", "tracking", name=op.f("uq_label_purchase_carrier_tracking")),
    )
    op.create_index(
        "uq_label_purchase_live",
        "label_purchase",
        ["parcel_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("ix_label_purchase_parcel", "label_purchase", ["parcel_id"])
    still = sa.text("state IN ('wanted', 'voiding')")
    op.create_index("ix_label_purchase_open", "label_purchase", ["carrier"], sqlite_where=still, postgresql_where=still)
    under_way = sa.text("under_way = 1")
    op.create_index(
        "ix_label_purchase_under_way",
        "label_purchase",
        ["carrier", "polled_us"],
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    waiting = sa.text("state = 'bought' AND manifested = 0")
    op.create_index(
        "ix_label_purchase_waiting", "label_purchase", ["carrier"], sqlite_where=waiting, postgresql_where=waiting
    )


def _manifests() -> None:
    op.create_table(
        "manifest",
        _key(),
        _words("number"),
        _words("carrier"),
        _number("closed_us"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest")),
        sa.UniqueConstraint("number", name=op.f("uq_manifest_number")),
    )
    op.create_table(
        "manifest_parcel",
        sa.Column("parcel_id", WHOLE, autoincrement=False, nullable=False),
        _number("manifest_id"),
        _number("handed_us", null=True),
        _words("handed_by", ""),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_manifest_parcel_parcel_id")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_manifest_parcel_manifest_id")),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_manifest_parcel")),
    )
    op.create_index("ix_manifest_parcel_manifest", "manifest_parcel", ["manifest_id"])


def _told() -> None:
    op.create_table(
        "tracking_event",
        _key(),
        _number("parcel_id"),
        *(_words(name) for name in ("carrier", "event", "status")),
        _words("detail", ""),
        _words("place", ""),
        _number("at_us"),
        _number("heard_us"),
        sa.CheckConstraint(
            "status IN ('collected', 'in_transit', 'out_for_delivery', 'delivered', 'failed', 'returned')",
            name=op.f("ck_tracking_event_status"),
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_tracking_event_parcel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_event")),
        sa.UniqueConstraint("carrier", "event", name=op.f("uq_tracking_event_carrier_event")),
    )
    op.create_index("ix_tracking_event_parcel", "tracking_event", ["parcel_id", "at_us"])
    op.create_table(
        "mail",
        _key(),
        *(_words(name) for name in ("public", "kind", "ref", "recipient", "subject", "plain")),
        _words("html", ""),
        _words("state"),
        _number("tries", "0"),
        _words("detail", ""),
        _number("created_us"),
        _number("sent_us", null=True),
        sa.CheckConstraint("state IN ('wanted', 'sent', 'refused')", name=op.f("ck_mail_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("public", name=op.f("uq_mail_public")),
        sa.UniqueConstraint("kind", "ref", "recipient", name=op.f("uq_mail_kind_ref_recipient")),
    )
    wanted = sa.text("state = 'wanted'")
    op.create_index("ix_mail_wanted", "mail", ["id"], sqlite_where=wanted, postgresql_where=wanted)


def downgrade() -> None:
    """Drop them."""
    for table in ("mail", "tracking_event", "manifest_parcel", "manifest", "label_purchase"):
        op.drop_table(table)
    op.drop_index("uq_parcel_sscc", "parcel")
    op.drop_column("parcel", "sscc")
    for name in (*SKU_FLAGS, *SKU_WORDS):
        op.drop_column("sku", name)
