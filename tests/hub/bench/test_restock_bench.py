"""``shelflight bench restock``: files in, figures out, and what it says when a file is wrong."""

import gzip
import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.bench.order_lines import BadHistory, read_lines
from hub.bench.restock import load
from hub.cli import app
from hub.domain.order_file import COLUMNS

HEADER = ",".join(COLUMNS)
FIRST = date(2011, 1, 3)
SPLIT = 120


def sale(order: str, day: date, sku: str, units: int, *, kind: str = "sale", customer: str = "7") -> str:
    return f"{order},1,{day}T10:30,{kind},{sku},a thing,{units},1.25,{customer},Nowhere"


def shop_lines(days: range, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    lines = []
    for day in days:
        if (FIRST + timedelta(days=day)).weekday() == 5:
            continue
        for sku in range(12):
            if rng.random() < 0.2 + sku / 20:
                lines.append(
                    sale(f"{day}-{sku}", FIRST + timedelta(days=day), f"S{sku:02d}", rng.randint(1, 3 + 2 * sku))
                )
    return lines


def write(file: Path, lines: list[str]) -> Path:
    text = "\n".join([HEADER, *lines]) + "\n"
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, "utf-8")
    return file


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return write(tmp_path / "history.csv.gz", shop_lines(range(SPLIT)))


@pytest.fixture
def future(tmp_path: Path) -> Path:
    return write(tmp_path / "future.csv", shop_lines(range(SPLIT, SPLIT + 50), seed=2))


def bench(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["bench", "restock", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_the_figures_are_printed_beside_plain_methods_and_written(history: Path, future: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    code, said, progress = bench("--history", history, "--future", future, "--lead", 3, "--json", out)
    assert code == 0, progress
    for method in ("shipped", "exponential", "min max"):
        assert method in said
    found = json.loads(out.read_text("utf-8"))
    assert {"fill_at_20d", "fill_at_30d", "pinball95", "sec_per_1000"} <= set(found)
    assert set(found["beside"]) == {"exponential_smoothing", "min_max"}
    assert (found["first_review"], found["lead_days"], found["skus"]) == (str(FIRST + timedelta(days=SPLIT)), 3, 12)
    assert 0.9 < found["fill95"] <= 1
    assert found["pinball95"] > 0
    assert [point["level"] for point in found["curve"]] == found["levels"]


def test_skus_that_hardly_sold_are_not_tried(history: Path, future: Path) -> None:
    rare = [sale(f"R{n}", FIRST + timedelta(days=7 * n), "RARE", 5) for n in range(7)]
    write(history, shop_lines(range(SPLIT)) + rare)
    assert "RARE" not in load(history, future, 7).skus
    write(history, [*shop_lines(range(SPLIT)), *rare, sale("R8", FIRST + timedelta(days=70), "RARE", 5)])
    assert "RARE" in load(history, future, 7).skus


def test_returns_gifts_and_services_are_no_demand_and_a_cancelled_sale_neither(history: Path, future: Path) -> None:
    plain = load(history, future, 7)
    day = FIRST + timedelta(days=60)
    extra = [
        sale("T", day, "S05", 74_215, customer="9"),
        sale("CT", day, "S05", -74_215, kind="return", customer="9"),
        sale("CX", day, "S05", -4, kind="return", customer="8"),
        sale("F", day, "S05", 50, kind="free"),
        sale("P", day, "POST", 1, kind="service"),
        sale("A", day, "S05", -900, kind="adjustment"),
    ]
    write(history, shop_lines(range(SPLIT)) + extra)
    cleaned = load(history, future, 7)
    assert (cleaned.trial.units == plain.trial.units).all()
    assert cleaned.cancelled == plain.cancelled + 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "at least one line of kind 'sale', got none"),
        ([sale("1", FIRST, "A", 0)], "line 2: expected quantity of a sale from 1"),
        ([sale("1", FIRST, "A", 2, kind="return")], "line 2: expected quantity of a return from -1"),
        ([sale("1", FIRST, "A", 2, kind="gift")], "line 2: expected kind sale, return.* got 'gift'"),
        ([sale("1", FIRST, "A", 2).replace(",2,", ",two,")], "line 2: .*'two'"),
        ([sale("1", FIRST, "A", 2).replace("2011-01-03T", "3.1.11 ")], "line 2: .*3.1.11"),
        (["1,1,2011-01-03T10:30,sale"], "line 2: expected 10 columns, got fewer"),
    ],
)
def test_a_wrong_line_is_named_with_what_was_expected(tmp_path: Path, lines: list[str], words: str) -> None:
    with pytest.raises(BadHistory, match=words):
        read_lines(write(tmp_path / "wrong.csv", lines))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"sku,units\nA,3\n", "'order_id' is not in 'sku,units'"),
        (b"", "expected the columns"),
        (b"\xff\xfe\x00", "plain or .gz"),
        (b"\x1f\x8bnot really", "plain or .gz"),
        (gzip.compress(b"x" * 99)[:20], "plain or .gz"),
    ],
    ids=["other columns", "empty", "no text", "no gzip", "cut gzip"],
)
def test_a_file_that_is_none_ends_with_2_and_a_sentence(
    tmp_path: Path, content: bytes, words: str, future: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(content)
    code, _, said = bench("--history", wrong, "--future", future)
    assert code == 2
    assert words in said
    assert "Traceback" not in said


def test_a_missing_file_and_one_that_cannot_be_written_end_with_2(history: Path, future: Path, tmp_path: Path) -> None:
    code, _, said = bench("--history", tmp_path / "none.csv", "--future", future)
    assert (code, "there is none" in said) == (2, True)
    code, _, said = bench("--history", history, "--future", future, "--json", tmp_path / "no" / "where.json")
    assert (code, "expected a file that can be written" in said) == (2, True)


def test_a_future_that_does_not_follow_the_history_is_refused(history: Path, future: Path) -> None:
    with pytest.raises(BadHistory, match="expected lines after"):
        load(history, history, 7)
    with pytest.raises(BadHistory, match="expected lines after"):
        load(future, history, 7)


def test_files_that_are_too_short_for_the_lead_time_are_refused(history: Path, future: Path, tmp_path: Path) -> None:
    soon_over = write(tmp_path / "soon_over.csv", shop_lines(range(SPLIT, SPLIT + 14)))
    with pytest.raises(BadHistory, match="at least 21 days of sales, got 14"):
        load(history, soon_over, 14)
    short = write(tmp_path / "short.csv", shop_lines(range(SPLIT - 40, SPLIT)))
    with pytest.raises(BadHistory, match="at least 42 days of sales for lead 7, got 40"):
        load(short, future, 7)
    few = write(tmp_path / "few.csv", [sale(str(n), FIRST + timedelta(days=30 * n), "A", 1) for n in range(4)])
    with pytest.raises(BadHistory, match="expected an SKU sold on 8"):
        load(few, future, 7)
