"""Each invariant can break, and is then named; a check that cannot fail proves nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Delivery
from hub.handlers import drop_ship
from hub.handlers.authorising import AskedLine, AskedReturn, authorise
from hub.handlers.carts_at_checkout import hold_units
from hub.handlers.drop_ship_answers import dispatch
from hub.handlers.grading import Verdict, grade
from hub.handlers.moving import hold_for_count
from hub.handlers.orders import NewOrder, receive_order
from hub.storage import buying, clients, setup
from hub.storage.buying import SkuTerms
from hub.storage.transaction import Tx
from hub.storage.verify import CHECKS, verify
from tests.databases import ignore_checks
from tests.hub.played_benches import UNIT_MG, PlayedBenches
from tests.hub.walled_floor import WalledFloor

BREAKS = {
    "sum_is_zero": "UPDATE balance SET on_hand = on_hand + 1 WHERE physical = 0 AND on_hand < 0",
    "in_building": "UPDATE balance SET on_hand = on_hand + 1 WHERE location_id ="
    " (SELECT id FROM location WHERE name = 'bay-1/1')",
    "balances_fold": "UPDATE balance SET reserved = reserved + 1 WHERE location_id ="
    " (SELECT id FROM location WHERE name = 'bay-1/1')",
    "covered": "UPDATE balance SET reserved = on_hand + 1 WHERE location_id ="
    " (SELECT id FROM location WHERE name = 'bay-1/1')",
    "promised_is_covered": "UPDATE promise SET promised = promised + 1000",
    "promise_is_lines": "UPDATE promise SET promised = promised + 1",
    "closed_hold_holds_nothing": "UPDATE cart_hold SET state = 'expired'",
    "held_is_covered": "UPDATE cart_hold_line SET units = 1000",
    "whole_or_waiting": "UPDATE customer_order SET ship_complete = 1 WHERE ref = 'waits'",
    "reserved_is_lines": "UPDATE order_line SET reserved = reserved - 1, promised = promised + 1 WHERE reserved > 0",
    "reserved_has_task": "UPDATE task SET state = 'void' WHERE state = 'open' AND kind = 'pick'",
    "picked_has_tote": "UPDATE tote_load SET state = 'packed'",
    "cell_has_its_puts": "UPDATE task SET units = 9, units_done = 9 WHERE id IN (SELECT task_id FROM cell_put)",
    "free_cell_is_empty": "DELETE FROM cell_load",
    "cell_has_one_open_load": "UPDATE tote_load SET state = 'packed' WHERE id IN (SELECT load_id FROM cell_load)",
    "order_lines_add_up": "UPDATE order_line SET shipped = shipped + 1",
    "applied_once": "INSERT INTO fact (device, journal, seq, type, body, digest, state, detail, occurred_us,"
    " received_us) SELECT device, journal, seq, type, body, digest, 'applied', '', 0, 0 FROM fact LIMIT 1",
    "no_gap": "UPDATE inbox SET watermark = watermark + 1",
    "one_replenishment_a_bin": "INSERT INTO replenishment (take_id, bin_id, urgent, because)"
    " SELECT id, (SELECT id FROM location WHERE name = 'bay-1/1'), 0, '' FROM task WHERE state = 'open'",
    "cell_is_one_orders": "UPDATE cell_load SET cell_id = (SELECT MIN(cell_id) FROM cell_load)",
    "cart_is_somewhere": "INSERT INTO leg (batch_id, zone, state, since_us)"
    " SELECT id, 'A', 'waiting', 0 FROM batch WHERE state = 'picking'",
    "one_client": "UPDATE customer_order SET client_id = (SELECT MAX(id) FROM client)",
    "one_open_purchase": "INSERT INTO purchase_order_line (purchase_order_id, sku_id, ordered, received, open)"
    " SELECT purchase_order_id, sku_id, ordered, 0, 1 FROM purchase_order_line LIMIT 1",
    "at_supplier_is_drop_lines": "UPDATE order_line SET at_supplier = at_supplier - 1, backordered = backordered + 1"
    " WHERE at_supplier > 0",
    "drop_line_adds_up": "UPDATE drop_ship_line SET declined = declined + 1",
    "dispatched_is_booked": "UPDATE drop_ship_parcel_line SET units = units + 1",
    "booked_drop_ship_has_a_parcel": "DELETE FROM drop_ship_parcel_line",
    "ended_drop_ship_waits_for_nothing": "UPDATE purchase_order SET state = 'received' WHERE id IN"
    " (SELECT purchase_order_id FROM drop_ship_order)",
    "returned_was_shipped": "UPDATE returned_units SET units = units + 1",
    "return_lines_add_up": "UPDATE return_line SET units = units + 1, waiting = waiting + 1, graded = graded + 1",
    "graded_adds_up": "UPDATE return_item SET graded = graded + 1",
    "returned_goods_have_a_return": "UPDATE return_grade SET left_units = 0",
    "graded_has_one_refund": "DELETE FROM refund",
    "paid_back_is_due": "UPDATE refund SET pay_minor = goods_minor + shipping_minor + 1",
    "consumed_is_counted": "INSERT INTO material_day (day, sku_id, location_id, units) VALUES (1, 1, 1, 1)",
    "ledger_chain": "UPDATE transfer SET units = units + 1 WHERE id = 2",
    "audit": "UPDATE audit SET actor = 'somebody else' WHERE id = 2",
}
"""What a hand in the database does, past every constraint."""


@pytest.fixture
def floor() -> PlayedBenches:
    """A floor in the middle of its work: one order shipped and sent back, one picked, one lit, one waiting, two at a
    wall, one on order, a cart at its checkout, a bin to be counted."""
    floor = WalledFloor()
    floor.call(lambda tx: clients.add(tx, "other", "Another"))
    floor.sorted_tote("TOTE-5", V={"RED": 1}, W={"RED": 1})
    send_in_part(floor)
    floor.picked_tote("shipped", RED=2)
    floor.scan("pack-1", "TOTE-1")
    floor.check_items("pack-1", RED=2)
    label = floor.weigh("pack-1", 100_000 + 2 * UNIT_MG)
    floor.scan("pack-1", label.expected[0])
    _send_back(floor)
    floor.picked_tote("picked", tote="TOTE-2", BLUE=3)
    floor.order("lit", RED=1)
    floor.load_cart("TOTE-3", cart="CART-2", badge="BADGE-bo")
    floor.problem("induct-1")
    floor.call(lambda tx: hold_units(tx, {"RED": 1}, 60))
    floor.order("waits", RED=4, BLUE=30)
    floor.purchase(BLUE=20)
    floor.call(lambda tx: hold_for_count(tx, "bay-1/2", "test"))
    assert floor.line("shipped") == {"shipped": 2}
    assert floor.line("picked") == {"picked": 3}
    assert floor.line("lit") == {"reserved": 1}
    return floor


def send_in_part(floor: PlayedBenches) -> None:
    """A supplier sends BLUE to the customer: two of five units have gone."""

    def go(tx: Tx) -> None:
        [sku_id] = [row["id"] for row in setup.skus(tx.connection, tx.client_id).values() if row["code"] == "BLUE"]
        before = buying.sku_terms(tx.connection).get(sku_id, SkuTerms())
        buying.set_sku_terms(tx, sku_id, replace(before, drop_ship="always"))
        lines = (OrderedLine(sku="BLUE", units=5),)
        home = Delivery(street="Storgata 1", city="Oslo")
        new = NewOrder(ref="dropped", customer="Kari", country="Norway", placed_us=None, lines=lines, delivery=home)
        receive_order(tx, new)
        buying.set_sku_terms(tx, sku_id, before)
        [number] = drop_ship.judge(tx, floor.policy)
        dispatch(tx, floor.policy, number, {"BLUE": 2}, carrier="DHL", tracking="JD01", who="Supplier")

    floor.call(go)


def _send_back(floor: PlayedBenches) -> None:
    """Both units come back; one is to be refurbished, the other waits to be looked at."""
    asked = AskedReturn(lines=(AskedLine(line=1, units=2, reason="late"),))
    made = floor.call(lambda tx: authorise(tx, floor.policy, "shipped", asked, by="test", origin="shop"))
    floor.scan("dock-1", made.number)
    floor.check_items("dock-1", RED=2)
    [item] = floor.rows("SELECT id FROM return_item")
    said = Verdict(units=1, grade="B", by="Grete")
    floor.call(lambda tx: grade(tx, floor.policy, item["id"], said))


def broken(floor: PlayedBenches, sql: str) -> dict[str, list[str]]:
    """What is found after a statement past the constraints, by invariant."""
    with floor.engine.connect() as connection:
        connection.exec_driver_sql("DROP INDEX uq_purchase_order_line_open")
        ignore_checks(connection)
        assert connection.execute(text(sql)).rowcount > 0, "the statement changed nothing"
        return {name: [v.detail for v in wrong] for name, wrong in verify(connection).items() if wrong}


def test_a_floor_in_the_middle_of_its_work_holds_every_invariant(floor: PlayedBenches) -> None:
    assert floor.sound()


def test_every_invariant_has_its_break() -> None:
    assert BREAKS.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_invariant_is_named(floor: PlayedBenches, name: str) -> None:
    found = broken(floor, BREAKS[name])
    assert name in found
    assert all(found[name])


def test_a_transfer_that_was_taken_out_of_the_ledger_is_missed(floor: PlayedBenches) -> None:
    found = broken(floor, "DELETE FROM transfer WHERE id = (SELECT MAX(id) FROM transfer)")
    assert {"balances_fold", "audit"} <= found.keys()


def test_a_transfer_that_was_taken_out_of_the_middle_breaks_the_chain(floor: PlayedBenches) -> None:
    assert "ledger_chain" in broken(floor, "DELETE FROM transfer WHERE id = 3")
