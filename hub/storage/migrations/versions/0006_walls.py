"""Put-to-light walls: cells as a kind of location, whose load has which cell, and what was put into it."""

import re

import sqlalchemy as sa
from alembic import op

from hub.storage.whole import WHOLE

revision = "0006"
down_revision = "0005"

BEFORE = "'stage', 'putback', 'supplier'"
AFTER = "'stage', 'putback', 'cell', 'supplier'"
CHECK = "ck_location_kind"


def upgrade() -> None:
    """Make the tables, and let locations be cells."""
    _replace_in_location(BEFORE, AFTER)
    op.create_table(
        "cell_load",
        sa.Column("load_id", WHOLE, nullable=False),
        sa.Column("cell_id", WHOLE, nullable=False),
        sa.Column("sorted", WHOLE, server_default="0", nullable=False),
        sa.CheckConstraint("sorted IN (0, 1)", name=op.f("ck_cell_load_sorted")),
        sa.ForeignKeyConstraint(["cell_id"], ["location.id"], name=op.f("fk_cell_load_cell_id")),
        sa.ForeignKeyConstraint(["load_id"], ["tote_load.id"], name=op.f("fk_cell_load_load_id")),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_cell_load")),
        sa.UniqueConstraint("cell_id", name=op.f("uq_cell_load_cell_id")),
    )
    op.create_table(
        "cell_put",
        sa.Column("task_id", WHOLE, nullable=False),
        sa.Column("load_id", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_cell_put_line_id")),
        sa.ForeignKeyConstraint(["load_id"], ["tote_load.id"], name=op.f("fk_cell_put_load_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_cell_put_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_cell_put")),
    )
    op.create_index("ix_cell_put_load", "cell_put", ["load_id"])


def downgrade() -> None:
    """Drop them. A location that is a cell stays one, which the older program's tables forbid: none may be left."""
    op.drop_table("cell_put")
    op.drop_table("cell_load")
    _replace_in_location(AFTER, BEFORE)


def _replace_in_location(old: str, new: str) -> None:
    """Change the check of the table ``location`` where it stands: most tables refer to it, so that SQLite cannot copy
    and drop it within a transaction.

    Source: SQLite documentation, "ALTER TABLE", 7: changes that do not affect the file's content.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        (check,) = (c for c in sa.inspect(connection).get_check_constraints("location") if c["name"] == CHECK)
        found = str(check["sqltext"])
        assert all(kind in found for kind in old.split(", ")), "expected the check that migration 0001 wrote"
        kinds = ", ".join(re.findall("'[a-z]+'", found)).replace(old, new)
        op.drop_constraint(op.f(CHECK), "location")
        op.create_check_constraint(op.f(CHECK), "location", f"kind IN ({kinds})")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'location' AND instr(sql, ?)", (old, new, old)
    )
    assert changed.rowcount == 1, "expected the check of location.kind as migration 0001 wrote it"
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
