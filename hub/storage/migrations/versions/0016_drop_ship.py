"""Drop shipping: units of order lines that a supplier sends, its purchase orders to customers, its parcels."""

import re

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0016"
down_revision = "0015"

SHARES = ("waiting", "dispatched", "cancelled", "declined")
AT_SUPPLIER = sa.text("at_supplier > 0")
WAITING = sa.text("waiting > 0")
SENT = sa.text("reason = 'drop_ship'")
CHECKS = {
    "ck_order_line_sum": ("backordered + cancelled", "backordered + at_supplier + cancelled"),
    "ck_order_line_signs": (
        "backordered >= 0 AND cancelled >= 0",
        "backordered >= 0 AND at_supplier >= 0 AND cancelled >= 0",
    ),
}
"""Of each check of an order line: what stood there, and what stands there from now on."""


def upgrade() -> None:
    """Make the columns and the tables."""
    op.add_column("order_line", sa.Column("at_supplier", WHOLE, server_default="0", nullable=False))
    _replace_in_order_line(CHECKS)
    op.create_index(
        "ix_order_line_at_supplier",
        "order_line",
        ["sku_id"],
        sqlite_where=AT_SUPPLIER,
        postgresql_where=AT_SUPPLIER,
    )
    op.add_column(
        "restock_terms",
        sa.Column(
            "drop_ship",
            sa.String(),
            sa.CheckConstraint("drop_ship IN ('never', 'always', 'when_out')", name=op.f("ck_restock_terms_drop_ship")),
            server_default="never",
            nullable=False,
        ),
    )
    op.create_index("ix_transfer_drop_ship", "transfer", ["id"], sqlite_where=SENT, postgresql_where=SENT)
    _orders()
    _parcels()


def _orders() -> None:
    op.create_table(
        "drop_ship_order",
        sa.Column("purchase_order_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_drop_ship_order_purchase_order_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_drop_ship_order_order_id")),
        sa.PrimaryKeyConstraint("purchase_order_id", name=op.f("pk_drop_ship_order")),
    )
    op.create_index("ix_drop_ship_order_order", "drop_ship_order", ["order_id"])
    op.create_table(
        "drop_ship_line",
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("purchase_order_id", WHOLE, nullable=False),
        sa.Column("order_line_id", WHOLE, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        *(sa.Column(share, WHOLE, server_default="0", nullable=False) for share in SHARES),
        sa.Column("asked_back", WHOLE, server_default="0", nullable=False),
        sa.Column("unit_cost_minor", WHOLE, nullable=False),
        sa.CheckConstraint("units = " + " + ".join(SHARES), name=op.f("ck_drop_ship_line_sum")),
        sa.CheckConstraint(" AND ".join(f"{share} >= 0" for share in SHARES), name=op.f("ck_drop_ship_line_signs")),
        sa.CheckConstraint("asked_back >= 0 AND asked_back <= waiting", name=op.f("ck_drop_ship_line_asked_back")),
        sa.ForeignKeyConstraint(["line_id"], ["purchase_order_line.id"], name=op.f("fk_drop_ship_line_line_id")),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_drop_ship_line_purchase_order_id")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_drop_ship_line_order_line_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_drop_ship_line")),
    )
    op.create_index("ix_drop_ship_line_order", "drop_ship_line", ["purchase_order_id"])
    op.create_index("ix_drop_ship_line_for", "drop_ship_line", ["order_line_id"])
    op.create_index(
        "ix_drop_ship_line_waiting",
        "drop_ship_line",
        ["purchase_order_id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _parcels() -> None:
    op.create_table(
        "drop_ship_parcel",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("purchase_order_id", WHOLE, nullable=False),
        sa.Column("order_id", WHOLE, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("dispatched_us", WHOLE, nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_drop_ship_parcel_purchase_order_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_drop_ship_parcel_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_ship_parcel")),
        sa.UniqueConstraint("public", name=op.f("uq_drop_ship_parcel_public")),
        sa.UniqueConstraint(
            "purchase_order_id",
            "carrier",
            "tracking",
            name=op.f("uq_drop_ship_parcel_purchase_order_id_carrier_tracking"),
        ),
    )
    op.create_index("ix_drop_ship_parcel_order", "drop_ship_parcel", ["order_id"])
    op.create_table(
        "drop_ship_parcel_line",
        sa.Column("parcel_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("line_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("units", WHOLE, nullable=False),
        sa.Column("transfer_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["drop_ship_parcel.id"], name=op.f("fk_drop_ship_parcel_line_parcel_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["drop_ship_line.line_id"], name=op.f("fk_drop_ship_parcel_line_line_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_drop_ship_parcel_line_transfer_id")),
        sa.PrimaryKeyConstraint("parcel_id", "line_id", name=op.f("pk_drop_ship_parcel_line")),
    )
    op.create_index("ix_drop_ship_parcel_line_line", "drop_ship_parcel_line", ["line_id"])


def downgrade() -> None:
    """Drop them. Units that are at a supplier are ones that the older program does not know: none may be left."""
    for name in ("drop_ship_parcel_line", "drop_ship_parcel", "drop_ship_line", "drop_ship_order"):
        op.drop_table(name)
    op.drop_index("ix_transfer_drop_ship", "transfer")
    op.drop_column("restock_terms", "drop_ship")
    op.drop_index("ix_order_line_at_supplier", "order_line")
    _replace_in_order_line({name: (after, before) for name, (before, after) in CHECKS.items()})
    op.drop_column("order_line", "at_supplier")


def _replace_in_order_line(wanted: dict[str, tuple[str, str]]) -> None:
    """Change checks of ``order_line`` where it stands, for other tables refer to it: as migration 0006 does it.

    Source: SQLite documentation, "ALTER TABLE", 7: changes that do not affect the file's content.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        found = {
            check["name"]: check["sqltext"] for check in sa.inspect(connection).get_check_constraints("order_line")
        }
        for name, (before, after) in wanted.items():
            plain = re.sub(r"[()]", "", found[name])
            assert before in plain, f"expected '{before}' in {name}, got '{plain}'"
            op.drop_constraint(op.f(name), "order_line")
            op.create_check_constraint(op.f(name), "order_line", plain.replace(before, after))
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    for name, (before, after) in wanted.items():
        changed = connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'order_line' AND instr(sql, ?)",
            (before, after, before),
        )
        assert changed.rowcount == 1, f"expected the check {name} as the migrations before wrote it"
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
