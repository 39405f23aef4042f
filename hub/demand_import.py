"""Sending the demand of before go-live to a running hub: a file of order lines becomes units by day and SKU."""

import getpass
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from hub.bench.order_lines import BadHistory, read_lines
from hub.domain.demand import daily_demand

TIMEOUT_S = 60.0
ROWS_A_TIME = 5_000
SKUS_TOLD_MAX = 10


def history_rows(file: Path) -> list[dict[str, Any]]:
    """(SKU, day, units) of a file of order lines, CSV or .gz; sales that were cancelled at once are left out.

    Raises:
        BadHistory: the file cannot be read, or a line is wrong.
    """
    sales, returns = read_lines(file)
    try:
        found = daily_demand(sales, returns)
    except ValueError as error:
        raise BadHistory(f"{file}: {error}") from error
    days = [str(day) for day in found.dates]
    return [
        {"sku": found.skus[sku], "day": days[day], "units": int(found.units[day, sku])}
        for day, sku in zip(*found.units.nonzero(), strict=True)
    ]


def send_history(file: Path, hub_url: str, client: str = "") -> int:
    """Send a file's demand to a hub; 0 if it was taken, 1 if there is no hub. What was left out is said.

    Raises:
        BadHistory: the file cannot be read.
    """
    rows = history_rows(file)
    hub_url = hub_url if "://" in hub_url else f"http://{hub_url}"
    taken = too_late = 0
    unknown: set[str] = set()
    try:
        with httpx.Client(base_url=hub_url, timeout=TIMEOUT_S, params={"client": client}) as hub:
            for part in _parts(rows):
                body = {"actor": getpass.getuser(), "rows": part}
                answer = hub.post("/api/demand-history", json=body).raise_for_status().json()
                taken += answer["taken"]
                too_late += answer["too_late"]
                unknown |= set(answer["unknown_skus"])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
        print(f"Expected a hub at {hub_url}, got: {error}. Start it, or give its address with --hub.", file=sys.stderr)
        return 1
    print(f"{taken} rows (SKU and day) taken; {too_late} of days that the hub counts itself were left out.")
    if unknown:
        named = ", ".join(sorted(unknown)[:SKUS_TOLD_MAX])
        print(f"{len(unknown)} SKUs are not in the catalogue and were left out: {named}.", file=sys.stderr)
    return 0


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), ROWS_A_TIME):
        yield rows[start : start + ROWS_A_TIME]
