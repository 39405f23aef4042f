"""Two clients on one floor, with goods of one SKU code and one GTIN: each one's book is its own, all the way."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.events import UnitsPutAway
from hub.handlers import restock
from hub.handlers.asked import TooLate
from hub.handlers.cancel import cancel_order
from hub.handlers.carts_at_checkout import NotAvailable, hold_units
from hub.handlers.counts import count_on_paper
from hub.handlers.pick_trouble import NoSuch, wrong_label
from hub.storage import figures
from hub.storage.availability import availability_of
from tests.hub.played_benches import BOX, SKUS, UNIT_MG
from tests.hub.two_clients import ALPHA, BETA, TwoClients
from tests.hub.walled_floor import WalledFloor

BINS = {ALPHA: {"RED": "bay-1/1", "BLUE": "bay-1/2"}, BETA: {"RED": "bay-1/3", "BLUE": "bay-1/4"}}


def parcel_leaves(floor: TwoClients, tote: str, units: int) -> None:
    """A tote of so many RED is packed and its parcel's label seen."""
    floor.scan("pack-1", tote)
    floor.check_items("pack-1", RED=units)
    floor.scan("pack-1", floor.weigh("pack-1", BOX.tare_mg + units * UNIT_MG).expected[0])


def put_all_away(floor: TwoClients) -> None:
    for task in floor.rows(
        "SELECT t.public, t.station, t.units, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id"
        " WHERE t.kind = 'put' AND t.state = 'open' ORDER BY t.id"
    ):
        told = UnitsPutAway(
            task=task["public"], bin=task["bin"], units=task["units"], units_asked=task["units"], by="button"
        )
        floor.tell(task["station"], told)


def test_one_number_one_code_one_gtin_two_clients_from_the_order_to_the_door_and_back_in_stock() -> None:
    floor = TwoClients(restock="fixed")
    for client, units in ((ALPHA, 3), (BETA, 5)):
        assert floor.ordered(client, "S-1", RED=units).promised == units
    floor.load_cart("TOTE-1", "TOTE-2")
    assert (floor.states(ALPHA, "S-1"), floor.states(BETA, "S-1")) == ({"reserved": 3}, {"reserved": 5})
    floor.pick_all()
    for client, tote, left, taken in ((ALPHA, "TOTE-1", 17, 3), (BETA, "TOTE-2", 15, 5)):
        lying = {(BINS[client]["RED"], "RED"): left, (BINS[client]["BLUE"], "BLUE"): 20, (tote, "RED"): taken}
        assert floor.book(client) == lying | {("adjustment", "RED"): -20, ("adjustment", "BLUE"): -20}
    parcel_leaves(floor, "TOTE-1", 3)
    parcel_leaves(floor, "TOTE-2", 5)
    assert (floor.states(ALPHA, "S-1"), floor.states(BETA, "S-1")) == ({"shipped": 3}, {"shipped": 5})
    assert floor.exceptions() == []
    # each runs out of its own, and each is bought for by an order of its own
    assert floor.ordered(ALPHA, "S-2", RED=17).backordered == 0
    assert floor.ordered(BETA, "S-2", RED=16).backordered == 1
    numbers = floor.call(lambda tx: restock.review(tx, floor.policy))
    assert len(numbers) == 2, "one supplier, two clients"
    with_units = {ALPHA: 1, BETA: 2}
    for number in numbers:
        floor.scan("dock-1", number)
        [line] = floor.rows(
            "SELECT s.client_id, l.ordered FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
            f" JOIN purchase_order p ON p.id = l.purchase_order_id WHERE p.number = '{number}'"
        )
        [client] = [name for name, id_ in floor.ids.items() if id_ == line["client_id"]]
        assert line["ordered"] == with_units.pop(client)
        floor.check_items("dock-1", RED=line["ordered"])
        floor.scan("dock-1", f"PLATE-{number}")
    put_all_away(floor)
    assert (floor.book(ALPHA)["bay-1/1", "RED"], floor.book(BETA)["bay-1/3", "RED"]) == (18, 17)
    assert floor.states(BETA, "S-2") == {"promised": 16}, "what came for it is its backorder's"
    with floor.engine.begin() as connection:
        lying, packed = figures.book(connection)["bin"], figures.parcels(connection).values()
        assert figures.contents_of_bins(connection)["bay-1/3"]["code"] == "beta:RED"
    assert (lying["bay-1/1"], lying["bay-1/3"]) == ({"RED": 18}, {"beta:RED": 17})
    assert [parcel["contents"] for parcel in packed] == [{"RED": 3}, {"beta:RED": 5}]
    assert floor.exceptions() == []
    assert floor.sound()


def test_an_item_of_two_clients_that_neither_is_expected_of_is_not_guessed() -> None:
    floor = TwoClients()
    floor.ordered(ALPHA, "S-1", RED=1)
    floor.load_cart("TOTE-1")
    floor.pick_all()
    floor.scan("pack-1", "TOTE-1")
    before = floor.book(ALPHA) | floor.book(BETA)
    shown = floor.scan("pack-1", floor.symbol("BLUE"))
    assert "is an item of 2 clients, none of them expected here" in " ".join((shown.title, *shown.lines))
    assert floor.book(ALPHA) | floor.book(BETA) == before
    assert floor.scan("pack-1", floor.symbol("RED")).ask == "count", "the one that is expected is known"


