"""Alembic's entry: runs migrations on the connection that the caller passes in."""

from alembic import context

import hub.storage.drop_ship_tables
import hub.storage.hold_tables
import hub.storage.kit_tables
import hub.storage.paper_tables
import hub.storage.receiving_tables
import hub.storage.restock_tables
import hub.storage.return_tables
import hub.storage.shipping_tables
import hub.storage.shop_tables
import hub.storage.substitute_tables
import hub.storage.web_tables
import hub.storage.work_tables
import hub.storage.zone_tables  # noqa: F401 - they register their tables
from hub.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
