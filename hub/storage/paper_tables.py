"""The table of picks that were keyed in from paper."""

from sqlalchemy import Column, ForeignKey, Table

from hub.storage.tables import metadata, number, words
from hub.storage.whole import WHOLE

paper_pick = Table(
    "paper_pick",
    metadata,
    Column("task_id", WHOLE, ForeignKey("task.id"), primary_key=True, autoincrement=False),
    number("units"),
    words("operator"),
    number("keyed_us"),
)
"""A task that was confirmed on paper: once. What its light says of it later is the same pick."""
