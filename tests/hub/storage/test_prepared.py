"""Statements about a set: the members that were asked for, however many they are."""

from pathlib import Path

import pytest
from sqlalchemy import text

from hub.storage.database import open_database
from hub.storage.prepared import Prepared, PreparedRows, PreparedSet
from tests.databases import database_of

FOUND = PreparedSet("SELECT station FROM bench WHERE kind = :kind AND station IN (:names) ORDER BY station", "names")


@pytest.mark.parametrize("wanted", [(), ("b1",), ("b1", "b2"), ("b3", "b1", "b2"), tuple(f"b{n}" for n in range(9))])
def test_the_members_that_are_there_are_found_and_no_others(tmp_path: Path, wanted: tuple[str, ...]) -> None:
    engine = open_database(database_of(tmp_path))
    with engine.begin() as connection:
        for n in range(1, 6):
            connection.execute(
                text("INSERT INTO bench (station, kind, step, session) VALUES (:station, :kind, 0, '{}')"),
                {"station": f"b{n}", "kind": "pack" if n < 5 else "dock"},
            )
        found = [row.station for row in FOUND(connection, wanted, {"kind": "pack"})]
    engine.dispose()
    assert found == sorted(name for name in wanted if name in ("b1", "b2", "b3", "b4"))


def test_a_row_knows_its_columns_by_name_and_one_without_a_name_by_its_number(tmp_path: Path) -> None:
    engine = open_database(database_of(tmp_path))
    with engine.begin() as connection:
        row = Prepared("SELECT 1 + :more AS sum, 7")(connection, {"more": 2}).one()
    engine.dispose()
    assert row.sum == 3 and row[1] == 7
    assert row._asdict()["sum"] == 3


WRITE = PreparedRows(
    ("name", "kind"),
    "INSERT INTO bench (station, kind, step, session) SELECT rows.name, rows.kind, 0, '5 %' FROM rows",
    "text",
)
TURN = PreparedRows(
    ("at", "by"), "UPDATE bench SET step = bench.step + rows.by FROM rows WHERE bench.step = rows.at AND rows.by > 1"
)


def test_many_rows_are_written_and_changed_each_by_its_own_values_and_counted(tmp_path: Path) -> None:
    engine = open_database(database_of(tmp_path))
    with engine.begin() as connection:
        assert WRITE(connection, [(f"b{n}", "{'it's'}") for n in range(200)]) == 200
        for n in range(5):
            connection.execute(
                text("UPDATE bench SET step = :n WHERE station = :station"), {"n": n, "station": f"b{n}"}
            )
        assert TURN(connection, [(4, 40), (2, 20), (1, 1), (9, 9)]) == 2
        rows = connection.execute(text("SELECT station, kind, step, session FROM bench")).all()
    engine.dispose()
    steps = {"b1": 1, "b2": 22, "b3": 3, "b4": 44}
    expected = [(f"b{n}", "{'it's'}", steps.get(f"b{n}", 0), "5 %") for n in range(200)]
    assert sorted(tuple(row) for row in rows) == sorted(expected)
