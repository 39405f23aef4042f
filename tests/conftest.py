"""What holds for every test."""

import signal
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests import databases

settings.register_profile("house", deadline=None)
settings.load_profile("house")

LONG = {"system", "simulation", "browser"}
"""Directories whose tests run whole floors."""
ONLY = {
    databases.SQLITE: "sqlite_only: of the file that SQLite keeps a database in; left out with --engine postgresql",
    databases.POSTGRESQL: "postgresql_only: of PostgreSQL's own ways; left out without --engine postgresql",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever runs the tests choose the engine that their hubs run on."""
    parser.addoption(
        "--engine",
        choices=(databases.SQLITE, databases.POSTGRESQL),
        default=databases.SQLITE,
        help="the database engine of the tests' hubs; PostgreSQL is started by the tests themselves",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let what the tests start be told to end by signals that whoever runs them has ignored, as ``nohup`` does: a
    child inherits what is ignored, and is given the default of what is handled."""
    for sign in (signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(sign) is signal.SIG_IGN:
            signal.signal(sign, lambda _sign, _frame: None)
    databases.chosen[0] = config.getoption("engine")
    for words in ONLY.values():
        config.addinivalue_line("markers", words)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is of the other engine; what takes long comes first, so that no worker is left alone with it."""
    other = databases.SQLITE if databases.is_postgresql() else databases.POSTGRESQL
    gone = {item for item in items if item.get_closest_marker(f"{other}_only")}
    config.hook.pytest_deselected(items=list(gone))
    items[:] = sorted(
        (item for item in items if item not in gone), key=lambda item: not LONG.intersection(item.path.parts)
    )


@pytest.fixture(autouse=True)
def databases_end() -> Iterator[None]:
    """The databases of a server that a test made end with it, whoever has them open."""
    before = databases.made()
    yield
    databases.drop_made_since(before)


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """What a command said about the log in a test is not true of the next one."""
    yield
    structlog.reset_defaults()
