"""The picture of an SKU's stock says what the numbers say."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from hub.dashboard.stock_picture import AHEAD_DAYS_MAX, HEIGHT_PX, WIDTH_PX, StockView, stock_picture

SVG = "{http://www.w3.org/2000/svg}"

views = st.builds(
    StockView,
    title=st.text(max_size=20).filter(lambda text: all(char.isprintable() for char in text)),
    asked=st.lists(st.integers(0, 10_000), max_size=60),
    position=st.integers(-5_000, 50_000),
    daily_units=st.floats(0, 500),
    margin_units=st.floats(0, 5_000),
    cover_days=st.integers(1, 60),
    level_percent=st.integers(50, 99),
    reorder_point=st.none() | st.integers(0, 20_000),
    arrivals=st.lists(st.tuples(st.floats(0, 400), st.integers(1, 5_000), st.just("PO-1")), max_size=3),
    dates=st.just(("Tue 1 Mar", "today", "Mon 2 May")),
)


def view(**values: object) -> StockView:
    plain: dict[str, object] = {
        "title": "Mug", "asked": [3, 0, 9], "position": 40, "daily_units": 4.0, "margin_units": 20.0, "cover_days": 10,
        "level_percent": 95, "reorder_point": 60, "arrivals": [(5.0, 80, "PO-000001")], "dates": ("a", "today", "b"),
    }  # fmt: skip
    return StockView(**(plain | values))  # type: ignore[arg-type]


@given(views)
def test_whatever_the_numbers_it_is_an_svg_that_stays_within_its_frame(view: StockView) -> None:
    root = ElementTree.fromstring(stock_picture(view))
    for shape in [*root.iter(f"{SVG}polygon"), *root.iter(f"{SVG}polyline")]:
        for point in shape.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= WIDTH_PX and 0 <= y <= HEIGHT_PX
    assert view.ahead_days <= AHEAD_DAYS_MAX
    assert not re.search(r"style=|<script", stock_picture(view))


def test_a_bar_a_day_that_asked_for_anything_a_mark_a_delivery_and_the_reorder_point() -> None:
    drawn = stock_picture(view())
    assert drawn.count('fill="#7fa8dd"') == 2 + 1, "two days and the legend"
    assert "+80 PO-000001" in drawn
    assert "reorder point 60" in drawn
    assert "where it stays with 95 % certainty" in drawn
    assert "Mug: 40 units free, 4.0 expected a day, reorder point 60; 80 of PO-000001 in 5 days" in drawn


def test_without_a_forecast_there_is_no_band_and_without_a_point_no_line() -> None:
    drawn = stock_picture(view(daily_units=0.0, margin_units=0.0, reorder_point=None, arrivals=[]))
    assert "certainty" not in drawn and "polygon" not in drawn and "reorder point" not in drawn


def test_a_delivery_lifts_the_line_by_what_it_brings() -> None:
    def ys(drawn: str) -> list[float]:
        line = re.search(r'<polyline points="([^"]+)"', drawn)
        assert line is not None
        return [float(point.split(",")[1]) for point in line.group(1).split()]

    falls = ys(stock_picture(view()))
    assert falls[1] > falls[0], "down the page as the days go"
    assert falls[2] < falls[1], "up by the delivery"
