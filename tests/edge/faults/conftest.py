"""The stricken station for every test here."""

from tests.edge.faults.stricken import stricken

__all__ = ["stricken"]
