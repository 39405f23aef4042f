"""Sixty days of the real handlers with real SKUs: ordered, picked, packed, shipped, reviewed, delivered, put away."""

import random

from hub.domain.order_file import parse_orders
from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, receive_order
from hub.storage.verify import verify
from tests.hub.demo_site import CONFIG
from tests.hub.played_benches import BOX, UNIT_MG
from tests.hub.restocked_floor import DAY_US, HOUR_US, RestockedFloor

DAYS = 60
SKUS = 8
LINES_A_DAY = 4
OPENING_UNITS = 25
WARM_DAYS = 30
"""Within so many days the opening stock is gone and orders have come: from then on stock is the review's doing."""


def popular() -> tuple[str, ...]:
    """The SKUs of most lines on a real trading day."""
    lines: dict[str, int] = {}
    for order in parse_orders((CONFIG / "orders_2011-03-01.csv").read_text("utf-8")).orders:
        for line in order.lines:
            lines[line.sku] = lines.get(line.sku, 0) + 1
    return tuple(sorted(lines, key=lambda sku: (-lines[sku], sku))[:SKUS])


class House:
    """What happens on a day."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.skus = popular()
        self.floor = RestockedFloor(self.skus, units=OPENING_UNITS)
        self.floor.history(28, **dict.fromkeys(self.skus, 2))
        self.proposed = 0
        self.asked = self.promised = 0

    def trade(self, day: int) -> None:
        """Customers order; everything that there is stock for is shipped."""
        wanted = self.rng.sample(self.skus, LINES_A_DAY)
        lines = tuple(OrderedLine(sku=sku, units=self.rng.randint(1, 7)) for sku in wanted)
        new = NewOrder(ref=f"D{day}", customer="Kari", country="Norway", placed_us=None, lines=lines)
        receipt = self.floor.call(lambda tx: receive_order(tx, new))
        if day >= WARM_DAYS:
            self.asked += receipt.promised + receipt.backordered
            self.promised += receipt.promised
        ship(self.floor)

    def supply(self) -> None:
        """Deliveries that are due come, now and then a day late."""
        for row in self.floor.rows("SELECT id, number, due_us FROM purchase_order WHERE state = 'ordered'"):
            late_us = DAY_US if self.rng.random() < 0.2 else 0
            if row["due_us"] + late_us <= self.floor.clock_us:
                lines = self.floor.rows(
                    "SELECT s.code, l.ordered FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
                    f" WHERE l.purchase_order_id = {row['id']}"
                )
                self.floor.deliver(row["number"], **{line["code"]: line["ordered"] for line in lines})
                self.floor.put_all_away()

    def review(self) -> None:
        """And what must hold after it."""
        self.proposed += len(self.floor.review())
        assert not self.floor.rows(
            "SELECT sku_id FROM purchase_order_line WHERE open = 1 GROUP BY sku_id HAVING COUNT(*) > 1"
        )
        assert not self.floor.rows("SELECT 1 AS n FROM balance WHERE physical = 1 AND on_hand < 0")


def ship(floor: RestockedFloor) -> None:
    """A cart with one tote is picked, packed, weighed and sent."""
    if not floor.rows("SELECT 1 AS n FROM order_line WHERE promised > 0 LIMIT 1"):
        return
    floor.load_cart("TOTE-1")
    if "tote" in floor.prompt("induct-1").title.lower():
        floor.problem("induct-1")
    floor.pick_all()
    floor.scan("pack-1", "TOTE-1")
    for _ in range(40):
        asked = floor.prompt("pack-1")
        if asked.title == "Scan a tote":
            return
        if asked.ask == "scan":
            floor.scan("pack-1", asked.expected[0])
        elif asked.ask == "count":
            floor.count("pack-1", asked.units)
        elif asked.ask == "weigh":
            floor.weigh("pack-1", BOX.tare_mg + sum(floor.units_in("TOTE-1")) * UNIT_MG)
    raise AssertionError(f"the tote was not packed: {floor.prompt('pack-1')}")


def test_in_sixty_days_no_sku_is_proposed_twice_stock_is_never_negative_and_customers_are_served() -> None:
    house = House(7)
    for day in range(DAYS):
        house.supply()
        house.trade(day)
        house.review()
        house.floor.clock_us += 24 * HOUR_US
    with house.floor.engine.begin() as connection:
        assert not any(verify(connection).values())
    assert house.floor.facts_set_aside() == 0
    assert house.proposed >= 5
    [shipped] = house.floor.rows("SELECT SUM(shipped) AS units FROM order_line")
    assert shipped["units"] > 0
    [lead] = house.floor.rows("SELECT receipts FROM supplier_lead")
    assert lead["receipts"] >= 5, "the lead time was learned on the way"
    assert house.promised / house.asked > 0.8, (house.promised, house.asked)
