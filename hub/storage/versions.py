"""The version of a database's tables: which one it has, which this program knows, and how it is brought up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

MIGRATIONS = Path(__file__).parent / "migrations"


class BadDatabase(ValueError):
    """It is no hub's database, or of another version than this program's; the text says which, and what to do."""


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version. Raises: BadDatabase, they are of a newer one than this program's."""
    config = _config()
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None:
            check_not_newer(found, engine.url.database)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version_of(connection: Connection) -> tuple[str | None, bool]:
    """A database's version, None if it says none, and whether it has tables."""
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return MigrationContext.configure(connection).get_current_revision(), bool(tables)


def check_version(found: str | None, where: object, mend: str) -> None:
    """Whether a database can be read by this program.

    Raises:
        BadDatabase: it has no version (``mend``: what to do then), or another one than this program's.
    """
    if found is None:
        raise BadDatabase(f"{where}: expected a hub's database, got one without a version. {mend}")
    check_not_newer(found, where)
    newest = _versions()[-1]
    if found != newest:
        raise BadDatabase(
            f"{where}: expected version {newest}, this program's, got the older version {found}."
            " Start the hub on it once, which brings it up to date; make a copy of it first."
        )


def check_not_newer(found: str, where: object) -> None:
    """Raises: BadDatabase, a newer program has written it."""
    if found not in _versions():
        raise BadDatabase(
            f"{where}: expected at most version {_versions()[-1]}, this program's, got version {found}: a newer program"
            " has written it. Use that program, or put back the copy from before."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _versions() -> list[str]:
    """The versions that this program knows, the oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
