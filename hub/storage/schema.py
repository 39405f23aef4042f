"""Every table of the hub's database, whoever declares it: what migrations are held against."""

import hub.storage.drop_ship_tables
import hub.storage.hold_tables
import hub.storage.kit_tables
import hub.storage.material_tables
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

__all__ = ["metadata"]
