"""The allocation benchmark measures what it says: the hub and the plain rule promise the same, order by order."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.bench.allocation import BINS, HubAllocation, draw, stock_question, take_turns
from hub.bench.plain_allocation import PlainSqlite
from hub.cli import app
from hub.storage.verify import verify
from tests.databases import rows_of


def test_the_hub_and_the_plain_rule_promise_the_same_and_some_of_it_is_backordered(tmp_path: Path) -> None:
    load = draw([1, 5, 40], 60, 1)
    hub, plain = HubAllocation(tmp_path / "hub.db", load.stock), PlainSqlite(tmp_path / "plain.db", load.stock)
    figures = take_turns(load, hub, plain)
    with hub.writer._engine.begin() as connection:
        assert not any(verify(connection).values())
    asked = stock_question(tmp_path / "hub.db", hub, BINS + 50)
    hub.close()
    plain.close()
    assert figures["hub"]["lines_s"] > 0 and figures["plain"]["lines_s"] > 0 and figures["ratio"] > 0
    assert asked["transfers"] == BINS + 50 and asked["all_skus_ms"] > 0
    [(lines, promised, backordered)] = rows_of(
        tmp_path, "SELECT COUNT(*), SUM(promised), SUM(backordered) FROM order_line"
    )
    assert lines == load.lines
    assert promised > backordered > 0
    assert rows_of(tmp_path, "SELECT COUNT(*) FROM customer_order") == [(60,)]


def test_a_rule_that_promises_otherwise_is_found(tmp_path: Path) -> None:
    load = draw([5], 60, 1)
    more = {code: units + 1 for code, units in load.stock.items()}
    hub, plain = HubAllocation(tmp_path / "hub.db", load.stock), PlainSqlite(tmp_path / "plain.db", more)
    with pytest.raises(ValueError, match="promised otherwise"):
        take_turns(load, hub, plain)
    hub.close()
    plain.close()


def test_the_command_writes_its_figures(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    ended = CliRunner().invoke(
        app, ["bench", "allocation", "--orders", "50", "--transfers", "1100", "--json", str(file)]
    )
    assert ended.exit_code == 0
    figures = json.loads(file.read_text("utf-8"))
    assert (figures["bins"], figures["orders"]) == (BINS, 50)
    assert figures["sqlite"].keys() == {
        "hub",
        "plain",
        "ratio",
        "ratio_cpu",
        "transfers",
        "all_skus_ms",
        "all_skus_cpu_ms",
    }


@pytest.mark.parametrize("database", ["postgresql://bench:secret@db/bench", "hub.db"])
def test_what_names_no_database_is_refused(database: str) -> None:
    ended = CliRunner().invoke(app, ["bench", "allocation", "--database", database])
    assert ended.exit_code == 2
