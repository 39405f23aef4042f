"""Whole numbers of 64 bits, on both engines."""

from sqlalchemy import BigInteger, Integer

WHOLE = Integer().with_variant(BigInteger(), "postgresql")
"""The type of every integer column, also in migrations. SQLite's INTEGER has 64 bits and must be called so, or a
primary key does not count by itself; PostgreSQL's has 32, too few for microseconds since 1970."""
