"""A file of stock: all of it or nothing, and a count by light to follow where that was asked for."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.storage.verify import verify
from tests.hub.api.test_shops import order, send, token
from tests.hub.api_floor import UNITS_A_BIN, ApiFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


def bins(floor: ApiFloor) -> list[tuple[str, str]]:
    """(bin, SKU) of every bin."""
    sql = "SELECT l.name, s.code FROM location l JOIN sku s ON s.id = l.sku_id WHERE l.kind = 'bin' ORDER BY l.name"
    with floor.hub.engine.begin() as connection:
        return [(row.name, row.code) for row in connection.exec_driver_sql(sql)]


def lies(floor: ApiFloor) -> dict[str, tuple[int, bool, int]]:
    """Units in each bin, whether it is held, and its open counts."""
    sql = (
        "SELECT l.name, l.held,"
        " (SELECT COALESCE(SUM(b.on_hand), 0) FROM balance b WHERE b.location_id = l.id) AS units,"
        " (SELECT COUNT(*) FROM task t WHERE t.bin_id = l.id AND t.kind = 'count' AND t.state = 'open') AS counts"
        " FROM location l WHERE l.kind = 'bin' AND l.sku_id IS NOT NULL"
    )
    with floor.hub.engine.begin() as connection:
        return {row.name: (row.units, bool(row.held), row.counts) for row in connection.exec_driver_sql(sql)}


def a_file(*rows: str) -> str:
    return "\n".join(("bin,sku,units", *rows)) + "\n"


def load(floor: ApiFloor, body: str | bytes, count: bool = False) -> httpx.Response:
    answer: httpx.Response = floor.client.post(
        "/api/stock/load", content=body, params={"actor": "Kari", "count": count}
    )
    return answer


def test_the_book_of_each_bin_is_what_the_file_says(floor: ApiFloor) -> None:
    (first, sku), (second, other), *_ = bins(floor)
    loaded = load(floor, a_file(f"{first},{sku},50", f"{second},{other},0"))
    assert loaded.json() == {"bins": 2, "change": 50 - 2 * UNITS_A_BIN, "to_count": 0}
    assert (lies(floor)[first], lies(floor)[second]) == ((50, False, 0), (0, False, 0))


def test_a_bin_whose_count_is_to_follow_is_held_until_it_was_counted(floor: ApiFloor) -> None:
    headers = token(floor)
    rows = [f"{name},{sku},30" for name, sku in bins(floor)]
    assert load(floor, a_file(*rows), count=True).json()["to_count"] == len(rows)
    assert set(lies(floor).values()) == {(30, True, 1)}
    assert send(floor, headers, order(units=2)).json()["backordered"] == 2
    for name, _ in bins(floor):
        floor.client.post("/api/counts", json={"bin": name, "units": 29, "actor": "Kari"})
    assert set(lies(floor).values()) == {(29, False, 0)}
    [line] = floor.client.get("/v1/orders/W-1", headers=headers).json()["lines"]
    assert line["promised"] == 2


def test_of_a_file_with_refused_rows_nothing_is_taken_and_each_is_named(floor: ApiFloor) -> None:
    before = lies(floor)
    (first, sku), (second, _), *_ = bins(floor)
    refused = load(
        floor,
        a_file(f"{first},{sku},50", f"{second},NONE,1", "nowhere,10,1", f"{first},{sku},9", "x", f"{second},10,-1"),
    )
    assert refused.status_code == 422
    told = [(row["line"], row["field"]) for row in refused.json()["refused"]]
    assert sorted(told) == [(3, "sku"), (4, "bin"), (5, "bin"), (6, ""), (7, "units")]
    assert refused.json()["detail"].startswith("Nothing was taken, for 5 rows are refused")
    assert lies(floor) == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xff", "Expected a file in UTF-8, got byte 0xff."),
        (b"", "Line 1: expected the columns bin, sku, units, got ''."),
        (b"bin,sku,units\n" + b"a,b,1\n" * 2001, "Expected at most 2000 rows, got 2001: split the file."),
    ],
)
def test_what_is_no_file_of_stock_is_refused(floor: ApiFloor, body: bytes, words: str) -> None:
    refused = load(floor, body)
    assert (refused.status_code, refused.json()["detail"]) == (422, words)


def test_the_command_says_what_was_loaded_and_what_was_refused(floor: ApiFloor, tmp_path: Path) -> None:
    (first, sku), *_ = bins(floor)
    file = tmp_path / "stock.csv"
    with floor.served() as url:
        file.write_text(a_file(f"{first},{sku},{UNITS_A_BIN + 5}"), "utf-8")
        done = CliRunner().invoke(app, ["stock", "load", str(file), "--count", "--hub", url])
        assert (done.exit_code, done.stdout) == (0, "1 bins loaded, +5 units. 1 wait for their count by light.\n")
        file.write_text(a_file("nowhere,10,1"), "utf-8")
        refused = CliRunner().invoke(app, ["stock", "load", str(file), "--hub", url])
        assert refused.exit_code == 1
        assert f"{file}, line 2: bin: expected a bin of this site" in refused.stderr
        assert CliRunner().invoke(app, ["stock", "load", str(tmp_path / "none"), "--hub", url]).exit_code == 2
