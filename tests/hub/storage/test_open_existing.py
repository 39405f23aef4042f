"""What looks at a database changes nothing in it, and says clearly whose it is if it is not this program's."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from hub.cli import app
from hub.storage.database import BadDatabase, open_database, read_existing
from hub.storage.versions import MIGRATIONS
from hub.storage.writer import Actor
from tests.hub.built_hub import build_hub

pytestmark = pytest.mark.sqlite_only

HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()


def made(directory: Path, version: str = "head") -> Path:
    """A database of a version, closed."""
    path = directory / "hub.db"
    engine = open_database(path)
    if version != "head":
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, version)
    engine.dispose()
    return path


def run(*words: object) -> tuple[int, str]:
    """(exit code, what was said) of ``shelflight``."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def test_what_is_open_for_reading_cannot_be_written_and_stays_byte_for_byte(tmp_path: Path) -> None:
    path = made(tmp_path)
    before = sha256(path.read_bytes()).digest()
    with read_existing(path) as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM transfer")).scalar_one() == 0
    with pytest.raises(OperationalError, match="readonly"), read_existing(path) as connection:
        connection.execute(text("DELETE FROM change"))
    assert sha256(path.read_bytes()).digest() == before


def test_an_older_database_is_not_migrated_by_who_only_looks(tmp_path: Path) -> None:
    path = made(tmp_path, "0001")
    for words in (("ledger", "verify"), ("ledger", "export", tmp_path / "ledger.csv")):
        code, said = run(*words, "--data", tmp_path)
        assert code == 2
        assert f"expected version {HEAD}, this program's, got the older version 0001" in said
        assert "Start the hub on it once" in said
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_newer_database_is_refused_by_who_looks_and_by_the_hub(tmp_path: Path) -> None:
    path = made(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '0417'")
    code, said = run("ledger", "verify", "--data", tmp_path)
    assert code == 2
    assert "got version 0417: a newer program has written it" in said
    with pytest.raises(
        BadDatabase, match=rf"hub\.db: expected at most version {HEAD}, this program's, got version 0417"
    ):
        open_database(path)


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at as one" * 20, b""])
def test_a_file_that_is_no_hub_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hub.db").write_bytes(content)
    with pytest.raises(BadDatabase, match="expected a hub's database"), read_existing(tmp_path / "hub.db"):
        pass


def test_the_ledger_of_a_running_hub_is_verified_and_exported(tmp_path: Path) -> None:
    hub = build_hub(tmp_path)
    try:
        hub.writer.call(Actor("test", "test"), lambda tx: tx.changed("stock"))
        code, said = run("ledger", "verify", "--data", tmp_path)
        assert code == 0, said
        assert "holds   balances_fold" in said
        code, said = run("ledger", "export", tmp_path / "ledger.csv", "--data", tmp_path)
        assert (code, said.split()[0]) == (0, "6")
    finally:
        hub.close()
