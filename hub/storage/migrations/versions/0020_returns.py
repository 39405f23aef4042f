"""Returns: what may come back, what came, how it was graded, what is paid back, claims on suppliers, labels."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0020"
down_revision = "0019"

TABLES = (
    "customer_return",
    "return_line",
    "returned_units",
    "return_item",
    "supplier_claim",
    "return_grade",
    "refund",
    "return_label",
)


def upgrade() -> None:
    """Make the tables, in the order in which they point to each other."""
    _customer_return()
    _return_line()
    _returned_units()
    _return_item()
    _supplier_claim()
    _return_grade()
    _refund()
    _return_label()
    # a return asks which parcels an order, or a line of it, left in
    op.create_index("ix_parcel_order", "parcel", ["order_id"], unique=False)
    op.create_index("ix_parcel_line_line", "parcel_line", ["line_id"], unique=False)


def _customer_return() -> None:
    op.create_table(
        "customer_return",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("order_id", WHOLE, nullable=True),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("exchange", sa.String(), server_default="", nullable=False),
        sa.Column("exchange_order_id", WHOLE, nullable=True),
        sa.Column("exchange_minor", WHOLE, server_default="0", nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("expires_us", WHOLE, nullable=False),
        sa.CheckConstraint("origin IN ('shop', 'staff', 'dock')", name=op.f("ck_customer_return_origin")),
        sa.CheckConstraint("wanted IN ('refund', 'exchange')", name=op.f("ck_customer_return_wanted")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_customer_return_client_id")),
        sa.ForeignKeyConstraint(
            ["exchange_order_id"], ["customer_order.id"], name=op.f("fk_customer_return_exchange_order_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_customer_return_order_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_customer_return_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_return")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_return_number")),
        sa.UniqueConstraint("public", name=op.f("uq_customer_return_public")),
    )
    op.create_index("ix_customer_return_exchange", "customer_return", ["exchange_order_id"], unique=False)
    op.create_index("ix_customer_return_order", "customer_return", ["order_id"], unique=False)


def _return_line() -> None:
    op.create_table(
        "return_line",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("return_id", WHOLE, nullable=False),
        sa.Column("line", WHOLE, nullable=False),
        sa.Column("order_line_id", WHOLE, nullable=True),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("price_minor", WHOLE, server_default="0", nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("waiting", WHOLE, server_default="0", nullable=False),
        sa.Column("received", WHOLE, server_default="0", nullable=False),
        sa.Column("graded", WHOLE, server_default="0", nullable=False),
        sa.Column("expired", WHOLE, server_default="0", nullable=False),
        sa.Column("cancelled", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint(
            "units = waiting + received + graded + expired + cancelled", name=op.f("ck_return_line_sum")
        ),
        sa.CheckConstraint(
            "waiting >= 0 AND received >= 0 AND graded >= 0 AND expired >= 0 AND cancelled >= 0",
            name=op.f("ck_return_line_signs"),
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_return_line_order_line_id")),
        sa.ForeignKeyConstraint(["return_id"], ["customer_return.id"], name=op.f("fk_return_line_return_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_return_line_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
        sa.UniqueConstraint("return_id", "line", name=op.f("uq_return_line_return_id_line")),
    )
    op.create_index("ix_return_line_order_line", "return_line", ["order_line_id"], unique=False)
    op.create_index(
        "ix_return_line_received",
        "return_line",
        ["return_id"],
        unique=False,
        sqlite_where=sa.text("received > 0"),
        postgresql_where=sa.text("received > 0"),
    )
    op.create_index("ix_return_line_sku", "return_line", ["sku_id"], unique=False)
    op.create_index(
        "ix_return_line_waiting",
        "return_line",
        ["return_id"],
        unique=False,
        sqlite_where=sa.text("waiting > 0"),
        postgresql_where=sa.text("waiting > 0"),
    )


def _returned_units() -> None:
    op.create_table(
        "returned_units",
        sa.Column("order_line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_returned_units_units")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_returned_units_order_line_id")),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_returned_units")),
    )


def _return_item() -> None:
    op.create_table(
        "return_item",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("return_line_id", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("graded", WHOLE, server_default="0", nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("evidence_id", WHOLE, nullable=True),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('expected', 'unannounced', 'over', 'late', 'wrong')", name=op.f("ck_return_item_verdict")
        ),
        sa.CheckConstraint("units > 0 AND graded >= 0 AND graded <= units", name=op.f("ck_return_item_units")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_return_item_evidence_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_return_item_lot_id")),
        sa.ForeignKeyConstraint(["return_line_id"], ["return_line.id"], name=op.f("fk_return_item_return_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_item")),
    )
    op.create_index("ix_return_item_line", "return_item", ["return_line_id"], unique=False)
    op.create_index(
        "ix_return_item_ungraded",
        "return_item",
        ["return_line_id"],
        unique=False,
        sqlite_where=sa.text("graded < units"),
        postgresql_where=sa.text("graded < units"),
    )


def _supplier_claim() -> None:
    op.create_table(
        "supplier_claim",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("supplier_id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("handed_us", WHOLE, nullable=True),
        sa.Column("handed_by", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('open', 'handed')", name=op.f("ck_supplier_claim_state")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_claim_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_supplier_claim_number")),
    )
    op.create_index("ix_supplier_claim_supplier", "supplier_claim", ["supplier_id", "state"], unique=False)


def _return_grade() -> None:
    op.create_table(
        "return_grade",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("return_item_id", WHOLE, nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("left_units", WHOLE, server_default="0", nullable=False),
        sa.Column("claim_id", WHOLE, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("evidence_id", WHOLE, nullable=True),
        sa.Column("at_us", WHOLE, nullable=False),
        sa.CheckConstraint("grade IN ('A', 'B', 'C', 'S')", name=op.f("ck_return_grade_grade")),
        sa.CheckConstraint("units > 0 AND left_units >= 0 AND left_units <= units", name=op.f("ck_return_grade_units")),
        sa.ForeignKeyConstraint(["claim_id"], ["supplier_claim.id"], name=op.f("fk_return_grade_claim_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_return_grade_evidence_id")),
        sa.ForeignKeyConstraint(["return_item_id"], ["return_item.id"], name=op.f("fk_return_grade_return_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_grade")),
        sa.UniqueConstraint("public", name=op.f("uq_return_grade_public")),
    )
    op.create_index("ix_return_grade_claim", "return_grade", ["claim_id"], unique=False)
    op.create_index("ix_return_grade_item", "return_grade", ["return_item_id"], unique=False)
    op.create_index(
        "ix_return_grade_left",
        "return_grade",
        ["grade"],
        unique=False,
        sqlite_where=sa.text("left_units > 0"),
        postgresql_where=sa.text("left_units > 0"),
    )


def _refund() -> None:
    op.create_table(
        "refund",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("return_id", WHOLE, nullable=False),
        sa.Column("grade_id", WHOLE, nullable=True),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("percent", WHOLE, nullable=False),
        sa.Column("goods_minor", WHOLE, nullable=False),
        sa.Column("shipping_minor", WHOLE, nullable=False),
        sa.Column("pay_minor", WHOLE, nullable=False),
        sa.Column("shared_minor", WHOLE, server_default="0", nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", WHOLE, server_default="0", nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("told_us", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('wanted', 'told')", name=op.f("ck_refund_state")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_refund_client_id")),
        sa.ForeignKeyConstraint(["grade_id"], ["return_grade.id"], name=op.f("fk_refund_grade_id")),
        sa.ForeignKeyConstraint(["return_id"], ["customer_return.id"], name=op.f("fk_refund_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("grade_id", name=op.f("uq_refund_grade_id")),
        sa.UniqueConstraint("public", name=op.f("uq_refund_public")),
    )
    op.create_index("ix_refund_client", "refund", ["client_id", "id"], unique=False)
    op.create_index("ix_refund_return", "refund", ["return_id"], unique=False)
    op.create_index(
        "ix_refund_wanted",
        "refund",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )


def _return_label() -> None:
    op.create_table(
        "return_label",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("return_id", WHOLE, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("price_minor", WHOLE, nullable=False),
        sa.Column("weight_mg", WHOLE, nullable=False),
        sa.Column("carton", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=True),
        sa.Column("zpl", sa.String(), server_default="", nullable=False),
        sa.Column("tries", WHOLE, server_default="0", nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("wanted_us", WHOLE, nullable=False),
        sa.Column("bought_us", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('wanted', 'bought', 'refused')", name=op.f("ck_return_label_state")),
        sa.ForeignKeyConstraint(["return_id"], ["customer_return.id"], name=op.f("fk_return_label_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_label")),
        sa.UniqueConstraint("carrier", "tracking", name=op.f("uq_return_label_carrier_tracking")),
        sa.UniqueConstraint("public", name=op.f("uq_return_label_public")),
        sa.UniqueConstraint("return_id", name=op.f("uq_return_label_return_id")),
    )
    op.create_index("ix_return_label_tracking", "return_label", ["tracking"], unique=False)
    op.create_index(
        "ix_return_label_wanted",
        "return_label",
        ["carrier"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_parcel_line_line", "parcel_line")
    op.drop_index("ix_parcel_order", "parcel")
    for name in reversed(TABLES):
        op.drop_table(name)