def test_goods_in_a_wrong_bin_are_told_with_whose_they_are() -> None:
    floor = TwoClients()
    with pytest.raises(NoSuch, match="RED is an SKU of 2 clients: expected one of client:RED, beta:RED"):
        floor.call(lambda tx: wrong_label(tx, "bay-1/2", "RED", 1, "Kari"))
    floor.call(lambda tx: wrong_label(tx, "bay-1/2", "beta:RED", 1, "Kari"))
    assert floor.book(BETA)["putback", "RED"] == 1
    assert ("putback", "RED") not in floor.book(ALPHA)
    assert floor.sound()


class Walled(TwoClients, WalledFloor):
    """Two clients whose small orders are sorted at a wall."""


def test_a_shared_tote_has_orders_of_one_client() -> None:
    floor = Walled()
    for client, ref in ((ALPHA, "S-1"), (BETA, "S-2"), (ALPHA, "S-3")):
        floor.ordered(client, ref, RED=1)
    floor.load_cart("TOTE-1", "TOTE-2")
    rows = floor.rows(
        "SELECT p.name, o.ref FROM tote_load l JOIN location p ON p.id = l.tote_id"
        " JOIN customer_order o ON o.id = l.order_id ORDER BY o.ref"
    )
    assert [(row["name"], row["ref"]) for row in rows] == [("TOTE-1", "S-1"), ("TOTE-2", "S-2"), ("TOTE-1", "S-3")]
    floor.pick_all()
    floor.scan("sort-1", "TOTE-1")
    floor.scan("sort-1", floor.symbol("RED"))
    assert sum(units for lights in floor.lit().values() for _, units in lights) == 2, "its own two, no other's"
    assert floor.sound()


STEPS = st.lists(
    st.tuples(
        st.sampled_from((ALPHA, BETA)),
        st.sampled_from(("order", "order", "cancel", "hold", "come", "count", "review")),
        st.sampled_from(SKUS),
        st.integers(1, 15),
    ),
    min_size=2,
    max_size=9,
)


def seen(floor: TwoClients, client: str) -> list[Any]:
    """All that a client may know of its own stock, orders and purchases."""
    with floor.engine.begin() as connection:
        stock = [availability_of(connection, 1, floor.ids[client], sku) for sku in SKUS]
    lines = floor.rows(
        "SELECT o.ref, l.line, l.promised, l.reserved, l.backordered, l.cancelled FROM order_line l"
        f" JOIN customer_order o ON o.id = l.order_id AND o.client_id = {floor.ids[client]} ORDER BY o.ref, l.line"
    )
    bought = floor.rows(
        "SELECT s.code, l.ordered, p.due_us FROM purchase_order_line l JOIN purchase_order p"
        " ON p.id = l.purchase_order_id JOIN sku s ON s.id = l.sku_id"
        f" WHERE s.client_id = {floor.ids[client]} ORDER BY l.id"
    )
    return [stock, lines, bought, sorted(floor.book(client).items())]


def play(steps: list[tuple[str, str, str, int]], client: str) -> list[Any]:
    """What a client sees after each of its own steps."""
    floor = TwoClients(restock="fixed")
    told: list[Any] = []
    for who, what, sku, units in steps:
        if what == "order":
            [row] = floor.rows(f"SELECT COUNT(*) AS n FROM customer_order WHERE client_id = {floor.ids[who]}")
            floor.ordered(who, f"S-{row['n']}", **{sku: units})
        elif what == "cancel":
            refs = floor.rows(f"SELECT ref FROM customer_order WHERE client_id = {floor.ids[who]} ORDER BY id")
            with suppress(TooLate):
                for row in refs[-1:]:
                    floor.for_client(who, lambda tx, ref=row["ref"]: cancel_order(tx, ref, waiting_only=True))
        elif what == "hold":
            with suppress(NotAvailable):
                floor.for_client(who, lambda tx, sku=sku, units=units: hold_units(tx, {sku: units}, 600))
        elif what == "come":
            floor.call(lambda tx, bin_=BINS[who][sku], units=20 + units: count_on_paper(tx, bin_, units, "Kari"))
        elif what == "count":
            floor.call(lambda tx, bin_=BINS[who][sku], units=units: count_on_paper(tx, bin_, units, "Kari"))
        else:
            floor.call(lambda tx: restock.review(tx, floor.policy))
        if who == client:
            told.append(seen(floor, client))
    assert floor.sound()
    return told


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_what_a_client_sees_does_not_depend_on_what_another_does(steps: list[tuple[str, str, str, int]]) -> None:
    alone = [step for step in steps if step[0] == ALPHA]
    assert play(steps, ALPHA) == play(alone, ALPHA)
