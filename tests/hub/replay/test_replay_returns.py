"""The returns of an order file run through the hub to the bin; what matches no order is counted."""

import csv
import gzip
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.replay.replay import Options, Replay
from hub.replay.report import make_report
from hub.replay.returns import FileReturn, parse_returns, read_returns, why_not
from hub.replay.site import TIMEZONE
from hub.storage.return_matching import Bought
from hub.storage.verify import CHECKS
from tests.hub.demo_site import HEADER, a_day, sale

LONDON = ZoneInfo(TIMEZONE)


def back(
    ref: str, sku: str, units: str, *, line: int = 1, at: str = "2011-03-02T09:30", customer: str = "14620"
) -> str:
    return f"{ref},{line},{at},return,{sku},GOODS {sku},{units},1.25,{customer},United Kingdom"


SALES = (
    sale("A", "RED", 3),
    sale("A", "BLUE", 2, line=2),
    sale("B", "RED", 4, at="2011-03-01T10:00"),
    sale("D", "RED", 1, at="2011-03-03T09:00"),
)
BACK = (
    back("C1", "RED", "-4"),
    back("C1", "BLUE", "-1", line=2),
    back("C2", "RED", "-2", at="2011-03-02T11:30"),
    back("C3", "RED", "-9", at="2011-03-02T11:31"),
    back("C4", "RED", "-1", customer=""),
    back("C5", "GREEN", "-1"),
)


def rows(*lines: str) -> list[dict[str, str]]:
    return list(csv.DictReader([HEADER, *lines]))


def test_returns_are_read_by_their_minute_and_everything_else_is_passed_over(tmp_path: Path) -> None:
    broken = (back("C7", "RED", "2"), back("C8", "RED", "-x"), back("C9", "RED", "-0"), sale("A", "RED", 1))
    read = rows(back("C2", "red", "-2", at="2011-03-02T10:00"), back("C1", "RED", "-1"), *broken)
    found = parse_returns(read, LONDON)
    assert [(one.ref, one.sku, one.units) for one in found] == [("C1", "RED", 1), ("C2", "RED", 2)]
    assert found[0] == FileReturn(ref="C1", placed_us=1_299_058_200_000_000, customer="14620", sku="RED", units=1)
    text = "\n".join((HEADER, back("C1", "RED", "-1"))) + "\n"
    (tmp_path / "plain.csv").write_text(text, "utf-8")
    with gzip.open(tmp_path / "packed.csv.gz", "wt", encoding="utf-8") as packed:
        packed.write(text)
    files = [read_returns(tmp_path / name, LONDON) for name in ("plain.csv", "packed.csv.gz")]
    assert files[0] == files[1] == found[:1]


@pytest.mark.parametrize(
    ("customer", "bought", "why"),
    [
        ("", [(9, 9)], "no customer"),
        ("14620", [], "not bought before"),
        ("14620", [(3, 3), (1, 1)], "fewer bought before"),
        ("14620", [(9, 2), (9, 2)], "not shipped yet"),
        ("14620", [(9, 2), (9, 3)], None),
    ],
)
def test_why_a_return_finds_no_order(customer: str, bought: list[tuple[int, int]], why: str | None) -> None:
    one = FileReturn(ref="C1", placed_us=0, customer=customer, sku="RED", units=5)
    lines = [Bought(ref="A", line=n, ordered=ordered, left=left) for n, (ordered, left) in enumerate(bought)]
    assert why_not(one, lines) == why


def test_what_comes_back_is_in_its_bin_again_and_what_matches_nothing_is_counted() -> None:
    orders = a_day(*SALES)
    played = Replay(Options(orders=orders, seed=7, returns=parse_returns(rows(*BACK), LONDON)), lambda _: None)
    try:
        played.play(lambda _: None)
        report = make_report(played)
        assert report["returns"] == {
            "returns": 3,  # of B by C1, of A by C1 and by C2
            "lines": 3,
            "units": 7,
            "unmatched": {
                "fewer bought before": {"lines": 1, "units": 9},
                "no customer": {"lines": 1, "units": 1},
                "not bought before": {"lines": 1, "units": 1},
            },
            "to_come_lines": 0,
        }
        assert report["truth"] == {"bins": 0, "shipped": 0}
        assert report["ledger"] == {"verified": True, "invariants": dict.fromkeys(CHECKS, True)}
        assert report["skipped_lines"] == {}
        with played.hub.engine.begin() as connection:
            moved = connection.exec_driver_sql(
                "SELECT SUM(units) FROM transfer WHERE reason = 'return_restock'"
            ).scalar_one()
            left = connection.exec_driver_sql("SELECT SUM(received + waiting) FROM return_line").scalar_one()
        assert (moved, left) == (7, 0)
    finally:
        played.close()
