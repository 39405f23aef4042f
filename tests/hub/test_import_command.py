"""``shelflight orders import``: all of a file or nothing, each refused line said and written into the report."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from tests.hub.api_floor import ApiFloor
from tests.hub.demo_site import HEADER, sale


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor


def refs(floor: ApiFloor) -> set[str]:
    return {order["ref"] for order in floor.client.get("/api/orders").json()}


def test_nothing_is_taken_until_the_file_is_mended_unless_the_valid_orders_are_wanted(
    floor: ApiFloor, tmp_path: Path
) -> None:
    file, report = tmp_path / "orders.csv", tmp_path / "report.json"
    file.write_text("\n".join((HEADER, sale("A", "10"), sale("B", "NONE"))) + "\n", "utf-8")
    with floor.served() as url:
        command = ["orders", "import", str(file), "--hub", url, "--report", str(report)]
        ended = CliRunner().invoke(app, command)
        assert ended.exit_code == 1
        assert f"{file}, line 3: order B, sku: expected an SKU of the catalogue, got 'NONE'" in ended.stderr
        assert "Nothing was taken, for 1 line is refused" in ended.stdout
        assert json.loads(report.read_text("utf-8"))["refused"][0]["line"] == 3
        assert refs(floor) == set()
        ended = CliRunner().invoke(app, [*command, "--valid-only"])
        assert (ended.exit_code, refs(floor)) == (1, {"A"})
        assert "1 order taken: 1 new, 0 the hub had already; 1 refused line." in ended.stdout
        file.write_text("\n".join((HEADER, sale("A", "10"), sale("B", "11"))) + "\n", "utf-8")
        ended = CliRunner().invoke(app, command)
        assert (ended.exit_code, refs(floor)) == (0, {"A", "B"})
        assert "2 orders taken: 1 new, 1 the hub had already; 0 refused lines." in ended.stdout


def test_a_file_of_json_lines_is_known_by_its_name(floor: ApiFloor, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text('{"ref": "J", "lines": [{"sku": "10", "units": 1}]}\n', "utf-8")
    with floor.served() as url:
        assert CliRunner().invoke(app, ["orders", "import", str(file), "--hub", url]).exit_code == 0
    assert refs(floor) == {"J"}
