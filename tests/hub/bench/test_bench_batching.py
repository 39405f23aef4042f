"""The batching benchmark: instances are read as written, answers are checked from their picks alone."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.bench.batching import solve, summary
from hub.bench.batching_instances import BadInstance, BatchingTask, read_instances
from hub.bench.walked import WrongAnswer, check_partition, walked
from hub.cli import app
from hub.domain.aisles import Stop


def instance(**changes: Any) -> dict[str, Any]:
    """Two aisles of five cells, three orders; both orders of aisle 0 fit together."""
    return {
        "set": "OURS", "name": "two-aisles", "best_known": {"optimal": {"ub": 24.0, "lb": 20.0, "optimal": False}},
        "capacity": 3.0, "aisles": 2, "cells": 5, "depot_aisle": 0, "depot": "bottom", "d_aisle": 2.5, "d_cell": 1.0,
        "d_top": 1.0, "d_bottom": 1.0, "d_depot": 0.0, "weights": {},
        "skus": {"0": [0, 4, "left"], "1": [0, 0, "right"], "2": [1, 4, "left"]},
        "orders": [[[0, 1]], [[1, 2]], [[2, 3]]],
    } | changes  # fmt: skip


def write(file: Path, *instances: dict[str, Any]) -> Path:
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, instances)).encode()))
    return file


def test_cell_0_is_the_farthest_from_the_depots_side(tmp_path: Path) -> None:
    [read] = read_instances(write(tmp_path / "i.gz", instance()))
    task = BatchingTask(read)
    assert task.aisles.cross_mm == (0, 6_000)
    assert [min(order.stops) for order in task.orders] == [Stop(0, 1_000), Stop(0, 5_000), Stop(1, 1_000)]
    assert [order.size for order in task.orders] == [1_000, 2_000, 3_000]


def test_a_solved_instance_is_measured_against_the_best_known(tmp_path: Path) -> None:
    [read] = read_instances(write(tmp_path / "i.gz", instance()))
    solved = solve(read, 0.05, 1, time.process_time)
    assert solved["distance"] == 2 * 5 + 2 * (2.5 + 1)
    assert solved["gap"] == pytest.approx(17 / 24 - 1)
    assert sorted(batch["orders"] for batch in solved["batches"]) == [[0, 1], [2]]
    assert sum(walked(read, b["orders"], [(a, c) for a, c in b["picks"]]) for b in solved["batches"]) == 17


@pytest.mark.parametrize("known", [{}, {"optimal": {"ub": 0.024, "lb": 0.0, "optimal": False}}])
def test_what_is_not_known_or_cannot_be_counts_in_no_mean(tmp_path: Path, known: dict[str, Any]) -> None:
    [read] = read_instances(write(tmp_path / "i.gz", instance(best_known=known)))
    figures = summary([solve(read, 0.01, 1, time.process_time)], 0.01, 1)
    assert (figures["mean_gap"], figures["without_best_known"]) == (None, 1)
    assert figures["instances"][0]["gap"] is None


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    [read] = read_instances(write(tmp_path / "i.gz", instance()))
    with pytest.raises(WrongAnswer, match="the capacity is 3"):
        walked(read, [0, 2], [(0, 4), (1, 4)])
    with pytest.raises(WrongAnswer, match="are picked at"):
        walked(read, [0, 1], [(0, 4)])
    with pytest.raises(WrongAnswer, match="expected each of 3 orders once"):
        check_partition(read, [[0, 1], [1, 2]])


def test_what_is_no_instance_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInstance, match="expected JSON instances packed by gzip"):
        list(read_instances(write(tmp_path / "i.gz", {"set": "OURS"})))
    [read] = read_instances(write(tmp_path / "j.gz", instance(d_cell=1.00005)))
    with pytest.raises(BadInstance, match="at most three decimals"):
        BatchingTask(read)


def test_the_command_writes_batches_and_routes(tmp_path: Path) -> None:
    file, out = write(tmp_path / "i.gz", instance()), tmp_path / "o.json"
    arguments = ["bench", "batching", "--instances", str(file), "--seconds", "0.05", "--json", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text("utf-8"))
    assert written["mean_gap"] == written["instances"][0]["gap"] == pytest.approx(17 / 24 - 1)
    assert CliRunner().invoke(app, ["bench", "batching", "--instances", str(tmp_path / "none.gz")]).exit_code == 2
