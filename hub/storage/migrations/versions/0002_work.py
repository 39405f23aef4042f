"""The tables of orders, tasks, parcels and purchasing."""

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create them, each after the tables it refers to."""
    _create_bench()
    _create_exception()
    _create_operator()
    _create_print_job()
    _create_batch()
    _create_customer_order()
    _create_purchase_order()
    _create_order_line()
    _create_purchase_order_line()
    _create_tote_load()
    _create_parcel()
    _create_task()
    _create_parcel_line()


def downgrade() -> None:
    """Drop them, the last first."""
    names = (
        "parcel_line task parcel tote_load purchase_order_line order_line purchase_order customer_order batch "
        "print_job operator exception bench"
    )
    for name in names.split():
        op.drop_table(name)


def _create_bench() -> None:
    op.create_table(
        "bench",
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", WHOLE, server_default="0", nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("station", name=op.f("pk_bench")),
    )


def _create_exception() -> None:
    op.create_table(
        "exception",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("ref_kind", sa.String(), server_default="", nullable=False),
        sa.Column("ref_id", sa.String(), server_default="", nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("opened_us", WHOLE, nullable=False),
        sa.Column("closed_us", WHOLE, nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception")),
    )
    op.create_index("ix_exception_open", "exception", ["closed_us"], unique=False)
    op.create_index("ix_exception_opened", "exception", ["opened_us"], unique=False)


def _create_operator() -> None:
    op.create_table(
        "operator",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("badge", name=op.f("uq_operator_badge")),
    )


def _create_print_job() -> None:
    op.create_table(
        "print_job",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("zpl", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ref_kind", sa.String(), nullable=False),
        sa.Column("ref_id", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), server_default="", nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('wanted', 'printed', 'failed')", name=op.f("ck_print_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint("public", name=op.f("uq_print_job_public")),
    )
    op.create_index("ix_print_job_station_state", "print_job", ["station", "state"], unique=False)


def _create_batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=True),
        sa.Column("cart", sa.String(), nullable=True),
        sa.Column("operator_id", WHOLE, nullable=True),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("inducted_us", WHOLE, nullable=True),
        sa.Column("picked_us", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('planned', 'induct', 'picking', 'delivered')", name=op.f("ck_batch_state")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_batch_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_operator", "batch", ["operator_id", "state"], unique=False)
    op.create_index(
        "ix_batch_cart",
        "batch",
        ["cart"],
        unique=False,
        sqlite_where=sa.text("state IN ('induct', 'picking')"),
        postgresql_where=sa.text("state IN ('induct', 'picking')"),
    )
    op.create_index("ix_batch_picked", "batch", ["picked_us"], unique=False)


def _create_customer_order() -> None:
    op.create_table(
        "customer_order",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("site_id", WHOLE, nullable=False),
        sa.Column("client_id", WHOLE, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("placed_us", WHOLE, nullable=False),
        sa.Column("received_us", WHOLE, nullable=False),
        sa.Column("first_promise_us", WHOLE, nullable=True),
        sa.Column("shipped_us", WHOLE, nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_customer_order_client_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_customer_order_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_order")),
        sa.UniqueConstraint("client_id", "ref", name=op.f("uq_customer_order_client_id_ref")),
        sa.UniqueConstraint("public", name=op.f("uq_customer_order_public")),
    )
    op.create_index("ix_customer_order_received", "customer_order", ["received_us"], unique=False)
    op.create_index("ix_customer_order_shipped", "customer_order", ["shipped_us"], unique=False)


def _create_purchase_order() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("supplier_id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_us", WHOLE, nullable=False),
        sa.Column("due_us", WHOLE, nullable=False),
        sa.Column("received_us", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('ordered', 'receiving', 'received')", name=op.f("ck_purchase_order_state")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )


def _create_order_line() -> None:
    op.create_table(
        "order_line",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("line", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("ordered", WHOLE, nullable=False),
        sa.Column("open", WHOLE, server_default="0", nullable=False),
        sa.Column("promised", WHOLE, server_default="0", nullable=False),
        sa.Column("reserved", WHOLE, server_default="0", nullable=False),
        sa.Column("picked", WHOLE, server_default="0", nullable=False),
        sa.Column("packed", WHOLE, server_default="0", nullable=False),
        sa.Column("shipped", WHOLE, server_default="0", nullable=False),
        sa.Column("backordered", WHOLE, server_default="0", nullable=False),
        sa.Column("cancelled", WHOLE, server_default="0", nullable=False),
        sa.Column("price_minor", WHOLE, nullable=False),
        sa.CheckConstraint(
            "open >= 0 AND promised >= 0 AND reserved >= 0 AND picked >= 0 AND "
            "packed >= 0 AND shipped >= 0 AND backordered >= 0 AND cancelled >= 0",
            name=op.f("ck_order_line_signs"),
        ),
        sa.CheckConstraint(
            "ordered = open + promised + reserved + picked + packed + shipped + backordered + cancelled",
            name=op.f("ck_order_line_sum"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_order_line_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "line", name=op.f("uq_order_line_order_id_line")),
    )
    op.create_index("ix_order_line_sku", "order_line", ["sku_id"], unique=False)
    op.create_index(
        "ix_order_line_promised",
        "order_line",
        ["sku_id"],
        unique=False,
        sqlite_where=sa.text("promised > 0"),
        postgresql_where=sa.text("promised > 0"),
    )
    op.create_index(
        "ix_order_line_backordered",
        "order_line",
        ["sku_id"],
        unique=False,
        sqlite_where=sa.text("backordered > 0"),
        postgresql_where=sa.text("backordered > 0"),
    )


def _create_purchase_order_line() -> None:
    op.create_table(
        "purchase_order_line",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("purchase_order_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("ordered", WHOLE, nullable=False),
        sa.Column("received", WHOLE, server_default="0", nullable=False),
        sa.Column("open", WHOLE, server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_purchase_order_line_purchase_order_id")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_purchase_order_line_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
    )
    op.create_index("ix_purchase_order_line_order", "purchase_order_line", ["purchase_order_id"], unique=False)
    op.create_index("ix_purchase_order_line_sku", "purchase_order_line", ["sku_id"], unique=False)
    op.create_index(
        "uq_purchase_order_line_open",
        "purchase_order_line",
        ["sku_id"],
        unique=True,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open = 1"),
    )


def _create_tote_load() -> None:
    op.create_table(
        "tote_load",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("batch_id", WHOLE, nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("tote_id", WHOLE, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'picking', 'delivered', 'packing', 'packed')", name=op.f("ck_tote_load_state")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_tote_load_batch_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_tote_load_order_id")),
        sa.ForeignKeyConstraint(["tote_id"], ["location.id"], name=op.f("fk_tote_load_tote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tote_load")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_tote_load_batch_id_position")),
    )
    op.create_index("ix_tote_load_tote", "tote_load", ["tote_id"], unique=False)
    op.create_index(
        "ix_tote_load_delivered",
        "tote_load",
        ["batch_id"],
        unique=False,
        sqlite_where=sa.text("state = 'delivered'"),
        postgresql_where=sa.text("state = 'delivered'"),
    )
    op.create_index("ix_tote_load_order", "tote_load", ["order_id"], unique=False)
    op.create_index(
        "ix_tote_load_open",
        "tote_load",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state <> 'packed'"),
        postgresql_where=sa.text("state <> 'packed'"),
    )


def _create_parcel() -> None:
    op.create_table(
        "parcel",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("load_id", WHOLE, nullable=False),
        sa.Column("location_id", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("carton", sa.String(), nullable=False),
        sa.Column("expected_mg", WHOLE, nullable=False),
        sa.Column("tolerance_mg", WHOLE, nullable=False),
        sa.Column("measured_mg", WHOLE, nullable=True),
        sa.Column("tracking", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("price_minor", WHOLE, nullable=True),
        sa.Column("packed_us", WHOLE, nullable=True),
        sa.Column("shipped_us", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('packing', 'labelled', 'shipped')", name=op.f("ck_parcel_state")),
        sa.ForeignKeyConstraint(["load_id"], ["tote_load.id"], name=op.f("fk_parcel_load_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_parcel_location_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_parcel_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("public", name=op.f("uq_parcel_public")),
        sa.UniqueConstraint("tracking", name=op.f("uq_parcel_tracking")),
    )
    op.create_index("ix_parcel_packed", "parcel", ["packed_us"], unique=False)
    op.create_index(
        "ix_parcel_open",
        "parcel",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state <> 'shipped'"),
        postgresql_where=sa.text("state <> 'shipped'"),
    )


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("bin_id", WHOLE, nullable=False),
        sa.Column("sku_id", WHOLE, nullable=False),
        sa.Column("lot_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("rank", WHOLE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("load_id", WHOLE, nullable=True),
        sa.Column("line_id", WHOLE, nullable=True),
        sa.Column("source_id", WHOLE, nullable=True),
        sa.Column("reserve_id", WHOLE, nullable=True),
        sa.Column("units_done", WHOLE, server_default="0", nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("released_us", WHOLE, nullable=False),
        sa.Column("done_us", WHOLE, nullable=True),
        sa.CheckConstraint("kind IN ('pick', 'put', 'count')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("state IN ('open', 'recalled', 'done', 'void')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["bin_id"], ["location.id"], name=op.f("fk_task_bin_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_task_line_id")),
        sa.ForeignKeyConstraint(["load_id"], ["tote_load.id"], name=op.f("fk_task_load_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_task_lot_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_task_sku_id")),
        sa.ForeignKeyConstraint(["source_id"], ["location.id"], name=op.f("fk_task_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("public", name=op.f("uq_task_public")),
    )
    op.create_index("ix_task_line", "task", ["line_id"], unique=False)
    op.create_index("ix_task_source", "task", ["source_id", "sku_id"], unique=False)
    op.create_index(
        "ix_task_bin_open",
        "task",
        ["bin_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'recalled')"),
        postgresql_where=sa.text("state IN ('open', 'recalled')"),
    )
    op.create_index(
        "ix_task_bin_owing",
        "task",
        ["bin_id"],
        unique=False,
        sqlite_where=sa.text("state = 'done' AND reserve_id <> rank"),
        postgresql_where=sa.text("state = 'done' AND reserve_id <> rank"),
    )
    op.create_index("ix_task_load", "task", ["load_id"], unique=False)
    op.create_index("ix_task_station_state", "task", ["station", "state"], unique=False)
    op.create_index(
        "ix_task_picked",
        "task",
        ["done_us"],
        unique=False,
        sqlite_where=sa.text("state = 'done' AND kind = 'pick'"),
        postgresql_where=sa.text("state = 'done' AND kind = 'pick'"),
    )


def _create_parcel_line() -> None:
    op.create_table(
        "parcel_line",
        sa.Column("parcel_id", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_parcel_line_line_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_line_parcel_id")),
        sa.PrimaryKeyConstraint("parcel_id", "line_id", name=op.f("pk_parcel_line")),
    )
