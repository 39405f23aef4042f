"""Tables are read strictly: what is taken is exactly what stands there, all else is told with its line."""

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.shape import CAME_CHARS_MAX
from edge.contract.site import BadSite
from edge.contract.strict import Strict
from hub.site import strict_csv
from hub.site.strict_csv import read_table, read_text


class Row(Strict, frozen=True, kw_only=True):
    """What the tables of these tests hold."""

    name: str
    units: int


def table(directory: Path, content: str | bytes) -> Path:
    path = directory / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fault(path: Path) -> str:
    """What is said of a table, without its path."""
    with pytest.raises(BadSite) as caught:
        read_table(path, Row)
    said = str(caught.value)
    assert said.startswith(str(path))
    return said.removeprefix(str(path)).lstrip(", :")


def test_rows_come_with_their_lines_whatever_the_order_of_columns(tmp_path: Path) -> None:
    path = table(tmp_path, 'units,name\n3,red\n\n-4,"blue, dark"\n')
    assert read_table(path, Row) == ((2, Row(name="red", units=3)), (4, Row(name="blue, dark", units=-4)))


def test_a_byte_order_mark_and_the_line_ends_of_other_systems_are_no_fault(tmp_path: Path) -> None:
    path = table(tmp_path, b"\xef\xbb\xbfname,units\r\nred,3\r\n")
    assert read_table(path, Row) == ((2, Row(name="red", units=3)),)


class Wide(Row, frozen=True, kw_only=True):
    """A table that may have more columns."""

    packs: int = 1
    days: int | None = None


def test_a_column_with_a_default_may_be_absent_and_its_cell_empty(tmp_path: Path) -> None:
    path = table(tmp_path, "days,name,units\n,red,3\n9,blue,4\n")
    rows = (Wide(name="red", units=3), Wide(name="blue", units=4, days=9))
    assert tuple(row for _, row in read_table(path, Wide)) == rows
    with pytest.raises(BadSite, match=r"name, units \(and, where wanted, packs, days\), got 'name,pack'"):
        read_table(table(tmp_path, "name,pack\n"), Wide)
    with pytest.raises(BadSite, match="line 2: days: expected a whole number, got 'x'"):
        read_table(table(tmp_path, "days,name,units\nx,red,3\n"), Wide)


def test_a_table_of_nothing_but_its_columns_has_no_rows(tmp_path: Path) -> None:
    assert read_table(table(tmp_path, "name,units\n"), Row) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: expected the columns name, units, got ''."),
        ("name\nred\n", "line 1: expected the columns name, units, got 'name'."),
        ("name,units,units\n", "line 1: expected the columns name, units, got 'name,units,units'."),
        ("Name,units\n", "line 1: expected the columns name, units, got 'Name,units'."),
        ("name,units\nred\n", "line 2: expected 2 columns, got 1: 'red'."),
        ("name,units\nred,3\nblue,4,5\n", "line 3: expected 2 columns, got 3: 'blue,4,5'."),
        ("name,units\nred,\n", "line 2: units: expected a whole number, got ''."),
        ("name,units\nred, 3\n", "line 2: units: expected a whole number, got ' 3'."),
        ("name,units\nred,+3\n", "line 2: units: expected a whole number, got '+3'."),
        ("name,units\nred,1_000\n", "line 2: units: expected a whole number, got '1_000'."),
        ("name,units\nred,3.0\n", "line 2: units: expected a whole number, got '3.0'."),
        ("name,units\nred,٣\n", "line 2: units: expected a whole number, got '٣'."),
        ('name,units\nred,"3\n"\n', "line 3: units: expected a whole number, got '3\n'."),
        ("name,units\nred,1234567890123456\n", "line 2: units: expected a whole number, got '1234567890123456'."),
        ('name,units\n"red,3\n', "line 2: expected CSV, got: unexpected end of data."),
        ('name,units\n"red"s,3\n', "line 2: expected CSV, got: ',' expected after '\"'."),
        (b"name,units\nr\xe9d,3\n", "expected UTF-8 text, got byte 0xe9 at 12."),
    ],
)
def test_what_is_wrong_is_told_with_its_line_what_was_expected_and_what_came(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    assert fault(table(tmp_path, content)) == said


def test_of_a_very_long_cell_the_beginning_is_told(tmp_path: Path) -> None:
    said = fault(table(tmp_path, f"name,units\nred,{'x' * 1_000}\n"))
    assert said == f"line 2: units: expected a whole number, got '{'x' * CAME_CHARS_MAX}...'."


def test_more_rows_than_are_taken_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_csv, "ROWS_MAX", 2)
    assert len(read_table(table(tmp_path, "name,units\na,1\nb,2\n"), Row)) == 2
    assert fault(table(tmp_path, "name,units\na,1\nb,2\nc,3\n")) == "line 4: expected at most 2 rows."


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSite, match=r"none\.csv: expected a file that can be read, got: No such file"):
        read_text(tmp_path / "none.csv")
    with pytest.raises(BadSite, match="expected a file that can be read, got: Is a directory"):
        read_text(tmp_path)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(-(10**15) + 1, 10**15 - 1)), max_size=8))
def test_whatever_is_written_as_csv_is_read_back(rows: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "written.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("name", "units"))
            writer.writerows(rows)
        assert [(row.name, row.units) for _, row in read_table(path, Row)] == rows
