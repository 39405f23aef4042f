"""An order's line that accepts a substitute has one as far as its own item is short."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.storage.substitutes import write_substitutes
from hub.storage.verify import verify
from hub.storage.writer import Actor
from tests.hub.api.test_order_terms import told
from tests.hub.api.test_shops import ask, order, send, token
from tests.hub.api_floor import ApiFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        with floor.hub.engine.begin() as connection:
            ids = {row.code: row.id for row in connection.exec_driver_sql("SELECT id, code FROM sku")}
        floor.hub.writer.call(Actor("test", "files"), lambda tx: write_substitutes(tx, ids["10"], [ids["11"]]))
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


@pytest.fixture
def shop(floor: ApiFloor) -> dict[str, str]:
    return token(floor)


def wants(units: int, substitute: bool = True) -> dict[str, Any]:
    return {"ref": "W-1", "lines": [{"sku": "10", "units": units, "price_minor": 250, "substitute": substitute}]}


def lines(floor: ApiFloor, shop: dict[str, str]) -> list[tuple[str, str | None, int, int]]:
    """(SKU, instead of, promised, backordered) of each line."""
    names = ("sku", "instead_of", "promised", "backordered")
    return [tuple(line[name] for name in names) for line in told(floor, shop)["lines"]]


def test_what_is_short_is_sent_otherwise_in_a_line_of_its_own(floor: ApiFloor, shop: dict[str, str]) -> None:
    have = ask(floor, shop)["available"]
    assert send(floor, shop, wants(have + 3)).json()["promised"] == have + 3
    assert lines(floor, shop) == [("10", None, have, 0), ("11", "10", 3, 0)]
    page = floor.client.get(f"/orders/{told(floor, shop)['public']}").text
    assert "instead of 10" in page
    again = send(floor, shop, wants(have + 3))
    assert (again.status_code, again.json()["again"]) == (200, True)
    assert send(floor, shop, wants(have + 3, substitute=False)).status_code == 422


def test_a_line_of_which_nothing_is_there_becomes_its_substitute(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order("ALL", ask(floor, shop)["available"]))
    send(floor, shop, wants(2))
    assert lines(floor, shop) == [("11", "10", 2, 0)]


def test_a_line_that_accepts_none_waits(floor: ApiFloor, shop: dict[str, str]) -> None:
    have = ask(floor, shop)["available"]
    send(floor, shop, wants(have + 3, substitute=False))
    assert lines(floor, shop) == [("10", None, have, 3)]
