"""The figures of the day: each thing counts once, of its day only, and everywhere under the same word."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, Table

from hub.clock import day_start_us
from hub.dashboard.snapshot import ORDERS_MAX, Snapshot
from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, receive_order
from hub.storage import figures
from hub.storage.setup import found_site
from hub.storage.tables import location, lot, sku, supplier
from hub.storage.work_tables import LINE_STATES, batch, customer_order, exception, order_line, parcel, task, tote_load
from hub.storage.writer import Actor
from tests.databases import open_fresh
from tests.hub.built_hub import SKUS, build_hub

MINUTE_US = 60_000_000
DAY_US = 24 * 60 * MINUTE_US
TODAY_US = 20_000 * DAY_US


class Ledgerless:
    """Orders, carts and parcels written as rows, at stated minutes of the day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._add(supplier, id=1, name="S", lead_time_us=1)
        columns = dict.fromkeys(
            ("unit_mg", "spread_mg", "length_mm", "width_mm", "height_mm", "price_minor", "cost_minor"), 1
        )
        reorder = {"reorder_point_units": 0, "reorder_units": 1}
        self._add(sku, id=1, client_id=1, code="A", description="", gtin="1", supplier_id=1, **columns, **reorder)
        self._add(lot, id=1, sku_id=1, code="")
        self._add(location, id=1, site_id=1, name="bin", kind="bin")
        self._numbers = iter(range(1, 10_000))

    def _add(self, table: Table, **values: Any) -> None:
        self._connection.execute(table.insert().values(**values))

    def order(self, received_min: float, shipped_min: float | None = None, **units: int) -> int:
        """An order of one line with units by state; its id."""
        number = next(self._numbers)
        received_us = at(received_min)
        self._add(
            customer_order,
            id=number,
            public=f"p{number}",
            site_id=1,
            client_id=1,
            ref=f"R{number}",
            customer="",
            country="",
            placed_us=received_us,
            received_us=received_us,
            shipped_us=None if shipped_min is None else at(shipped_min),
            digest="",
        )
        states = units or ({"shipped": 1} if shipped_min is not None else {"promised": 1})
        assert states.keys() <= set(LINE_STATES)
        self._add(order_line, order_id=number, line=1, sku_id=1, ordered=sum(states.values()), price_minor=1, **states)
        return number

    def cart(self, inducted_min: float, picked_min: float, *orders: int) -> None:
        """A cart with a tote for each of these orders."""
        number = next(self._numbers)
        inducted_us, picked_us = at(inducted_min), at(picked_min)
        self._add(
            batch, id=number, state="delivered", created_us=inducted_us, inducted_us=inducted_us, picked_us=picked_us
        )
        for place, order_id in enumerate(orders):
            self._add(tote_load, batch_id=number, position=str(place), order_id=order_id, state="packed")

    def pick(self, done_min: float, by: str) -> None:
        number = next(self._numbers)
        self._add(
            task, public=f"t{number}", kind="pick", station="b", load_id=1, bin_id=1, sku_id=1, lot_id=1, units=1,
            mark="A", colour="blue", rank=1, state="done", by=by, released_us=1, done_us=at(done_min),
        )  # fmt: skip

    def parcel(self, packed_min: float, price_minor: int, order_id: int) -> None:
        number = next(self._numbers)
        self._add(batch, id=number, state="delivered", created_us=1)
        self._add(tote_load, id=number, batch_id=number, position="A", order_id=order_id, state="packed")
        self._add(
            parcel, public=f"p{number}", order_id=order_id, load_id=number, location_id=1, state="labelled",
            carton="M", expected_mg=1, tolerance_mg=1, price_minor=price_minor, packed_us=at(packed_min),
        )  # fmt: skip

    def trouble(self, opened_min: float, kind: str) -> None:
        self._add(exception, kind=kind, place="", detail="", opened_us=at(opened_min))


def at(minute: float) -> int:
    """A minute of today; a negative one is yesterday's."""
    return TODAY_US + round(minute * MINUTE_US)


@pytest.fixture
def engine() -> Engine:
    engine = open_fresh()
    found_site(engine, "site", "client", 0)
    return engine


def test_an_order_counts_once_however_many_totes_it_fills(engine: Engine) -> None:
    with engine.begin() as connection:
        house = Ledgerless(connection)
        large, small = house.order(0, shipped_min=10), house.order(0, shipped_min=1)
        house.cart(2, 6, *[large] * 8)
        house.cart(0.5, 0.8, small)
        assert figures.times(connection)["to_ship"] == 5.5
        assert figures.times(connection, since_us=TODAY_US)["to_ship"] == 5.5


def test_the_time_to_the_cart_ends_with_an_orders_first_cart_and_each_cart_is_picked_once(engine: Engine) -> None:
    with engine.begin() as connection:
        house = Ledgerless(connection)
        order = house.order(0)
        house.cart(4, 10, order, order)
        house.cart(60, 62, order)
        assert figures.times(connection, since_us=TODAY_US) == {"to_cart": 4.0, "picking": 4.0, "to_ship": None}


