"""The only SQL of the hub: tables, ledger, inbox, changes, migrations."""
