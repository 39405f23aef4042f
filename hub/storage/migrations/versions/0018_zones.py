"""Zones: legs of carts, pickers' zones, orders whose parts a wall brings together; tasks on a cart's walk."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0018"
down_revision = "0017"

CURRENT = sa.text("state IN ('offered', 'picking')")
OPEN = sa.text("state <> 'done'")


def _number(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, WHOLE, nullable=null)


def _words(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _only(name: str) -> sa.Column[Any]:
    return sa.Column(name, WHOLE, autoincrement=False, nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Make the tables; a cell may hold several parts of one order."""
    op.create_table(
        "leg",
        _number("id"),
        _number("batch_id"),
        _words("zone"),
        _words("state"),
        _number("operator_id", null=True),
        _number("since_us"),
        _number("done_us", null=True),
        sa.CheckConstraint("state IN ('waiting', 'offered', 'picking', 'done')", name=op.f("ck_leg_state")),
        _to("leg", "batch_id", "batch"),
        _to("leg", "operator_id", "operator"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
    )
    op.create_index("ix_leg_batch", "leg", ["batch_id"])
    op.create_index("uq_leg_current", "leg", ["batch_id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT)
    op.create_index("ix_leg_open", "leg", ["zone"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "leg_task",
        _only("task_id"),
        _number("leg_id"),
        _to("leg_task", "task_id", "task"),
        _to("leg_task", "leg_id", "leg"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_leg_task")),
    )
    op.create_index("ix_leg_task_leg", "leg_task", ["leg_id"])
    op.create_table(
        "picker_zone",
        _only("operator_id"),
        _words("zone"),
        _number("since_us"),
        _to("picker_zone", "operator_id", "operator"),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_picker_zone")),
    )
    op.create_table(
        "consolidation",
        _only("order_id"),
        _words("wall"),
        _number("since_us"),
        _words("sent_by", ""),
        _to("consolidation", "order_id", "customer_order"),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_consolidation")),
    )
    op.create_table(
        "way_task",
        _only("task_id"),
        _number("batch_id"),
        _words("colour"),
        _number("rank"),
        _to("way_task", "task_id", "task"),
        _to("way_task", "batch_id", "batch"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_way_task")),
    )
    op.create_index("ix_way_task_batch", "way_task", ["batch_id"])
    with op.batch_alter_table("cell_load") as cells:
        cells.drop_constraint(op.f("uq_cell_load_cell_id"), type_="unique")
        cells.create_index("ix_cell_load_cell", ["cell_id"])


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("cell_load") as cells:
        cells.drop_index("ix_cell_load_cell")
        cells.create_unique_constraint(op.f("uq_cell_load_cell_id"), ["cell_id"])
    for name in ("way_task", "consolidation", "picker_zone", "leg_task", "leg"):
        op.drop_table(name)
