"""The tables of the ledger, the places and the inbox."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them, each after the tables it refers to."""
    _create_audit()
    _create_change()
    _create_client()
    _create_evidence()
    _create_fact()
    _create_inbox()
    _create_site()
    _create_supplier()
    _create_sku()
    _create_location()
    _create_lot()
    _create_promise()
    _create_balance()
    _create_transfer()


def downgrade() -> None:
    """Drop them, the last first."""
    names = "transfer balance promise lot location sku supplier site inbox fact evidence client change audit"
    for name in names.split():
        op.drop_table(name)


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("first_transfer", WHOLE, nullable=True),
        sa.Column("last_transfer", WHOLE, nullable=True),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )


def _create_change() -> None:
    op.create_table(
        "change",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("station", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_station", "change", ["station", "id"], unique=False)


def _create_client() -> None:
    op.create_table(
        "client",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("name", name=op.f("uq_client_name")),
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("before_mg", WHOLE, nullable=True),
        sa.Column("after_mg", WHOLE, nullable=True),
        sa.Column("units_weighed", WHOLE, nullable=True),
        sa.Column("symbol", sa.String(), nullable=True),
        sa.Column("operator", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )


def _create_fact() -> None:
    op.create_table(
        "fact",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("occurred_us", WHOLE, nullable=False),
        sa.Column("received_us", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('applied', 'waiting', 'quarantined', 'conflict')", name=op.f("ck_fact_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_key", "fact", ["device", "journal", "seq"], unique=False)
    op.create_index("ix_fact_state", "fact", ["state"], unique=False)


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("watermark", WHOLE, nullable=False),
        sa.Column("duplicates", WHOLE, server_default="0", nullable=False),
        sa.Column("current", WHOLE, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("device", "journal", name=op.f("pk_inbox")),
    )


def _create_site() -> None:
    op.create_table(
        "site",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("generation", WHOLE, nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )


def _create_supplier() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lead_time_us", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_name")),
    )


def _create_sku() -> None:
    op.create_table(
        "sku",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("gtin", sa.String(), nullable=False),
        sa.Column("unit_mg", WHOLE, nullable=False),
        sa.Column("spread_mg", WHOLE, nullable=False),
        sa.Column("length_mm", WHOLE, nullable=False),
        sa.Column("width_mm", WHOLE, nullable=False),
        sa.Column("height_mm", WHOLE, nullable=False),
        sa.Column("supplier_id", WHOLE, nullable=False),
        sa.Column("price_minor", WHOLE, nullable=False),
        sa.Column("cost_minor", WHOLE, nullable=False),
        sa.Column("reorder_point_units", WHOLE, nullable=False),
        sa.Column("reorder_units", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_sku_client_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_sku_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("client_id", "code", name=op.f("uq_sku_client_id_code")),
        sa.UniqueConstraint("client_id", "gtin", name=op.f("uq_sku_client_id_gtin")),
    )


def _create_location() -> None:
    op.create_table(
        "location",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=True),
        sa.Column("sku_id", WHOLE, nullable=True),
        sa.Column("x_mm", WHOLE, server_default="0", nullable=False),
        sa.Column("y_mm", WHOLE, server_default="0", nullable=False),
        sa.Column("held", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind IN ('bin', 'tote', 'dock', 'plate', 'parcel', 'stage', 'putback', "
            "'supplier', 'customer', 'adjustment', 'scrap', 'astray')",
            name=op.f("ck_location_kind"),
        ),
        sa.CheckConstraint("held IN (0, 1)", name=op.f("ck_location_held")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_location_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_location_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_location_site_id_name")),
    )
    op.create_index("ix_location_station", "location", ["station"], unique=False)
    op.create_index("ix_location_sku", "location", ["sku_id"], unique=False)


def _create_lot() -> None:
    op.create_table(
        "lot",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("expiry_us", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_lot_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("sku_id", "code", name=op.f("uq_lot_sku_id_code")),
    )


def _create_promise() -> None:
    op.create_table(
        "promise",
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("promised", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint("promised >= 0", name=op.f("ck_promise_promised")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_promise_client_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_promise_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_promise_sku_id")),
        sa.PrimaryKeyConstraint("site_id", "client_id", "sku_id", name=op.f("pk_promise")),
    )


def _create_balance() -> None:
    op.create_table(
        "balance",
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("location_id", WHOLE, nullable=False),
        sa.Column("physical", WHOLE, nullable=False),
        sa.Column("on_hand", WHOLE, server_default="0", nullable=False),
        sa.Column("reserved", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint(
            "physical = 0 OR (on_hand >= 0 AND reserved >= 0 AND reserved <= on_hand)", name=op.f("ck_balance_covered")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_balance_client_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_balance_location_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_balance_lot_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_balance_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_balance_sku_id")),
        sa.PrimaryKeyConstraint("site_id", "client_id", "sku_id", "lot_id", "location_id", name=op.f("pk_balance")),
    )
    op.create_index("ix_balance_location", "balance", ["location_id"], unique=False)
    op.create_index(
        "ix_balance_there",
        "balance",
        ["site_id", "client_id", "sku_id", "lot_id", "location_id"],
        unique=False,
        sqlite_where=sa.text("on_hand > 0"),
        postgresql_where=sa.text("on_hand > 0"),
    )


def _create_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pending_id", WHOLE, nullable=True),
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("from_id", WHOLE, nullable=False),
        sa.Column("to_id", WHOLE, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=False),
        sa.Column("ref_id", sa.String(), nullable=False),
        sa.Column("evidence_id", WHOLE, nullable=True),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("journal", sa.String(), nullable=True),
        sa.Column("seq", WHOLE, nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("occurred_us", WHOLE, nullable=False),
        sa.Column("recorded_us", WHOLE, nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("(pending_id IS NULL) = (kind IN ('move', 'reserve'))", name=op.f("ck_transfer_pending")),
        sa.CheckConstraint("kind IN ('move', 'reserve', 'post', 'void', 'expire')", name=op.f("ck_transfer_kind")),
        sa.CheckConstraint("units > 0", name=op.f("ck_transfer_units")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_transfer_client_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_transfer_evidence_id")),
        sa.ForeignKeyConstraint(["from_id"], ["location.id"], name=op.f("fk_transfer_from_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_transfer_lot_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_transfer_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_transfer_sku_id")),
        sa.ForeignKeyConstraint(["to_id"], ["location.id"], name=op.f("fk_transfer_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index("ix_transfer_pending", "transfer", ["pending_id"], unique=False)
    op.create_index("ix_transfer_ref", "transfer", ["ref_kind", "ref_id"], unique=False)
