"""Order files: what becomes an order, what is left out, what is told as bad."""

import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.order_file import BAD_LINES_MAX, LINE_CHARS_MAX, NotAnOrderFile, parse_orders
from tests.hub.demo_site import HEADER, a_day, default_day, sale


def test_the_default_day_is_the_real_one() -> None:
    day = default_day()
    skus = {line.sku for order in day.orders for line in order.lines}
    assert (len(day.orders), day.lines, len(skus), day.units) == (60, 1342, 840, 12125)
    assert day.skipped == {"service": 15, "return": 3, "adjustment": 1}
    assert (day.bad, day.bad_lines) == ((), 0)


def test_orders_come_in_the_order_in_which_they_were_placed() -> None:
    placed = [order.placed_us for order in default_day().orders]
    assert placed == sorted(placed)
    day = a_day(sale("B", "1", at="2011-03-01T10:00"), sale("A", "1", at="2011-03-01T09:00"), sale("C", "1"))
    assert [order.ref for order in day.orders] == ["A", "C", "B"]


def test_a_line_keeps_its_number_in_the_file_and_its_price_in_minor_units() -> None:
    day = a_day(sale("A", "10002x", 12, price="1.65"), "", sale("A", "7", 1, price="3"))
    first, second = day.orders[0].lines
    assert (first.number, first.sku, first.units, first.price_minor) == (2, "10002X", 12, 165)
    assert (second.number, second.price_minor, second.description) == (4, 300, "GOODS 7")
    assert day.orders[0].placed_us == 1_298_970_000_000_000


def test_the_same_sku_twice_in_an_order_stays_two_lines() -> None:
    [order] = a_day(sale("A", "7", 2), sale("A", "7", 3, line=2)).orders
    assert [line.units for line in order.lines] == [2, 3]


def test_an_order_of_which_two_lines_have_two_times_was_placed_at_the_first() -> None:
    [order] = a_day(sale("A", "7", at="2011-03-01T09:01"), sale("A", "8", at="2011-03-01T09:00")).orders
    assert order.placed_us == 1_298_970_000_000_000


def test_local_time_is_told_in_utc() -> None:
    text = f"{HEADER}\n{sale('A', '7', at='2011-07-01T09:00')}\n"
    [order] = parse_orders(text, ZoneInfo("Europe/London")).orders
    assert order.placed_us == 1_309_507_200_000_000


def test_a_typing_error_of_74215_units_is_an_order_line_like_any_other() -> None:
    assert a_day(sale("A", "23166", 74_215)).units == 74_215


@pytest.mark.parametrize(
    ("line", "expected", "came"),
    [
        (sale("A", "7", 0), "quantity from 1 to 1000000", "0"),
        (sale("A", "7", -3), "quantity from 1 to 1000000", "-3"),
        (sale("A", "7", 10**8), "quantity from 1 to 1000000", "100000000"),
        (sale("A", "7", price="cheap"), "unit_price in minor units from 0 to 1000000000", "cheap"),
        (sale("A", "7", price="-1.00"), "unit_price in minor units from 0 to 1000000000", "-1.00"),
        (sale("A", ""), "sku of up to 40 letters and digits", ""),
        (sale("", "7"), "order_id of up to 40 letters and digits", ""),
        (sale("A", "7", at="01/03/2011 09:00"), "placed_at as YYYY-MM-DDTHH:MM", "01/03/2011 09:00"),
        (sale("A", "7", at="2011-02-30T09:00"), "placed_at as YYYY-MM-DDTHH:MM", "2011-02-30T09:00"),
        (sale("A", "7", at="0001-01-01T00:00"), "", ""),
        (sale("A", "7").replace("sale", "gift"), "kind sale, return, service, adjustment or free", "gift"),
        ("A,1,2011-03-01T09:00,sale", "10 columns, not 4", "A,1,2011-03-01T09:00,sale"),
        (sale("A", "7") + ",more", "10 columns, not 11", None),
        (sale("A", "7").replace("GOODS", '"GOODS'), None, None),
        ("x" * (LINE_CHARS_MAX + 1), f"at most {LINE_CHARS_MAX} characters", "x" * 80),
    ],
)
def test_a_bad_line_is_told_and_the_lines_around_it_are_kept(line: str, expected: str | None, came: str | None) -> None:
    day = a_day(sale("GOOD", "1"), line, sale("GOOD", "2", line=2))
    assert [len(o.lines) for o in day.orders if o.ref == "GOOD"] == [2]
    if expected == "":  # far away, yet a moment
        assert day.bad == ()
        return
    [bad] = day.bad
    assert bad.number == 3
    assert expected is None or bad.expected == expected
    assert came is None or bad.came == came
    assert str(bad) == f"line 3: expected {bad.expected}, got '{bad.came}'"


def test_a_line_of_another_customer_is_not_slipped_into_an_order() -> None:
    day = a_day(sale("A", "7"), sale("A", "8").replace("14620", "99"))
    assert (day.lines, day.bad_lines) == (1, 1)
    assert "as on the first line of order A" in day.bad[0].expected


def test_many_bad_lines_are_counted_and_a_bounded_number_described() -> None:
    day = a_day(*["nonsense"] * (BAD_LINES_MAX + 5))
    assert (len(day.bad), day.bad_lines) == (BAD_LINES_MAX, BAD_LINES_MAX + 5)


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", HEADER + ",extra\n", "\x00\x01\x02"])
def test_a_file_of_other_columns_is_no_order_file(text: str) -> None:
    with pytest.raises(NotAnOrderFile, match="Line 1: expected the columns order_id, line"):
        parse_orders(text)


def test_byte_order_mark_windows_line_ends_and_another_order_of_columns_are_read() -> None:
    names = HEADER.split(",")
    cells = sale("A", "7", 5).split(",")
    turned = ",".join(reversed(names)) + "\r\n" + ",".join(reversed(cells)) + "\r\n"
    assert parse_orders("\ufeff" + turned).units == 5


def test_an_open_file_is_read_like_its_text() -> None:
    text = "\n".join((HEADER, sale("A", "7", 5), "broken", sale("B", "8", 1))) + "\n"
    assert parse_orders(io.StringIO(text)) == parse_orders(text)


@given(st.text(max_size=300))
def test_no_line_breaks_the_reader(line: str) -> None:
    day = a_day(*line.split("\n"), sale("GOOD", "1"))
    assert any(order.ref == "GOOD" for order in day.orders)
