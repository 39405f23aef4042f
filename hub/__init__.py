"""The central hub: the ledger, the facts' handlers, the orders, and what people look at."""