def test_a_time_that_was_never_measured_is_none_and_no_time_at_all_is_zero(engine: Engine) -> None:
    with engine.begin() as connection:
        assert figures.times(connection) == {"to_cart": None, "picking": None, "to_ship": None}
        Ledgerless(connection).order(0, shipped_min=0)
        assert figures.times(connection) == {"to_cart": None, "picking": None, "to_ship": 0.0}


def test_nothing_of_yesterday_is_in_the_figures_of_today_but_what_is_still_here(engine: Engine) -> None:
    with engine.begin() as connection:
        house = Ledgerless(connection)
        gone = house.order(-100, shipped_min=-50)
        house.order(-100, shipped_min=30)
        waiting = house.order(-100)
        house.order(5, shipped_min=20)
        house.cart(-90, -80, gone)
        house.cart(10, 12, waiting)
        house.pick(-85, "button")
        house.pick(11, "both")
        house.parcel(-60, 700, gone)
        house.parcel(25, 450, waiting)
        house.trouble(-70, "over_pick")
        house.trouble(11, "wrong_bin")

        since_us = TODAY_US
        orders = figures.order_states(connection, since_us=since_us)
        assert orders["orders"] == {"received": 3, "shipped": 2, "open": 1, "backordered": 0, "cancelled": 0}
        assert orders["lines"] == orders["units"] == orders["orders"]
        assert figures.picks(connection, since_us=since_us) == {
            "total": 1,
            "by_button": 0,
            "by_weight": 0,
            "by_both": 1,
        }
        assert figures.shipping_cost_minor(connection, since_us=since_us) == 450
        assert figures.alarms_by_kind(connection, since_us=since_us) == {"wrong_bin": 1}
        assert figures.times(connection, since_us=since_us) == {"to_cart": 110.0, "picking": 2.0, "to_ship": 72.5}
        assert [row["ref"] for row in figures.orders(connection, since_us=since_us)] == ["R4", "R3", "R2"]

        assert figures.order_states(connection)["orders"]["received"] == 4
        assert figures.picks(connection)["total"] == 2
        assert figures.shipping_cost_minor(connection) == 1150
        assert len(figures.orders(connection)) == 4


@pytest.mark.parametrize(
    ("units", "state"),
    [
        ({"promised": 2}, "waiting"),
        ({"promised": 1, "backordered": 1}, "waiting"),
        ({"picked": 1, "backordered": 1}, "picking"),
        ({"reserved": 1, "shipped": 3}, "picking"),
        ({"packed": 1, "picked": 1}, "packing"),
        ({"shipped": 3, "backordered": 2}, "backordered"),
        ({"backordered": 2}, "backordered"),
        ({"shipped": 2, "cancelled": 1}, "shipped"),
        ({"cancelled": 1}, "cancelled"),
    ],
)
def test_an_order_is_in_one_state_on_its_page_and_in_the_tile(
    engine: Engine, units: dict[str, int], state: str
) -> None:
    with engine.begin() as connection:
        Ledgerless(connection).order(0, **units)
        assert [row["state"] for row in figures.orders(connection)] == [state]
        assert {name for name, n in figures.orders_by_state(connection).items() if n} == {state}
        tile = figures.order_states(connection)["orders"]
        assert tile["open" if state in figures.IN_WORK else state] == tile["received"] == 1


def test_the_orders_page_counts_and_filters_all_of_them_and_shows_the_newest(tmp_path: Path) -> None:
    hub = build_hub(tmp_path)
    snapshot = Snapshot(hub)
    try:
        for number in range(ORDERS_MAX + 30):
            new = NewOrder(
                ref=f"R{number}",
                customer="",
                country="",
                placed_us=hub.now_us(),
                lines=(OrderedLine(sku=SKUS[0], units=3),),
            )
            hub.writer.call(Actor("shop", "order"), lambda tx, new=new: receive_order(tx, new))
        rows, counts = snapshot.orders()
        assert len(rows) == ORDERS_MAX and rows[0]["ref"] == f"R{ORDERS_MAX + 29}"
        assert sum(counts.values()) == ORDERS_MAX + 30
        oldest, _ = snapshot.orders("waiting")
        assert [row["ref"] for row in oldest] == ["R2", "R1", "R0"], "nine units of it there were"
        assert counts["waiting"] == 3
        shown = snapshot.figures()["orders"]
        assert (shown["received"], shown["open"], shown["backordered"]) == (ORDERS_MAX + 30, 3, ORDERS_MAX + 27)
    finally:
        hub.close()


@pytest.mark.parametrize(
    ("zone", "now", "began"),
    [
        ("Europe/London", "2011-03-01T09:00", "2011-03-01T00:00"),
        ("Europe/London", "2011-03-27T12:00", "2011-03-27T00:00"),
        ("Europe/London", "2011-03-28T12:00", "2011-03-27T23:00"),
        ("America/New_York", "2011-03-02T03:00", "2011-03-01T05:00"),
        ("Pacific/Auckland", "2011-03-01T12:00", "2011-03-01T11:00"),
    ],
)
def test_a_day_begins_at_midnight_where_the_site_is(zone: str, now: str, began: str) -> None:
    def us(text: str) -> int:
        return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000

    assert day_start_us(us(now), ZoneInfo(zone)) == us(began)
