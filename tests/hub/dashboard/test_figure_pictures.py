"""The pictures and words beside figures."""

import xml.etree.ElementTree as ET

import pytest

from hub.dashboard.figure_pictures import age_bars, day_line, step_bars
from hub.dashboard.figure_words import parts_text, value_text
from hub.domain.metric_definitions import BY_KEY
from hub.domain.metrics import Share, StepTime, ages, measured, of_share, turns

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def test_a_line_has_a_gap_where_a_day_has_no_value_and_says_its_ends_in_words() -> None:
    svg = drawn(day_line("Fill <rate>", DAYS, [0.5, 0.75, None, 1.0, None], percent))
    assert svg.get("aria-label") == "Fill <rate> by day: between 50 % (Mon) and 100 % (Thu)"
    assert svg.findtext("title") == svg.get("aria-label")
    assert [text.text for text in svg.findall("text")] == ["100 %", "50 %"]
    [line] = svg.findall("polyline")
    assert len((line.get("points") or "").split()) == 2
    assert len(svg.findall("circle")) == 2, "a day by itself, and the last one"


def test_a_line_that_is_level_lies_in_the_middle() -> None:
    svg = drawn(day_line("x", DAYS[:2], [3.0, 3.0], str))
    assert {point.split(",")[1] for point in (svg.findall("polyline")[0].get("points") or "").split()} == {"29.0"}


@pytest.mark.parametrize("values", [[], [0.5], [None, 0.5, None]])
def test_one_day_is_no_line(values: list[float | None]) -> None:
    assert day_line("x", DAYS[: len(values)], values, percent) == ""


def test_the_steps_of_both_bars_are_on_one_scale() -> None:
    steps = [StepTime(step=name, median_us=n, p90_us=2 * n) for n, name in enumerate(("a", "b", "c", "d"), 1)]
    svg = drawn(step_bars([*steps, StepTime(step="all", median_us=9, p90_us=20)], str))
    widths = [float(rect.get("width") or 0) for rect in svg.findall("rect")]
    assert widths == pytest.approx([20.9 * n for n in (1, 2, 3, 4, 2, 4, 6, 8)], abs=0.1)
    assert step_bars([StepTime(step=name, median_us=0, p90_us=0) for name in "abcde"], str) == ""


def test_a_bar_of_ages_is_as_high_as_its_lines_are_many() -> None:
    svg = drawn(age_bars(ages([0.5, 0.5, 20])))
    heights = [float(rect.get("height") or 0) for rect in svg.findall("rect")]
    assert heights[0] == 2 * heights[4] > 0 and sum(heights) == heights[0] + heights[4]
    assert "today: 2" in (svg.get("aria-label") or "")
    assert age_bars(ages([])) == ""


@pytest.mark.parametrize(
    ("key", "total", "words"),
    [
        ("line_fill_rate", Share(611, 664), "611 of 664 lines that came"),
        ("shrinkage", Share(-2, 1200), "-2 units lost of 1,200 units received and shipped"),
        ("dead_stock", Share(1250, 20_000), "£12.50 dead of £200.00 stock"),
        ("freight_per_order", Share(30_050, 41), "£300.50 freight / 41 orders shipped"),
        ("pick_rate", Share(90, 5_400_000_000), "90 lines / 1.5 hours with a cart"),
        ("cycle_time", Share(38, 41), "median of 38 of 41 orders shipped: those with all times"),
        ("line_fill_rate", Share(0, 0), "nothing to reckon it from yet"),
    ],
)
def test_a_figure_says_what_it_is_made_of(key: str, total: Share, words: str) -> None:
    assert parts_text(BY_KEY[key], of_share(key, total), "GBP") == words


def test_turns_are_told_by_a_years_trade_and_the_mean_stock() -> None:
    found = turns([1_000] * 10, [50_000] * 10)
    assert parts_text(BY_KEY["turns"], found, "GBP") == "£3,650.00 cost shipped, a year / £500.00 cost of stock, mean"
    assert value_text(found.value, "turns", "GBP") == "7.30"


def test_a_figure_without_a_value_is_a_dash() -> None:
    assert value_text(measured("line_fill_rate", []).value, "percent", "GBP") == "–"
