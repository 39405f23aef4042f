"""Each invariant can break, and is then named; a check that cannot fail proves nothing."""

import pytest
from sqlalchemy import text

from hub.handlers.carts_at_checkout import hold_units
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
    "one_open_purchase": "INSERT INTO purchase_order_line (purchase_order_id, sku_id, ordered, received, open)"
    " SELECT purchase_order_id, sku_id, ordered, 0, 1 FROM purchase_order_line LIMIT 1",
    "consumed_is_counted": "INSERT INTO material_day (day, sku_id, location_id, units) VALUES (1, 1, 1, 1)",
    "ledger_chain": "UPDATE transfer SET units = units + 1 WHERE id = 2",
    "audit": "UPDATE audit SET actor = 'somebody else' WHERE id = 2",
}
"""What a hand in the database does, past every constraint."""


@pytest.fixture
def floor() -> PlayedBenches:
    """A floor in the middle of its work: one order shipped, one picked, one lit, one waiting, two at a wall, one on
    order, a cart at its checkout."""
    floor = WalledFloor()
    floor.sorted_tote("TOTE-5", V={"RED": 1}, W={"RED": 1})
    floor.picked_tote("shipped", RED=2)
    floor.scan("pack-1", "TOTE-1")
    floor.check_items("pack-1", RED=2)
    label = floor.weigh("pack-1", 100_000 + 2 * UNIT_MG)
    floor.scan("pack-1", label.expected[0])
    floor.picked_tote("picked", tote="TOTE-2", BLUE=3)
    floor.order("lit", RED=1)
    floor.load_cart("TOTE-3", cart="CART-2", badge="BADGE-bo")
    floor.problem("induct-1")
    floor.call(lambda tx: hold_units(tx, {"RED": 1}, 60))
    floor.order("waits", RED=4, BLUE=30)
    floor.purchase(BLUE=20)
    assert floor.line("shipped") == {"shipped": 2}
    assert floor.line("picked") == {"picked": 3}
    assert floor.line("lit") == {"reserved": 1}
    return floor


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
