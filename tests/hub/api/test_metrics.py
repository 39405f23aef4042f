"""The figures by the interface and on their page."""

import csv
import html
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from hub.domain.metric_definitions import DEFINITIONS
from tests.hub.api_floor import ApiFloor

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    """One order, of whose 51 units 41 are there and 10 lack."""
    with ApiFloor(tmp_path_factory.mktemp("figures")) as floor:
        lines = [{"sku": "10", "units": 50, "price_minor": 100}, {"sku": "11", "units": 1, "price_minor": 100}]
        order = {"ref": "A", "customer": "Kari", "country": "Norway", "lines": lines}
        assert floor.client.post("/api/orders", json=order).status_code == 201
        yield floor


def test_the_figures_are_told_with_meaning_formula_and_parts(floor: ApiFloor) -> None:
    told = floor.client.get("/api/metrics", params={"from": "2011-02-27", "to": "2011-03-01"}).json()
    assert (told["from"], told["to"]) == ("2011-02-27", "2011-03-01")
    assert [one["key"] for one in told["metrics"]] == [one.key for one in DEFINITIONS]
    fill = next(one for one in told["metrics"] if one["key"] == "line_fill_rate")
    assert (fill["numerator"], fill["denominator"], fill["value"]) == (1, 2, 0.5)
    assert fill["by_day"] == {"2011-02-27": None, "2011-02-28": None, "2011-03-01": 0.5}
    assert fill["formula"] == "lines without a lacking unit / lines that came" and fill["unit"] == "percent"
    assert told["backorder_ages"]["today"] == 1


def test_without_dates_it_is_today_and_the_six_days_before(floor: ApiFloor) -> None:
    told = floor.client.get("/api/metrics").json()
    assert (told["from"], told["to"]) == ("2011-02-23", "2011-03-01")


def test_the_csv_has_a_row_a_day_and_is_empty_where_there_is_nothing(floor: ApiFloor) -> None:
    answer = floor.client.get("/api/metrics.csv", params={"from": "2011-02-28", "to": "2011-03-01"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["day"], row["unit_fill_rate"]) for row in rows] == [("2011-02-28", ""), ("2011-03-01", "0.803922")]
    assert "dead_stock" not in rows[0], "it is of now, not of a day"


@pytest.mark.parametrize("query", ["from=2011-03-01&to=2011-02-01", "from=2001-01-01&to=2011-02-01", "from=gestern"])
@pytest.mark.parametrize("path", ["/api/metrics", "/api/metrics.csv", "/figures"])
def test_days_that_are_no_period_are_refused(floor: ApiFloor, path: str, query: str) -> None:
    assert floor.client.get(f"{path}?{query}").status_code == 422


def test_the_page_shows_every_figure_with_its_parts_and_its_formula(floor: ApiFloor) -> None:
    text = floor.client.get("/figures?days=7", headers=BROWSER).text
    for one in DEFINITIONS:
        assert f'id="{one.key}"' in text and html.escape(one.meaning, quote=False).replace("'", "&#39;") in text
    assert "1 of 2 lines that came" in text and "50.0 %" in text
    assert '<a href="/figures" aria-current="page">Figures</a>' in text
    assert "41 of 51 units ordered" in text
    for svg in re.findall(r"<svg class.*?</svg>", text, re.DOTALL):
        ET.fromstring(svg)
    assert re.search(r'<svg class="agebars".*?today: 1', text)
    assert " style=" not in text, "the content policy allows none"


@pytest.mark.parametrize("days", [1, 30])
def test_the_page_has_a_choice_of_days(floor: ApiFloor, days: int) -> None:
    text = floor.client.get(f"/figures?days={days}", headers=BROWSER).text
    assert f'<a href="/figures?days={days}" aria-current="page">' in text
