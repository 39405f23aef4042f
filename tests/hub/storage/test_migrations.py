import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.exc import IntegrityError

from hub.storage.database import open_database
from hub.storage.schema import metadata
from hub.storage.versions import MIGRATIONS

pytestmark = pytest.mark.sqlite_only
PARTS = re.compile(r", (?=CONSTRAINT |\w+ [A-Z])")
"""Between two columns or constraints of a definition in one line."""


def definitions(connection: Connection) -> dict[str, list[str]]:
    """Each table's and index's columns and constraints, as SQLite keeps them, whatever order they stand in."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: sorted(PARTS.split(" ".join(sql.removesuffix(")").partition("(")[2].split())))
        for name, sql in rows
        if name not in ("alembic_version", "sqlite_sequence")
    }


def config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def test_the_migrations_make_the_tables_that_the_code_declares(tmp_path: Path) -> None:
    migrated = open_database(tmp_path / "migrated.db")
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(declared)
    with migrated.connect() as here, declared.connect() as there:
        assert compare_metadata(MigrationContext.configure(here), metadata) == []
        ours, theirs = definitions(here), definitions(there)
    assert ours.keys() == theirs.keys()
    assert {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]} == {}


def test_an_opened_database_stands_at_the_newest_version_and_opens_again(tmp_path: Path) -> None:
    for _ in range(2):
        engine = open_database(tmp_path / "hub.db")
        with engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
            assert at == ScriptDirectory.from_config(config(connection)).get_current_head()
        engine.dispose()


def test_every_migration_can_be_undone(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "hub.db")
    with engine.begin() as connection:
        command.downgrade(config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_labels_of_before_may_have_been_sent(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "hub.db")
    with engine.begin() as connection:
        command.downgrade(config(connection), "0002")
        connection.exec_driver_sql(
            "INSERT INTO print_job (public, station, zpl, state, ref_kind, ref_id, created_us)"
            " VALUES ('j', 'pack-1', '^XA^XZ', 'failed', 'parcel', '1', 0)"
        )
        command.upgrade(config(connection), "head")
        assert connection.exec_driver_sql("SELECT public, detail, sent FROM print_job").all() == [("j", "", 1)]
        with pytest.raises(IntegrityError, match="ck_print_job_state"):
            connection.exec_driver_sql("UPDATE print_job SET state = 'lost'")


def test_locations_of_before_stay_and_may_be_cells_from_now_on(tmp_path: Path) -> None:
    insert = "INSERT INTO location (site_id, name, kind) VALUES (1, '{0}', '{1}')"
    engine = open_database(tmp_path / "hub.db")
    with engine.begin() as connection:
        command.downgrade(config(connection), "0005")
        connection.exec_driver_sql("INSERT INTO site (name, generation, created_us) VALUES ('s', 1, 0)")
        connection.exec_driver_sql(insert.format("bay-01/01", "bin"))
        with pytest.raises(IntegrityError, match="ck_location_kind"):
            connection.exec_driver_sql(insert.format("wall-1/01", "cell"))
        command.upgrade(config(connection), "head")
        connection.exec_driver_sql(insert.format("wall-1/01", "cell"))
        with pytest.raises(IntegrityError, match="ck_location_kind"):
            connection.exec_driver_sql(insert.format("roof", "roof"))
    engine.dispose()
    with open_database(tmp_path / "hub.db").begin() as connection:
        names = connection.exec_driver_sql("SELECT name, kind FROM location ORDER BY id").all()
        assert names == [("bay-01/01", "bin"), ("wall-1/01", "cell")]
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_the_client_of_before_is_called_by_its_name_and_refused_web_orders_are_its_own(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "hub.db")
    with engine.begin() as connection:
        command.downgrade(config(connection), "0015")
        connection.exec_driver_sql("INSERT INTO client (name) VALUES ('Acme & Sons')")
        connection.exec_driver_sql(
            "INSERT INTO exception (kind, place, detail, opened_us) VALUES ('web_order_refused', '#1001', '', 0),"
            " ('wrong_label', 'bay-01/01', '', 0)"
        )
        command.upgrade(config(connection), "head")
        assert connection.exec_driver_sql("SELECT key, name FROM client").all() == [("Acme & Sons", "Acme & Sons")]
        refs = connection.exec_driver_sql("SELECT kind, ref_kind, ref_id FROM exception ORDER BY id").all()
        assert refs == [("web_order_refused", "client", "1"), ("wrong_label", "", "")]


def test_what_nobody_told_before_there_were_senders_is_old_news(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "hub.db")
    with engine.connect() as connection:  # never committed: the rows stand for no order
        command.downgrade(config(connection), "0015")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(
            "INSERT INTO backorder_date (line_id, source, at_us, told_us) VALUES (1, 'lead_time', 7, NULL),"
            " (2, 'lead_time', 7, 9)"
        )
        connection.exec_driver_sql(
            "INSERT INTO purchase_message (public, purchase_order_id, kind, channel, address, state, created_us)"
            " VALUES ('m', 1, 'order', 'email', 'a@b.example', 'wanted', 0),"
            " ('n', 1, 'order', 'email', 'a@b.example', 'sent', 0)"
        )
        command.upgrade(config(connection), "head")
        dates = connection.exec_driver_sql("SELECT told_us, silent FROM backorder_date ORDER BY id").all()
        assert dates == [(7, 1), (9, 0)]
        messages = connection.exec_driver_sql("SELECT public, channel, tries FROM purchase_message ORDER BY id").all()
        assert messages == [("m", "person", 0), ("n", "email", 0)]
        connection.rollback()
