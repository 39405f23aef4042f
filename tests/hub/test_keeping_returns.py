"""The hub's own timer waits no more for returns that have not come in time."""

from pathlib import Path

from tests.hub.returned_shop import ReturnedShop

DAY_US = 86_400_000_000


def test_a_return_that_does_not_come_lapses_by_itself(tmp_path: Path) -> None:
    shop = ReturnedShop(tmp_path)
    try:
        number = shop.authorised((1, 2, "late"))
        shop.clock_us += 22 * DAY_US
        shop.hub.keeping.look()
        assert shop.get(f"/v1/returns/{number}")["stage"] == "expired"
    finally:
        shop.close()
