"""The rules of the trade: pure, no storage, no transport, no clock."""
